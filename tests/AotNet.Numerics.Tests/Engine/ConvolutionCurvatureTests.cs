using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;
using Xunit;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Decorrelated gradients of convolutions in every form against dense double-precision solves.</summary>
public sealed class ConvolutionCurvatureTests(ConvolutionCurvatureTests.Networks networks) : IClassFixture<ConvolutionCurvatureTests.Networks>
{
    const int Batch = 7, LargeBatch = 17, WideBatch = 5;
    const double Tolerance = 4e-5;

    /// <summary>Every form on every instruction set.</summary>
    public static TheoryData<Curvature, EmittedInstructions> Forms
    {
        get
        {
            var forms = new TheoryData<Curvature, EmittedInstructions>();
            foreach (Curvature form in Networks.Forms)
                foreach (EmittedInstructions instructions in InstructionSets.Available)
                    forms.Add(form, instructions);
            return forms;
        }
    }

    [Theory, MemberData(nameof(Forms))]
    public void Gradients_and_steps_agree_with_dense_solves(Curvature form, EmittedInstructions instructions)
    {
        using EngineRun run = Run("Small", form, instructions);
        int seed = 1;
        foreach (bool withBias in new[] { true, false })
            foreach (float damping in new[] { 1f, 0.05f })
            {
                run.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { Damping = damping, DecorrelateBias = withBias };
                foreach (int rows in new[] { Batch, 1, Batch - 2 })
                    run.CompareStep(Samples.Batch(run.Graph, rows, seed++), damping < 0.1f ? 1e-4 : Tolerance);
            }
        Assert.Equal(0, run.Engine.DampingRaised);
        Assert.Equal(0, run.Engine.DecorrelationsSkipped);
    }

