using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Reference.Curvature;
using Xunit;

namespace AotNet.Numerics.Tests.GoldenVectors;

/// <summary>The reference's convolutions against the authors' vectors, value by value, to 1e-10 of each array's largest value.</summary>
public sealed class ReferenceMatchesGoldenImages
{
    const double Tolerance = 1e-10;

    /// <summary>Every file.</summary>
    public static TheoryData<string> Files => [.. GoldenFile.ImageNames];

    [Theory, MemberData(nameof(Files))]
    public void Five_steps_and_a_test_batch_agree(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        var network = new ReferenceNetwork(NetworkBuilder.GraphOf(golden.ImageSpec()));
        var problems = new List<string>();
        void Check(string array, double[] actual)
        {
            double error = Errors.Largest(golden.Values(array), actual);
            if (!(error <= Tolerance))
                problems.Add($"{array}: {error:E2}");
        }

        foreach ((string letter, string part) in new[] { ("W", "weight"), ("b", "bias") })
            for (int layer = 0; layer < 2; layer++)
                network.Tensors[$"conv{layer + 1}.{part}"].Assign(golden.Kernel($"{letter}{layer}_0"));
        for (int step = 1; step <= 5; step++)
        {
            StepOutcome outcome = network.Step(golden.ImageBatch(step), golden.Rule);
            Check($"loss_{step}", [outcome.Loss]);
            if (step == 1)
                CheckPasses(golden, network.Graph, outcome.Differentiation, Check);
            if (step is 1 or 2 or 5)
                CheckUpdate(golden, network, outcome, step, Check);
        }
        Evaluation test = network.Evaluate(golden.ImageBatch(6));
        Check("test_loss", [test.Loss]);
        Check("test_logits", test.Values[network.Graph.Output.Id]!.Values);
        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    static void CheckPasses(GoldenFile golden, Graph graph, Differentiation passes, Action<string, double[]> check)
    {
        List<Node> chain = [.. graph.Nodes.Where(static node => node.Op is not (TargetOp or ObjectiveOp))];
        // Large images are not repeated as the input of the first layer.
        for (int i = golden.Has("act0_1") ? 0 : 1; i < chain.Count; i++)
        {
            check($"act{i}_1", GoldenImages.ImageValues(chain[i].Shape, passes.Evaluation.Values[chain[i].Id]!));
            check($"resid{i}_1", GoldenImages.ImageValues(chain[i].Shape, passes.Residuals[chain[i].Id]!));
        }
        check($"act{chain.Count}_1", passes.Evaluation.RowLosses);
        foreach ((Node node, int layer) in graph.Nodes.Where(static node => node.Op is ConvOp).Select(static (node, i) => (node, i)))
        {
            Matrix inputs = ConvolutionDecorrelation.Channels(graph.Nodes[node.Inputs[0]].Shape, passes.Evaluation.Values[node.Inputs[0]]!);
            Matrix gram = Decorrelation.Gram(inputs.WithOnes());
            int order = gram.Rows;
            check($"gram{layer}_1", Matrix.Of(order, order, (r, c) => gram[(r + order - 1) % order, (c + order - 1) % order]).Values);
        }
    }

    static void CheckUpdate(GoldenFile golden, ReferenceNetwork network, StepOutcome outcome, int step, Action<string, double[]> check)
    {
        for (int layer = 0; layer < 2; layer++)
        {
            foreach ((string letter, string part) in new[] { ("W", "weight"), ("b", "bias") })
            {
                string tensor = $"conv{layer + 1}.{part}", lower = letter.ToLowerInvariant();
                void Compare(string array, Matrix values) => check(array, golden.KernelValues(array, values));
                Compare($"g{lower}{layer}_{step}", outcome.Differentiation.Gradients[tensor]);
                Compare($"dg{lower}{layer}_{step}", outcome.Decorrelated[tensor]);
                Compare($"{letter}{layer}_{step}", network.Tensors[tensor]);
                Compare($"m{letter}{layer}_{step}", network.Moments[tensor].First);
            }
        }
        if (golden.HasBatchRms)
            check($"rmsv0_{step}", network.Tensors["batchrms1.meansquare"].Values);
    }
}
