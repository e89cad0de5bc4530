using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>
/// Steps that update weights as soon as their gradient is known leave what steps that store gradients leave: every bit, in
/// every form of curvature, for batches and for networks of one row.
/// </summary>
public sealed class InPlaceUpdateTests(InPlaceUpdateTests.Networks networks) : IClassFixture<InPlaceUpdateTests.Networks>
{
    static readonly Optimizer[] Optimizers =
    [
        Optimizer.Sgd(0.01f), Optimizer.Sgd(0.01f) with { Momentum = 0, WeightDecay = 0.01f },
        Optimizer.Sgd(0.01f) with { Nesterov = true, ClipValue = 0.01f }, Optimizer.Sgd2(0.05f),
        Optimizer.Sgd2(0.05f) with { DecorrelateBias = false }, Optimizer.Adam(), Optimizer.AdamW() with { Decorrelate = true },
        Optimizer.RmsProp(), Optimizer.RmsProp() with { Momentum = 0.9f }, Optimizer.Adagrad(),
    ];

    /// <summary>Every network on every instruction set.</summary>
    public static TheoryData<string, EmittedInstructions> Cases => InstructionSets.Each(Networks.Specs.Select(static spec => spec.Name));

    [Theory, MemberData(nameof(Cases))]
    public void Updates_in_place_leave_the_bits_of_stored_gradients(string name, EmittedInstructions instructions)
    {
        foreach (Optimizer optimizer in Optimizers)
        {
            uint[] stored = Train(name, instructions, optimizer, keepsGradients: true, threads: 1);
            Assert.Equal(stored, Train(name, instructions, optimizer, keepsGradients: false, threads: 1));
            Assert.Equal(stored, Train(name, instructions, optimizer, keepsGradients: false, threads: 3));
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Steps_of_one_row_agree_with_the_reference(string name, EmittedInstructions instructions)
    {
        using EngineRun run = Run(name, instructions, threads: 1);
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f);
        for (int seed = 1; seed <= 3; seed++)
            run.CompareStep(Samples.Batch(run.Graph, 1, seed), 1e-4);
    }

    [Fact]
    public void Gradients_that_were_not_stored_are_not_shown()
    {
        using EngineRun run = Run(Networks.Specs[0].Name, InstructionSets.Available[0], threads: 1);
        run.Engine.KeepsGradients = false;
        var error = Assert.Throws<InvalidOperationException>(() => run.Engine.Gradients);
        Assert.Contains("KeepsGradients", error.Message, StringComparison.Ordinal);
    }

    EngineRun Run(string name, EmittedInstructions instructions, int threads) =>
        new(networks.Emitted, Networks.Specs.Single(spec => spec.Name == name), instructions, threads: threads);

    uint[] Train(string name, EmittedInstructions instructions, Optimizer optimizer, bool keepsGradients, int threads)
    {
        using EngineRun run = Run(name, instructions, threads);
        run.Engine.KeepsGradients = keepsGradients;
        run.Engine.Optimizer = optimizer;
        int batch = run.Graph.Spec.Batch;
        return run.TrainEngine(new[] { batch, Math.Max(1, batch - 3), batch }.Select(rows => Samples.Batch(run.Graph, rows, rows)));
    }

    /// <summary>A network with every op in each form and one without curvature, of a batch and of one row; one of long sums, one of many inputs, one of wide rows.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly NetworkSpec[] Specs =
        [
            .. from form in new[] { Curvature.Primal, Curvature.Dual, Curvature.Blocked, Curvature.TwoSided, Curvature.Off }
               from batch in new[] { 40, 1 }
               select Zoo.Everything(batch, form, width: 90, suffix: "_" + batch),
            Zoo.Smooth("LongSums", batch: 300), LargeInputs(), WideLayer(),
        ];

        /// <summary>More inputs than the second-level cache holds beside the weights.</summary>
        static NetworkSpec LargeInputs()
        {
            var builder = new NetworkBuilder("LargeInputs", batch: 300);
            return builder.MeanSquaredError(builder.Input("x", 901).Dense(70).Tanh().Dense(4), builder.Targets(4));
        }

        /// <summary>Weights too wide for the optimiser to take their gradients in whole rows.</summary>
        static NetworkSpec WideLayer()
        {
            var builder = new NetworkBuilder("WideLayer", batch: 9);
            return builder.MeanSquaredError(builder.Input("x", 21).Dense(4150, curvature: Curvature.Off).Tanh().Dense(3, curvature: Curvature.Off), builder.Targets(3));
        }

        /// <summary>Compiles them.</summary>
        public Networks() => Emitted = EmittedNetworks.Compile(Specs);

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
