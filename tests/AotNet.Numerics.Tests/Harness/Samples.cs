using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Reference;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>
/// Seeded random weights and batches. All values are floats, so that the engine and the reference start from the same
/// numbers.
/// </summary>
public static class Samples
{
    /// <summary>Draws every learned tensor: weights of variance 1 / inputs, the rest near its start.</summary>
    public static void Fill(ReferenceNetwork network, int seed)
    {
        var random = new Random(seed);
        foreach ((string name, Matrix tensor) in network.Tensors)
        {
            if (!network.Moments.ContainsKey(name))
                continue;
            double scale = name.EndsWith(".weight", StringComparison.Ordinal) ? 1 / Math.Sqrt(tensor.Rows) : 0.3;
            tensor.Assign(tensor.Map(start => (float)(start + scale * Normal(random))));
        }
    }

    /// <summary>Draws inputs from N(0, 1) and targets that suit the objective.</summary>
    public static Batch Batch(Graph graph, int rows, int seed)
    {
        var random = new Random(seed);
        List<Matrix> inputs = [.. graph.Inputs.Select(input => Matrix.Of(rows, input.Width, (_, _) => (float)Normal(random)))];
        Matrix target = graph.Objective.Op switch
        {
            SoftmaxCrossEntropyOp => Matrix.Of(rows, 1, (_, _) => random.Next(graph.Output.Width)),
            BinaryCrossEntropyOp => Matrix.Of(rows, graph.Output.Width, (_, _) => random.Next(5) / 4.0),
            _ => Matrix.Of(rows, graph.Output.Width, (_, _) => (float)Normal(random)),
        };
        return new Batch(inputs, target);
    }

    /// <summary>As <see cref="Batch"/>, each row with a second class and a weight of the first: of some rows 1, of some 0.</summary>
    public static Batch Mixed(Graph graph, int rows, int seed)
    {
        Batch batch = Batch(graph, rows, seed);
        var random = new Random(-seed);
        return batch with
        {
            Target = Matrix.Of(rows, 3, (row, column) => column switch
            {
                0 => batch.Target[row, 0],
                1 => random.Next(graph.Output.Width),
                _ => (row % 8) switch { 0 => 1, 1 => 0, _ => random.NextSingle() },
            }),
        };
    }

    /// <summary>A number from N(0, 1), by Box and Muller.</summary>
    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
