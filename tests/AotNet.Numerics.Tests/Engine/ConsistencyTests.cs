using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Reference.Consistency;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Consistency figures of the compiled networks against the reference's, and that measuring them changes nothing.</summary>
public sealed class ConsistencyTests(ConsistencyTests.Networks networks) : IClassFixture<ConsistencyTests.Networks>
{
    const int Batch = 24;

    /// <summary>Every network on every instruction set.</summary>
    public static TheoryData<string, EmittedInstructions> Cases => InstructionSets.Each(Networks.Layers.Keys);

    [Theory, MemberData(nameof(Cases))]
    public void Figures_agree_with_the_reference(string name, EmittedInstructions instructions)
    {
        foreach (Optimizer optimizer in new[] { Optimizer.Sgd2(0.05f) with { Damping = 0.3f }, Optimizer.Sgd(0.05f) })
        {
            foreach (int rows in new[] { Batch, 1, Batch - 5 })
            {
                using var run = new EngineRun(networks.Emitted, networks.Specs[name], instructions, seed: rows);
                run.Engine.Optimizer = optimizer;
                // A single row has no deviation from its own mean but rounding.
                if (rows == 1 && run.Engine.Info.Layers.Any(static layer => layer.Kind == "BatchNorm"))
                    continue;
                using ConsistencyProbe probe = run.Engine.CreateProbe();
                for (int step = 0; step < 2; step++)
                    Compare(run, probe, Samples.Batch(run.Graph, rows, step), Networks.Layers[name]);
            }
        }
    }

    static void Compare(EngineRun run, ConsistencyProbe probe, Batch batch, Expected[] layers)
    {
        Dictionary<string, Matrix> before = run.Reference.Tensors.ToDictionary(static tensor => tensor.Key, static tensor => tensor.Value.Copy());
        probe.Observe(Numbers.Inputs(batch), Labels(run, batch), Targets(run, batch));
        StepOutcome step = run.Reference.Step(batch, Rules.Of(run.Engine.Optimizer) with { LearningRate = run.Engine.LearningRate });
        run.StepEngine(batch);
        IReadOnlyList<LayerConsistency> figures = probe.Measure();
        var comparison = new Comparison(2e-3);
        Assert.Equal(layers.Select(static layer => layer.Name), figures.Select(static figure => figure.Layer.Name));
        Assert.Equal(Enumerable.Range(0, figures.Count), figures.Select(static figure => figure.Order));
        foreach ((Expected expected, LayerConsistency actual) in layers.Zip(figures))
            Compare(comparison, run.Reference, step.Differentiation, expected, before[expected.Name + ".weight"], batch.Rows, run.Engine.Optimizer, actual);
        comparison.Check();
    }

    /// <summary>The same steps with and without a probe that looks at each of them, with every op, dropout and running averages included.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Probing_changes_no_bit(string name, EmittedInstructions instructions)
    {
        Assert.Equal(Train(probed: false), Train(probed: true));

        byte[] Train(bool probed)
        {
            using var run = new EngineRun(networks.Emitted, networks.Specs[name], instructions);
            run.Engine.KeepsGradients = false;
            run.Engine.Optimizer = Optimizer.Sgd2(0.05f);
            using ConsistencyProbe? probe = probed ? run.Engine.CreateProbe() : null;
            for (int step = 0; step < 4; step++)
            {
                Batch batch = Samples.Batch(run.Graph, Batch - step, step);
                probe?.Observe(Numbers.Inputs(batch), Labels(run, batch), Targets(run, batch));
                run.StepEngine(batch);
                probe?.Measure();
            }
            string path = Path.GetTempFileName();
            run.Engine.Save(path);
            byte[] bytes = File.ReadAllBytes(path);
            File.Delete(path);
            return bytes;
        }
    }

    /// <summary>In a chain of equal widths Wᵀ loses nothing, ModU nothing, ReLU about half; a layer that expands at least the difference of its widths.</summary>
    [Theory]
    [InlineData("Chain", 0, false)]
    [InlineData("Contractive", 0, true)]
    public void Losses_are_those_of_the_method(string name, int order, bool contracts)
    {
        using var run = new EngineRun(networks.Emitted, networks.Specs[name], InstructionSets.Available[0]);
        using ConsistencyProbe probe = run.Engine.CreateProbe();
        Batch batch = Samples.Batch(run.Graph, Batch, 3);
        probe.Observe(Numbers.Inputs(batch), Labels(run, batch), Targets(run, batch));
        IReadOnlyList<LayerConsistency> figures = probe.Measure();
        if (contracts)
        {
            Assert.All(figures, static figure => Assert.Equal(0, figure.NullSpaceLoss));
            Assert.All(figures.SkipLast(1), static figure => Assert.Equal(0, figure.ActivationLoss));
            return;
        }
        LayerConsistency expanding = figures[order];
        Assert.Equal("relu1", expanding.Activation);
        Assert.InRange(expanding.ActivationLoss, 0.3, 0.7);
        Assert.InRange(expanding.NullSpaceLoss, 0.7 * (expanding.Outputs - expanding.Inputs) / expanding.Outputs, 1);
        // No step was taken in between.
        Assert.All(figures, static figure => Assert.Equal(0, figure.TrainingSpeed));
    }

