using System.Text.Json;
using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Reference.Optimization;
using AotNet.Runtime;
using UpdateRule = AotNet.Reference.Optimization.UpdateRule;

namespace AotNet.Numerics.Tests.GoldenVectors;

/// <summary>
/// The search for the learning rate against <c>selective.json</c>: for each candidate the loss of the last of five
/// batches, 10000 standing for candidates above the limit, and the choice.
/// </summary>
public sealed class SelectiveGoldenVectors(SelectiveGoldenVectors.Network network) : IClassFixture<SelectiveGoldenVectors.Network>
{
    const int BatchSize = 8, Steps = 5;

    static readonly JsonElement File = JsonDocument.Parse(System.IO.File.ReadAllBytes(GoldenFile.PathOf("selective"))).RootElement;
    static readonly int[] Widths = [.. File.GetProperty("widths").EnumerateArray().Select(static width => width.GetInt32())];
    static readonly SelectiveRate Search = new() { Candidates = [.. Doubles(File.GetProperty("lrs")).Select(static rate => (float)rate)], Steps = Steps };

    /// <summary>Every result in the file.</summary>
    public static TheoryData<string> Results => [.. File.GetProperty("results").EnumerateObject().Select(static result => result.Name)];

    /// <summary>The same for each instruction set.</summary>
    public static TheoryData<string, EmittedInstructions> EngineResults => InstructionSets.Each(File.GetProperty("results").EnumerateObject().Select(static result => result.Name));

    [Theory, MemberData(nameof(Results))]
    public void The_reference_finds_the_authors_losses(string result)
    {
        double[] rates = Doubles(File.GetProperty("lrs")), losses = new double[rates.Length];
        RateSelection selection = Search.Select(candidate =>
        {
            var network = new ReferenceNetwork(NetworkBuilder.GraphOf(Spec()));
            Start(network);
            UpdateRule rule = RuleOf(result) with { LearningRate = rates[candidate] };
            for (int step = 0; step < Steps; step++)
                losses[candidate] = network.Step(BatchOf(step), rule).Loss;
            return (float)losses[candidate];
        }, LimitOf(result));
        Compare(result, selection, losses, 1e-10);
    }

    [Theory, MemberData(nameof(EngineResults))]
    public void The_engine_finds_the_authors_losses_and_stays_as_it_was(string result, EmittedInstructions instructions)
    {
        using var run = new EngineRun(network.Emitted, Spec(), instructions);
        Start(run.Reference);
        run.CopyToEngine();
        run.Engine.Optimizer = OptimizerPresets.Paper(RuleOf(result).Kind == UpdateKind.Sgd ? OptimizerKind.Sgd : OptimizerKind.Sgd2, 1f);
        float[][] before = Values(run.Engine);

        RateSelection selection = Search.Select(run.Engine, step => run.StepEngine(BatchOf(step)), LimitOf(result));

        Compare(result, selection, [.. selection.Losses.Select(static loss => (double)loss)], 1e-4);
        Assert.Equal(selection.Rate, run.Engine.LearningRate);
        Assert.Equal(before, Values(run.Engine));
        Assert.Equal(0, run.Engine.StepCount);
    }

    static void Compare(string result, RateSelection selection, double[] losses, double tolerance)
    {
        JsonElement expected = File.GetProperty("results").GetProperty(result);
        Assert.Equal(expected.GetProperty("best").GetDouble(), selection.Rate!.Value, 1e-7);
        double[] authors = Doubles(expected.GetProperty("losses"));
        for (int i = 0; i < authors.Length; i++)
        {
            if (authors[i] == 10000)
                Assert.True(float.IsNaN(selection.Losses[i]), $"candidate {i} was tried");
            else
                Assert.InRange(losses[i], authors[i] * (1 - tolerance), authors[i] * (1 + tolerance));
        }
    }

    static UpdateRule RuleOf(string result) => new()
    {
        Kind = result.StartsWith("sgd2", StringComparison.Ordinal) ? UpdateKind.Sgd2 : UpdateKind.Sgd,
        LearningRate = 1,
        WeightDecay = 1e-4,
        DecayKind = DecayKind.Momentum,
        Decorrelate = result.StartsWith("sgd2", StringComparison.Ordinal),
        Paper = new PaperQuirks(ClipValue: 0),
    };

    static float LimitOf(string result) => result.EndsWith("cap0.1", StringComparison.Ordinal) ? 0.1f : float.PositiveInfinity;

    static NetworkSpec Spec()
    {
        var builder = new NetworkBuilder("Golden_selective", BatchSize);
        Value x = builder.Input("x", Widths[0]).Dense(Widths[1], curvature: Curvature.Primal).ModU();
        x = x.BatchRms(epsilon: 0.01).Dense(Widths[2], curvature: Curvature.Primal).ModU();
        return builder.SoftmaxCrossEntropy(x.BatchRms(epsilon: 0.01).Dense(Widths[3], curvature: Curvature.Primal), builder.Labels(Widths[3]));
    }

    static void Start(ReferenceNetwork network)
    {
        for (int layer = 0; layer < Widths.Length - 1; layer++)
        {
            network.Tensors[$"dense{layer + 1}.weight"].Assign(MatrixOf(File.GetProperty("W")[layer]).Transpose());
            network.Tensors[$"dense{layer + 1}.bias"].Assign(MatrixOf(File.GetProperty("b")[layer]).Transpose());
        }
    }

    static Batch BatchOf(int step)
    {
        Matrix samples = MatrixOf(File.GetProperty("X")).Transpose();
        int[] order = [.. File.GetProperty("order").EnumerateArray().Select(static sample => sample.GetInt32())];
        double[] labels = Doubles(File.GetProperty("Y"));
        int SampleOf(int row) => order[step * BatchSize + row];
        return new Batch(
            Matrix.Of(BatchSize, samples.Columns, (r, c) => samples[SampleOf(r), c]), Matrix.Of(BatchSize, 1, (r, _) => labels[SampleOf(r)]));
    }

    static Matrix MatrixOf(JsonElement rows) =>
        Matrix.Of(rows.GetArrayLength(), rows[0].GetArrayLength(), (r, c) => rows[r][c].GetDouble());

    static float[][] Values(CompiledNetwork network) => [.. network.Tensors.Select(static tensor => tensor.ToArray())];

    static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(static value => value.GetDouble())];

    /// <summary>The network, compiled once.</summary>
    public sealed class Network : IDisposable
    {
        /// <summary>What it compiled to.</summary>
        public EmittedNetworks Emitted { get; } = EmittedNetworks.Compile([Spec()]);

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
