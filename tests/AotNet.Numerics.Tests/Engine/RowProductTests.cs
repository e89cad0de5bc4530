using AotNet.Compiler;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Networks of one row whose weights are so many that threads share them by rows.</summary>
public sealed class RowProductTests(RowProductTests.Networks networks) : IClassFixture<RowProductTests.Networks>
{
    /// <summary>Every instruction set.</summary>
    public static TheoryData<EmittedInstructions> Instructions => [.. InstructionSets.Available];

    [Fact]
    public void They_are_those_of_many_weights_and_inputs()
    {
        Plan plan = Planner.Plan(NetworkBuilder.GraphOf(networks.Spec));
        Assert.Equal(2, plan.Step.OfType<RowProduct>().Count());
        Assert.Equal(2, plan.Step.OfType<MatrixProduct>().Count());
        Assert.Empty(Planner.Plan(NetworkBuilder.GraphOf(networks.Spec with { Batch = 2 })).Step.OfType<RowProduct>());
    }

    [Theory, MemberData(nameof(Instructions))]
    public void They_agree_with_the_reference(EmittedInstructions instructions)
    {
        foreach (int threads in new[] { 1, 2 })
        {
            using var run = new EngineRun(networks.Emitted, networks.Spec, instructions, threads: threads);
            run.Engine.Optimizer = Optimizer.Sgd(0.05f);
            for (int step = 0; step < 3; step++)
            {
                run.CompareStep(Samples.Batch(run.Graph, 1, step), 1e-5);
                run.CompareInference(Samples.Batch(run.Graph, 1, 99 + step), 1e-5);
            }
        }
    }

    [Fact]
    public void Bits_depend_neither_on_threads_nor_on_the_instruction_set()
    {
        uint[][] all = [.. from instructions in InstructionSets.Available
                           from threads in new[] { 1, 2, 3, 8, 9 }
                           select Train(instructions, threads)];
        Assert.All(all, bits => Assert.Equal(all[0], bits));
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Warmed_steps_allocate_nothing(EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, networks.Spec, instructions, threads: 2);
        float[] inputs = Numbers.Inputs(Samples.Batch(run.Graph, 1, 1));
        void Step() => run.Engine.StepBatch(inputs, [1], []);
        for (int i = 0; i < 10; i++)
            Step();
        Assert.Equal([0, 0], AllocationMeter.Measure(run.Engine.Team, 100, Step));
    }

    uint[] Train(EmittedInstructions instructions, int threads)
    {
        using var run = new EngineRun(networks.Emitted, networks.Spec, instructions, threads: threads);
        // Less work than this is left to one thread.
        Assert.True(run.Engine.Info.TrainingFlops > 2_000_000);
        run.Engine.Optimizer = Optimizer.Adam();
        var bits = new List<uint>();
        for (int step = 0; step < 4; step++)
        {
            Batch batch = Samples.Batch(run.Graph, 1, step);
            bits.Add(BitConverter.SingleToUInt32Bits(run.StepEngine(batch).Loss));
            bits.AddRange(run.PredictEngine(batch).Select(BitConverter.SingleToUInt32Bits));
        }
        bits.AddRange(run.Engine.Tensors.SelectMany(static tensor => tensor.ToArray()).Select(BitConverter.SingleToUInt32Bits));
        return [.. bits];
    }

    /// <summary>With a bias and an activation, and without; last portions of fewer inputs, outputs that are padded.</summary>
    public sealed class Networks : IDisposable
    {
        /// <summary>Compiles it.</summary>
        public Networks()
        {
            var b = new NetworkBuilder("RowProducts", 1);
            Value x = b.Input("x", 1023).Dense(390, curvature: Curvature.Off).Relu();
            x = x.Dense(341, bias: false, curvature: Curvature.Off).Tanh().Dense(40, curvature: Curvature.Off).Relu();
            Spec = b.SoftmaxCrossEntropy(x.Dense(5, curvature: Curvature.Off), b.Labels(5));
            Emitted = EmittedNetworks.Compile(Spec);
        }

        internal NetworkSpec Spec { get; }

        internal EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