    [Fact]
    public void Values_that_are_not_finite_give_figures_that_are_none()
    {
        using var run = new EngineRun(networks.Emitted, networks.Specs["Chain"], InstructionSets.Available[0]);
        using ConsistencyProbe probe = run.Engine.CreateProbe();
        run.Engine.Tensors["dense1.weight"].Row(0)[0] = float.NaN;
        Batch batch = Samples.Batch(run.Graph, Batch, 3);
        probe.Observe(Numbers.Inputs(batch), Labels(run, batch), Targets(run, batch));
        LayerConsistency first = probe.Measure()[0];
        Assert.Equal(double.NaN, first.NullSpaceLoss);
        Assert.Equal(double.NaN, first.ResidualRms);
        Assert.True(double.IsFinite(first.EffectiveRank), "the inputs are finite");
    }

    [Fact]
    public void Misuse_is_named()
    {
        using var run = new EngineRun(networks.Emitted, networks.Specs["Chain"], InstructionSets.Available[0]);
        ConsistencyProbe probe = run.Engine.CreateProbe();
        Assert.Throws<InvalidOperationException>(() => probe.Measure());
        Assert.Throws<ArgumentException>(() => probe.Observe(new float[7], [], new float[7]));
        Assert.Throws<InvalidOperationException>(() => probe.Measure());
        probe.Dispose();
        Assert.Throws<ObjectDisposedException>(() => probe.Measure());

        NetworkSpec blind = networks.Specs["Chain"] with { Name = "Blind", Probes = false };
        using EmittedNetworks emitted = EmittedNetworks.Compile(blind);
        using CompiledNetwork network = emitted.Create(blind, InstructionSets.Available[0]);
        Assert.False(network.HasProbes);
        Assert.Contains("Probes = false", Assert.Throws<InvalidOperationException>(() => network.CreateProbe()).Message);
    }

    static void Compare(Comparison comparison, ReferenceNetwork reference, Differentiation step, Expected layer, Matrix before, int rows,
        Optimizer optimizer, LayerConsistency actual)
    {
        LayerFigures figures = LayerFigures.Of(reference, step, layer.Name, before, layer.Norms, layer.Activation, optimizer.Damping);
        comparison.Exactly(layer.Name + " rows", rows, actual.Rows);
        comparison.Exactly(layer.Name + " inputs", before.Rows, actual.Inputs);
        comparison.Exactly(layer.Name + " outputs", before.Columns, actual.Outputs);
        Number("speed", figures.TrainingSpeed, actual.TrainingSpeed);
        Number("input rms", figures.InputRms, actual.InputRms);
        Number("residual rms", figures.ResidualRms, actual.ResidualRms);
        Number("residual to input", figures.ResidualRms / figures.InputRms, actual.ResidualToInput);
        Number("propagation", figures.Propagation, actual.Propagation);
        Number("norm gain", figures.NormGain, actual.NormGain);
        Number("null space loss", figures.NullSpaceLoss, actual.NullSpaceLoss);
        Number("activation loss", figures.ActivationLoss, actual.ActivationLoss);
        Number("effective rank", figures.EffectiveRank, actual.EffectiveRank);
        Number("condition", figures.GramCondition, actual.GramCondition);
        bool decorrelated = optimizer.Decorrelate && actual.Layer.CurvatureForm != "off";
        Number("damped condition", decorrelated ? figures.DampedCondition : null, actual.DampedCondition);
        Number("damping", decorrelated ? optimizer.Damping : null, actual.Damping);
        comparison.Exactly(layer.Name + " factor age", decorrelated ? 0 : -1, actual.FactorAge);
        Assert.Equal(layer.Activation, actual.Activation);

        void Number(string what, double? expected, double value)
        {
            if (expected is { } number && double.IsFinite(number))
                comparison.Number($"{layer.Name} {what} of {rows} rows", number, value);
            else
                comparison.Exactly($"{layer.Name} {what} of {rows} rows, {value}, against {expected ?? double.NaN}: equality", 1, (expected ?? double.NaN).Equals(value) ? 1 : 0);
        }
    }

    static int[] Labels(EngineRun run, Batch batch) =>
        run.Engine.Info.Target.IsClass ? [.. batch.Target.Values.Select(static value => (int)value)] : [];

    static float[] Targets(EngineRun run, Batch batch) => run.Engine.Info.Target.IsClass ? [] : Numbers.Floats(batch.Target);

    /// <summary>A layer, the norms before it from the layer backwards, and the activation after it.</summary>
    internal sealed record Expected(string Name, string[] Norms, string? Activation);

