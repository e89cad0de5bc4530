using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Reference.Curvature;
using AotNet.Reference.Optimization;

namespace AotNet.Numerics.Tests.GoldenVectors;

/// <summary>The reference against the authors' vectors, value by value, to 1e-10 of each array's largest value.</summary>
public sealed class ReferenceMatchesGoldenVectors
{
    const double Tolerance = 1e-10;

    /// <summary>Every file.</summary>
    public static TheoryData<string> Files => [.. GoldenFile.Names];

    [Fact]
    public void All_files_are_there() => Assert.Equal((18, 4), (GoldenFile.Names.Count(), GoldenFile.ImageNames.Count()));

    [Theory, MemberData(nameof(Files))]
    public void Five_steps_and_a_test_batch_agree(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        var network = new ReferenceNetwork(NetworkBuilder.GraphOf(golden.Spec(Curvature.Primal)));
        var problems = new List<string>();
        void Check(string array, double[] actual)
        {
            double error = Errors.Largest(golden.Values(array), actual);
            if (!(error <= Tolerance))
                problems.Add($"{array}: {error:E2}");
        }
        for (int layer = 0; layer < golden.DenseLayers; layer++)
        {
            network.Tensors[$"dense{layer + 1}.weight"].Assign(golden.Transposed($"W{layer}_0"));
            network.Tensors[$"dense{layer + 1}.bias"].Assign(golden.Transposed($"b{layer}_0"));
        }
        for (int step = 1; step <= 5; step++)
        {
            StepOutcome outcome = network.Step(golden.Batch(step), golden.Rule);
            Check($"loss_{step}", [outcome.Loss]);
            if (step == 1)
                CheckPasses(golden, network.Graph, outcome.Differentiation, Check);
            if (step is 1 or 2 or 5)
                CheckUpdate(golden, network, outcome, step, Check);
        }
        Evaluation test = network.Evaluate(golden.Batch(6));
        Check("test_loss", [test.Loss]);
        Check("test_logits", test.Values[network.Graph.Output.Id]!.Transpose().Values);
        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    static void CheckPasses(GoldenFile golden, Graph graph, Differentiation passes, Action<string, double[]> check)
    {
        // The nodes are a chain: input, label, then one node a layer.
        List<Node> chain = [.. graph.Nodes.Where(static node => node.Op is not (TargetOp or ObjectiveOp))];
        for (int i = 0; i < chain.Count; i++)
        {
            check($"act{i}_1", passes.Evaluation.Values[chain[i].Id]!.Transpose().Values);
            check($"resid{i}_1", passes.Residuals[chain[i].Id]!.Transpose().Values);
        }
        check($"act{chain.Count}_1", passes.Evaluation.RowLosses);
        foreach ((Node node, int layer) in graph.Nodes.Where(static node => node.Op is DenseOp).Select(static (node, i) => (node, i)))
        {
            Matrix gram = Decorrelation.Gram(passes.Evaluation.Values[node.Inputs[0]]!.WithOnes());
            int order = gram.Rows;
            // The files have the bias first, and have it even where it takes no part in the decorrelation.
            check($"gram{layer}_1", Matrix.Of(order, order, (r, c) => gram[(r + order - 1) % order, (c + order - 1) % order]).Values);
        }
    }

    static void CheckUpdate(GoldenFile golden, ReferenceNetwork network, StepOutcome outcome, int step, Action<string, double[]> check)
    {
        // The files keep the moment that the authors' code calls momentum: of RMSProp and Adagrad that is the second one.
        bool keepsSecond = golden.Rule.Kind is UpdateKind.RmsProp or UpdateKind.Adagrad;
        for (int layer = 0; layer < golden.DenseLayers; layer++)
        {
            foreach ((string letter, string part) in new[] { ("W", "weight"), ("b", "bias") })
            {
                string tensor = $"dense{layer + 1}.{part}", lower = letter.ToLowerInvariant();
                check($"g{lower}{layer}_{step}", outcome.Differentiation.Gradients[tensor].Transpose().Values);
                check($"dg{lower}{layer}_{step}", outcome.Decorrelated[tensor].Transpose().Values);
                check($"{letter}{layer}_{step}", network.Tensors[tensor].Transpose().Values);
                Moments moments = network.Moments[tensor];
                check($"m{letter}{layer}_{step}", (keepsSecond ? moments.Second : moments.First).Transpose().Values);
            }
            if (golden.HasBatchRms && layer > 0)
                check($"rmsv{layer - 1}_{step}", network.Tensors[$"batchrms{layer}.meansquare"].Values);
        }
    }
}
