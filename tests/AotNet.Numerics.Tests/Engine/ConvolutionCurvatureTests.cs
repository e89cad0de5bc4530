using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Runtime;
using Xunit;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Decorrelated gradients of convolutions, by channels and by patches, against dense double-precision solves.</summary>
public sealed class ConvolutionCurvatureTests(ConvolutionCurvatureTests.Networks networks) : IClassFixture<ConvolutionCurvatureTests.Networks>
{
    const int Batch = 7, LargeBatch = 17;
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

    EngineRun Run(string network, Curvature form, EmittedInstructions instructions) =>
        new(networks.Emitted, networks.Specs[(network, form)], instructions, threads: 2);

    /// <summary>All networks in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly Curvature[] Forms = [Curvature.Channels, Curvature.Patches];

        /// <summary>Compiles them.</summary>
        public Networks()
        {
            foreach (Curvature form in Forms)
            {
                Specs.Add(("Small", form), Small("Small" + form, form, averaged: false));
                Specs.Add(("Averaged", form), Small("Averaged" + form, form, averaged: true));
                Specs.Add(("Large", form), Large(form));
            }
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
            var builder = new NetworkBuilder(name, Batch) { AveragedCurvature = averaged };
            Value x = builder.Input("x", 6, 5, 3).Conv(5, "3x3", curvature: form).Tanh().Conv(6, "3x2", stride: "2x1", bias: false, curvature: form).Tanh();
            return builder.MeanSquaredError(x.Conv(17, "1x1", curvature: form).Tanh().Conv(4, "3x4", padding: "Valid", curvature: form).Flatten().Dense(4, curvature: Curvature.Primal), builder.Targets(4));
        }

        static NetworkSpec Large(Curvature form)
        {
            var builder = new NetworkBuilder("Large" + form, LargeBatch);
            Value x = builder.Input("x", 25, 25, 2).Conv(3, "2x2", curvature: form).Tanh();
            return builder.MeanSquaredError(x.GlobalAveragePool().Dense(2, curvature: Curvature.Off), builder.Targets(2));
        }
    }
}