    /// <summary>Chains, residual sums, concatenation, forks, convolutions, and every op.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly Dictionary<string, Expected[]> Layers = new()
        {
            ["Chain"] = [new("dense1", [], "relu1"), new("dense2", ["batchrms1"], "modu1"), new("dense3", ["layernorm1", "batchnorm1"], null)],
            ["Contractive"] = [new("dense1", [], "modu1"), new("dense2", ["batchrms1"], "modu2"), new("dense3", ["batchrms2"], null)],
            ["Residual"] = [new("dense1", ["rmsnorm1"], null), new("dense2", ["rmsnorm2"], "silu1"), new("dense3", ["layernorm1"], "gelu1"), new("dense4", [], null)],
            ["Joined"] = [new("dense1", [], "tanh1"), new("dense2", ["batchrms1"], "relu1"), new("dense3", [], null), new("dense4", ["batchnorm1"], "sigmoid1"), new("dense5", [], null)],
            ["Images"] =
            [
                new("conv1", [], "relu1"), new("conv2", ["batchrms1"], "modu1"), new("depthwiseconv1", ["groupnorm1"], null),
                new("conv3", [], "tanh1"), new("conv4", [], null), new("dense1", ["layernorm1"], null),
            ],
            ["Everything"] =
            [
                new("dense1", ["batchrms1"], "modu1"), new("dense2", ["layernorm1"], "gelu1"), new("dense3", ["rmsnorm1"], "silu1"),
                new("dense4", ["batchnorm1"], "relu1"), new("dense5", [], "tanh1"), new("dense6", [], "sigmoid1"),
                new("dense7", ["batchrms2"], "leakyrelu1"), new("dense8", [], null),
            ],
        };

        /// <summary>Compiles them.</summary>
        public Networks()
        {
            Specs = new[] { Chain(), Contractive(), Residual(), Joined(), Images(), Everything() }.ToDictionary(static spec => spec.Name);
            Emitted = EmittedNetworks.Compile(Specs.Values);
        }

        /// <summary>Declarations by name.</summary>
        public IReadOnlyDictionary<string, NetworkSpec> Specs { get; }

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();

        static NetworkSpec Chain()
        {
            var b = new NetworkBuilder("Chain", Batch);
            Value x = b.Input("x", 9).Dense(22).Relu().BatchRms().Dense(15, bias: false).ModU();
            return b.MeanSquaredError(x.BatchNorm(0.3, 0.01).LayerNorm(0.01).Dense(4, curvature: Curvature.Off), b.Targets(4));
        }

        static NetworkSpec Contractive()
        {
            var b = new NetworkBuilder("Contractive", Batch);
            Value x = b.Input("x", 4, 4, 1).Dense(16, curvature: Curvature.Primal).ModU().BatchRms().Dense(12).ModU();
            return b.SoftmaxCrossEntropy(x.BatchRms().Dense(5), b.Labels(5));
        }

        /// <summary>Norms and layers on the branches of sums, so that a layer's own part is not the whole residual of its input.</summary>
        static NetworkSpec Residual()
        {
            var b = new NetworkBuilder("Residual", Batch);
            Value x = b.Input("x", 8).RmsNorm(0.01).Dense(10);
            x += x.RmsNorm(0.01).Dense(10).Silu();
            x = (x + x.LayerNorm(0.01).Dense(10)).Gelu();
            return b.MeanSquaredError((x + x).Dense(3), b.Targets(3));
        }

        /// <summary>A concatenation, a value that goes several ways, and an activation behind a norm and dropout.</summary>
        static NetworkSpec Joined()
        {
            var b = new NetworkBuilder("Joined", Batch);
            Value x = b.Input("x", 7).Dense(11).Tanh();
            Value y = b.Concat(x, x.BatchRms().Dense(6).LayerNorm(0.01).Relu(), x.Dense(5));
            Value z = y.BatchNorm(0.3, 0.01).Dense(13).Dropout(0.3).Sigmoid();
            Value w = z.Dense(4);
            return b.Huber(w + w.Tanh(), b.Targets(4), 0.5);
        }

        /// <summary>Both Gram matrices of convolutions, more than ten thousand positions, groups, and an output of one position.</summary>
        static NetworkSpec Images()
        {
            var b = new NetworkBuilder("Images", Batch);
            Value x = b.Input("x", 21, 21, 2).Conv(4, "3x3", curvature: Curvature.Patches).Relu().BatchRms();
            x = x.Conv(6, "3x2", stride: "3x3", curvature: Curvature.Channels).ModU().GroupNorm(2, 0.01).DepthwiseConv("2x2").AveragePool("2x2");
            x = x.Conv(4, "1x1", groups: 2).Tanh().Conv(5, "3x3", padding: "Valid", curvature: Curvature.Patches);
            return b.MeanSquaredError(x.LayerNorm(0.01).Dense(4), b.Targets(4));
        }

        static NetworkSpec Everything() => Zoo.Everything(Batch, Curvature.Auto, width: 24) with { Name = "Everything" };
    }
}
