using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;

namespace AotNet.Numerics.Tests.Properties;

/// <summary>The reference's gradients against central differences of its loss.</summary>
public sealed class GradientTests
{
    const int Rows = 5;
    const double Step = 1e-5;
    const double Tolerance = 1e-7;
    const double DistanceFromKinks = 1e-3;

    /// <summary>Every op.</summary>
    public static TheoryData<string> Ops => [.. OpCase.All.Where(static op => !op.IsLarge).Select(static op => op.Name)];

    [Theory, MemberData(nameof(Ops))]
    public void Gradients_are_those_of_the_loss(string name)
    {
        OpCase op = OpCase.All.Single(op => op.Name == name);
        (ReferenceNetwork network, Batch batch) = OffKinks(NetworkBuilder.GraphOf(op.Spec(Rows)));
        bool dropsOut = network.Graph.Nodes.Any(static node => node.Op is DropoutOp);
        if (dropsOut)
            network.DropoutMask = static (node, rows) => Matrix.Of(rows, node.Width, static (r, c) => (r * 3 + c) % 5 < 2 ? 0 : 1);
        Differentiation passes = network.Differentiate(batch);

        // BatchRms holds its denominator constant on purpose. With v as the training pass left it, inference divides by
        // the same denominator and keeps it under every perturbation, so that its differences are the gradient meant.
        // Its true gradient is that of a first step, whose running averages start anew.
        bool freezes = network.Graph.Nodes.Any(static node => node.Op is BatchRmsOp { TrueGradient: false });
        double Loss() => freezes ? network.Evaluate(batch).Loss : Fresh(network).Differentiate(batch).Evaluation.Loss;

        Assert.NotEmpty(passes.Gradients);
        foreach ((string tensor, Matrix gradient) in passes.Gradients)
            Check(tensor, gradient.Values, Differences(network.Tensors[tensor].Values, Loss));
        Node input = network.Graph.Inputs.Single();
        Check("input", [.. passes.Residuals[input.Id]!.Values.Select(static value => value / Rows)], Differences(batch.Inputs[0].Values, Loss));
    }

    [Fact]
    public void BatchRms_gradient_is_not_that_of_the_moving_denominator()
    {
        OpCase op = OpCase.All.Single(static op => op.Name == "BatchRms");
        (ReferenceNetwork network, Batch batch) = OffKinks(NetworkBuilder.GraphOf(op.Spec(Rows)));
        Matrix gradient = network.Differentiate(batch).Gradients["before.weight"];
        network = Fresh(network);
        double[] moving = Differences(network.Tensors["before.weight"].Values, () => Fresh(network).Differentiate(batch).Evaluation.Loss);
        Assert.True(Errors.Largest(moving, gradient.Values) > 0.01);
    }

    [Fact]
    public void Gradients_of_mixed_labels_are_those_of_the_mixed_loss()
    {
        var builder = new NetworkBuilder("Mixed", Rows);
        Graph graph = NetworkBuilder.GraphOf(builder.SoftmaxCrossEntropy(builder.Input("x", 4).Dense(6).Tanh().Dense(3), builder.Labels(3)));
        var network = new ReferenceNetwork(graph);
        Samples.Fill(network, 1);
        Batch batch = Samples.Mixed(graph, Rows, 1);
        Differentiation passes = network.Differentiate(batch);
        Assert.Equal(4, passes.Gradients.Count);
        foreach ((string tensor, Matrix gradient) in passes.Gradients)
            Check(tensor, gradient.Values, Differences(network.Tensors[tensor].Values, () => network.Differentiate(batch).Evaluation.Loss));

        // w L(label) + (1 - w) L(partner), row by row.
        double[] LossesOf(int column) => network.Evaluate(batch with { Target = Matrix.Of(Rows, 1, (r, _) => batch.Target[r, column]) }).RowLosses;
        double[] own = LossesOf(0), other = LossesOf(1);
        for (int r = 0; r < Rows; r++)
            Assert.Equal(batch.Target[r, 2] * own[r] + (1 - batch.Target[r, 2]) * other[r], passes.Evaluation.RowLosses[r], 1e-12);
    }

    static void Check(string tensor, double[] gradient, double[] differences)
    {
        double error = Errors.Largest(differences, gradient, floor: 1e-2); // a bias before BatchNorm has gradient zero
        Assert.True(error < Tolerance, $"{tensor} differs by {error:E2}");
    }

    static double[] Differences(double[] values, Func<double> loss)
    {
        var differences = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            values[i] = value + Step;
            double above = loss();
            values[i] = value - Step;
            double below = loss();
            values[i] = value;
            differences[i] = (above - below) / (2 * Step);
        }
        return differences;
    }

    /// <summary>The first seeded sample in which no value lies near a kink of what reads it.</summary>
    static (ReferenceNetwork Network, Batch Batch) OffKinks(Graph graph)
    {
        for (int seed = 1; ; seed++)
        {
            var network = new ReferenceNetwork(graph);
            Samples.Fill(network, seed);
            Batch batch = Samples.Batch(graph, Rows, seed);
            Evaluation evaluation = network.Evaluate(batch);
            if (Kinks.Distance(graph, evaluation, batch) > DistanceFromKinks)
                return (network, batch);
        }
    }

    static ReferenceNetwork Fresh(ReferenceNetwork network)
    {
        var fresh = new ReferenceNetwork(network.Graph) { DropoutMask = network.DropoutMask };
        foreach (string tensor in network.Moments.Keys)
            fresh.Tensors[tensor].Assign(network.Tensors[tensor]);
        return fresh;
    }
}
