using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Every update rule over several steps against the reference.</summary>
public sealed class OptimizerTests(OptimizerTests.Networks networks) : IClassFixture<OptimizerTests.Networks>
{
    static readonly Dictionary<string, Optimizer> Optimizers = new()
    {
        ["SGD"] = Optimizer.Sgd(),
        ["SGD without momentum"] = Optimizer.Sgd() with { Momentum = 0f },
        ["SGD Nesterov"] = Optimizer.Sgd() with { Nesterov = true },
        ["SGD L2"] = Optimizer.Sgd() with { WeightDecay = 0.1f },
        ["SGD decoupled decay"] = Optimizer.Sgd() with { WeightDecay = 0.1f, WeightDecayKind = WeightDecayKind.Decoupled },
        ["SGD decorrelated"] = Optimizer.Sgd() with { Decorrelate = true },
        ["SGD2"] = Optimizer.Sgd2(),
        ["SGD2 strong decay"] = Optimizer.Sgd2() with { WeightDecay = 0.1f, DecorrelateBias = false },
        ["SGD2 L2"] = Optimizer.Sgd2() with { WeightDecay = 0.1f, WeightDecayKind = WeightDecayKind.L2 },
        ["SGD2 not decorrelated"] = Optimizer.Sgd2() with { Decorrelate = false },
        ["Adam"] = Optimizer.Adam(0.01f),
        ["Adam L2"] = Optimizer.Adam(0.01f) with { WeightDecay = 0.1f },
        ["Adam decorrelated"] = Optimizer.Adam(0.01f) with { Decorrelate = true, Damping = 0.3f },
        ["AdamW"] = Optimizer.AdamW(0.01f),
        ["RMSProp"] = Optimizer.RmsProp(0.01f),
        ["RMSProp momentum"] = Optimizer.RmsProp(0.01f) with { Momentum = 0.5f, Decorrelate = true },
        ["Adagrad"] = Optimizer.Adagrad(),
        ["Adagrad decorrelated"] = Optimizer.Adagrad() with { Decorrelate = true, WeightDecay = 0.01f },
        ["clipped"] = Optimizer.Sgd() with { ClipNorm = 0.01f },
        ["clipped and decorrelated"] = Optimizer.Sgd2() with { ClipNorm = 0.001f },
        ["clip out of reach"] = Optimizer.Sgd() with { ClipNorm = 1e6f },
    };

    /// <summary>Every rule on every instruction set.</summary>
    public static TheoryData<string, EmittedInstructions> Cases => InstructionSets.Each(Optimizers.Keys);

    [Theory, MemberData(nameof(Cases))]
    public void Six_steps_agree_with_the_reference(string name, EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, networks.Spec, instructions);
        run.Engine.Optimizer = Optimizers[name];
        for (int step = 1; step <= 6; step++)
        {
            // As a schedule does.
            if (step == 4)
                run.Engine.LearningRate *= 0.5f;
            run.CompareStep(Samples.Batch(run.Graph, step % 2 == 0 ? 14 : 9, step), 1e-4);
        }
        Assert.Equal(6, run.Engine.StepCount);
    }

    /// <summary>One network for all.</summary>
    public sealed class Networks : IDisposable
    {
        /// <summary>Compiles it.</summary>
        public Networks()
        {
            Spec = Zoo.Smooth("SmoothOptimised", batch: 14, Curvature.Auto);
            Emitted = EmittedNetworks.Compile(Spec);
        }

        /// <summary>Its declaration.</summary>
        public NetworkSpec Spec { get; }

        /// <summary>What it compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