    [Theory, MemberData(nameof(Forms))]
    public void Of_more_than_ten_thousand_columns_every_second_one_counts(Curvature form, EmittedInstructions instructions)
    {
        using EngineRun run = Run("Large", form, instructions);
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f);
        foreach (int rows in new[] { LargeBatch, 15 })
            run.CompareStep(Samples.Batch(run.Graph, rows, rows), Tolerance);
    }

    [Theory, MemberData(nameof(Forms))]
    public void Averages_and_refreshed_factors_agree_with_dense_solves(Curvature form, EmittedInstructions instructions)
    {
        using EngineRun run = Run("Averaged", form, instructions);
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { GramAverage = 0.8f, FactorInterval = 2, Damping = 0.3f };
        for (int seed = 1; seed < 6; seed++)
            run.CompareStep(Samples.Batch(run.Graph, seed == 3 ? 2 : Batch, seed), Tolerance);
    }

    [Theory, MemberData(nameof(Forms))]
    public void Steps_are_limited_by_the_slope_of_convolutions_too(Curvature form, EmittedInstructions instructions)
    {
        using EngineRun run = Run("Small", form, instructions);
        foreach (bool withBias in new[] { true, false })
        {
            run.Engine.Optimizer = Optimizer.Sgd2(0.2f) with { KlClip = 1e-4f, Damping = 0.5f, DecorrelateBias = withBias };
            run.CompareStep(Samples.Batch(run.Graph, Batch, 4), Tolerance);
        }
    }

    [Theory, MemberData(nameof(Forms))]
    public void Without_decorrelation_every_form_leaves_the_gradient(Curvature form, EmittedInstructions instructions)
    {
        using EngineRun run = Run("Small", form, instructions);
        run.Engine.Optimizer = Optimizer.Sgd(0.05f);
        run.CompareStep(Samples.Batch(run.Graph, Batch, 3), Tolerance);
    }

    /// <summary>
    /// Many channels at few positions, seen from the samples; and many outputs, which make blocks of patches affordable.
    /// </summary>
    [Theory, MemberData(nameof(Instructions))]
    public void Forms_of_uncommon_sizes_agree_with_dense_solves(EmittedInstructions instructions)
    {
        using EngineRun run = Run("Wide", Curvature.Auto, instructions);
        int seed = 1;
        foreach (bool withBias in new[] { true, false })
            foreach (Optimizer optimizer in new[] { Optimizer.Sgd2(0.05f) with { Damping = 0.5f }, Optimizer.Sgd2(0.05f) with { Damping = 0.1f, DampingScale = DampingScale.Trace, KlClip = 1e-4f } })
            {
                run.Engine.Optimizer = optimizer with { DecorrelateBias = withBias };
                foreach (int rows in new[] { WideBatch, 1, WideBatch - 2 })
                    run.CompareStep(Samples.Batch(run.Graph, rows, seed++), 1e-4);
            }
        Assert.Equal(0, run.Engine.DampingRaised);
        Assert.Equal(["channels-dual", "patches-dual", "channels-dual", "channels-blocked", "patches-blocked"],
            run.Engine.CurvatureLayers.Select(static layer => layer.Form).Where(static form => form != "off"));
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Damping_by_a_trace_of_zero_stays_finite(EmittedInstructions instructions)
    {
        using EngineRun run = Run("Wide", Curvature.Auto, instructions);
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { DampingScale = DampingScale.Trace, DecorrelateBias = false };
        Batch batch = Samples.Batch(run.Graph, WideBatch, 2);
        run.StepEngine(batch with { Inputs = [.. batch.Inputs.Select(static input => 0 * input)] });
        Assert.All(run.Engine.Tensors.SelectMany(static tensor => tensor.ToArray()), static value => Assert.True(float.IsFinite(value)));
    }

    /// <summary>Every instruction set.</summary>
    public static TheoryData<EmittedInstructions> Instructions => [.. InstructionSets.Available];

    EngineRun Run(string network, Curvature form, EmittedInstructions instructions) =>
        new(networks.Emitted, networks.Specs[(network, form)], instructions, threads: 2);

    /// <summary>All networks in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly Curvature[] Forms = [Curvature.Channels, Curvature.Patches, Curvature.Dual, Curvature.Blocked, Curvature.TwoSided];

        /// <summary>Compiles them.</summary>
        public Networks()
        {
            foreach (Curvature form in Forms)
            {
                Specs.Add(("Small", form), Small("Small" + form, form, averaged: false));
                Specs.Add(("Averaged", form), Small("Averaged" + form, form, averaged: true));
                Specs.Add(("Large", form), Large(form));
            }
            Specs.Add(("Wide", Curvature.Auto), Wide());
            Emitted = EmittedNetworks.Compile(Specs.Values);
        }

        /// <summary>Declarations.</summary>
        public Dictionary<(string, Curvature), NetworkSpec> Specs { get; } = [];

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();

        static NetworkSpec Small(string name, Curvature form, bool averaged)
        {
            var builder = new NetworkBuilder(name, Batch) { AveragedCurvature = averaged, CurvatureBlock = 7 };
            Value x = builder.Input("x", 6, 5, 3).Conv(5, "3x3", curvature: form).Tanh().Conv(6, "3x2", stride: "2x1", bias: false, curvature: form).Tanh();
            return builder.MeanSquaredError(x.Conv(17, "1x1", curvature: form).Tanh().Conv(4, "3x4", padding: "Valid", curvature: form).Flatten().Dense(4, curvature: Curvature.Primal), builder.Targets(4));
        }

        static NetworkSpec Wide()
        {
            var builder = new NetworkBuilder("Wide", WideBatch) { CurvatureBlock = 16 };
            Value few = builder.Input("few", 2, 2, 70).Conv(65, "3x2", curvature: Curvature.Channels).Tanh().Conv(260, "2x2", curvature: Curvature.Patches).Tanh();
            few = few.Conv(96, "1x2").Tanh().Conv(33, "2x2", bias: false, curvature: Curvature.Channels).Tanh().Conv(5, "2x1", curvature: Curvature.Blocked);
            Value many = builder.Input("many", 10, 12, 9).Conv(256, "2x1", curvature: Curvature.Blocked).Tanh().GlobalAveragePool();
            return builder.MeanSquaredError(builder.Concat(few.Flatten(), many).Dense(3, curvature: Curvature.Off), builder.Targets(3));
        }

        static NetworkSpec Large(Curvature form)
        {
            var builder = new NetworkBuilder("Large" + form, LargeBatch) { CurvatureBlock = 2 };
            Value x = builder.Input("x", 25, 25, 2).Conv(3, "2x2", curvature: form).Tanh();
            return builder.MeanSquaredError(x.GlobalAveragePool().Dense(2, curvature: Curvature.Off), builder.Targets(2));
        }
    }
}
