using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Reference;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>How near a batch comes to points where a derivative jumps or an answer turns.</summary>
public static class Kinks
{
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
        Matrix output = evaluation.Values[graph.Output.Id]!;
        return Math.Min(least, graph.Objective.Op switch
        {
            HuberOp huber => (output - batch.Target).Values.Min(e => Math.Abs(Math.Abs(e) - huber.Delta)),
            BinaryCrossEntropyOp => output.Values.Min(Math.Abs),
            SoftmaxCrossEntropyOp => Enumerable.Range(0, output.Rows).Min(row => Lead(output, row)),
            _ => 1,
        });
    }

    /// <summary>By how much a row's largest value exceeds its second.</summary>
    static double Lead(Matrix output, int row)
    {
        double[] descending = [.. output.RowRange(row, row + 1).Values.OrderDescending()];
        return descending.Length == 1 ? 1 : descending[0] - descending[1];
    }
}
