using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Reference;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>How near a batch comes to points where a derivative jumps or an answer turns.</summary>
public static class Kinks
{
    /// <summary>A batch whose training pass, on a copy of the run's reference, comes no nearer to a kink than <paramref name="distance"/>.</summary>
    public static Batch BatchOff(EngineRun run, int rows, double distance)
    {
        for (int seed = 1; ; seed++)
        {
            Batch batch = Samples.Batch(run.Graph, rows, seed);
            var copy = new ReferenceNetwork(run.Graph) { UpdatesDone = run.Reference.UpdatesDone, DropoutMask = run.Reference.DropoutMask };
            foreach ((string name, Matrix tensor) in run.Reference.Tensors)
                copy.Tensors[name].Assign(tensor);
            if (Distance(run.Graph, copy.Differentiate(batch).Evaluation, batch) > distance)
                return batch;
            Assert.True(seed < 50, "No batch keeps off the kinks of this network.");
        }
    }

    /// <summary>
    /// Least distance of any value to a kink of what reads it; 1 when none is that near. Zeros lie on a kink, but are the
    /// same on every engine: dropped elements, and what ReLU cut off.
    /// </summary>
    public static double Distance(Graph graph, Evaluation evaluation, Batch batch)
    {
        double least = 1;
        foreach (Node node in graph.Nodes)
        {
            if (node.Op is ReluOp or LeakyReluOp or ModUOp)
                least = Math.Min(least, evaluation.Values[node.Inputs[0]]!.Values.Min(static x => x == 0 ? 1 : Math.Abs(x)));
        }
        foreach (Node node in graph.Nodes.Where(static node => node.Op is MaxPoolOp))
            least = Math.Min(least, PoolLead(graph, node, evaluation.Values[node.Inputs[0]]!));
        Matrix output = evaluation.Values[graph.Output.Id]!;
        return Math.Min(least, graph.Objective.Op switch
        {
            HuberOp huber => (output - batch.Target).Values.Min(e => Math.Abs(Math.Abs(e) - huber.Delta)),
            BinaryCrossEntropyOp => output.Values.Min(Math.Abs),
            SoftmaxCrossEntropyOp => Enumerable.Range(0, output.Rows).Min(row => Lead(output, row)),
            _ => 1,
        });
    }

    /// <summary>Least difference between the largest and another value under a window; equal ones are the same on every engine.</summary>
    static double PoolLead(Graph graph, Node node, Matrix x)
    {
        var pool = (MaxPoolOp)node.Op;
        Shape image = graph.Nodes[node.Inputs[0]].Shape;
        WindowShape window = pool.WindowOver(image);
        double least = 1;
        for (int row = 0; row < window.Rows(image.Height); row++)
            for (int column = 0; column < window.Columns(image.Width); column++)
                for (int r = 0; r < x.Rows; r++)
                    for (int c = 0; c < image.Channels; c++)
                    {
                        List<double> values = [.. Under(window, image, row, column, pool.Paper).Select(position => position < 0 ? 0 : x[r, position * image.Channels + c])];
                        double largest = values.Max();
                        least = Math.Min(least, values.Where(value => value < largest).Select(value => largest - value).DefaultIfEmpty(1).Min());
                    }
        return least;
    }

    /// <summary>Positions under a window; -1 for each outside of the image, where they take part.</summary>
    static IEnumerable<int> Under(WindowShape window, Shape image, int row, int column, bool withPadding)
    {
        for (int ky = 0; ky < window.Height; ky++)
            for (int kx = 0; kx < window.Width; kx++)
            {
                int y = row * window.StrideY - window.Top + ky * window.DilationY, x = column * window.StrideX - window.Left + kx * window.DilationX;
                bool inside = y >= 0 && y < image.Height && x >= 0 && x < image.Width;
                if (inside || withPadding)
                    yield return inside ? y * image.Width + x : -1;
            }
    }

    /// <summary>By how much a row's largest value exceeds its second.</summary>
    static double Lead(Matrix output, int row)
    {
        double[] descending = [.. output.RowRange(row, row + 1).Values.OrderDescending()];
        return descending.Length == 1 ? 1 : descending[0] - descending[1];
    }
}
