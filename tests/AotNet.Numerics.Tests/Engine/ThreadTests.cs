using System.Collections.Concurrent;
using AotNet.Compiler;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>What must hold however many threads work, and while they do: equal bits, and no managed allocation.</summary>
public sealed class ThreadTests(ThreadTests.Networks networks) : IClassFixture<ThreadTests.Networks>
{
    const int Batch = 40;

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
    public void Results_are_bit_identical_for_any_number_of_threads(Curvature form, EmittedInstructions instructions)
    {
        Optimizer optimizer = Optimizer.Sgd2(0.05f) with { ClipNorm = 0.1f };
        uint[] single = Train(networks.Specs[form], instructions, threads: 1, optimizer);
        Assert.DoesNotContain(single, static bits => !float.IsFinite(BitConverter.UInt32BitsToSingle(bits)));
        foreach (int threads in new[] { 2, 3, 8 })
            Assert.Equal(single, Train(networks.Specs[form], instructions, threads, optimizer));
    }

    /// <summary>Averages whose drift decides, limits and trial steps on every instruction set.</summary>
    public static TheoryData<EmittedInstructions> Instructions => [.. InstructionSets.Available];

    [Theory, MemberData(nameof(Instructions))]
    public void Kept_curvature_and_controlled_steps_are_bit_identical_too(EmittedInstructions instructions)
    {
        Optimizer optimizer = Optimizer.Sgd2(0.05f) with
        {
            GramAverage = 0.9f, FactorDrift = 0.3f, DampingScale = DampingScale.Trace, AdaptsDamping = true, StepNorm = 0.05f, KlClip = 1e-3f,
            Layers = LayerCurvatures.None.With("dense3", new() { Decorrelate = false }),
        };
        uint[] single = Train(networks.Kept, instructions, threads: 1, optimizer);
        foreach (int threads in new[] { 2, 3, 8 })
            Assert.Equal(single, Train(networks.Kept, instructions, threads, optimizer));
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Wide_inputs_are_loaded_alike(EmittedInstructions instructions)
    {
        uint[] single = Train(networks.Loaded, instructions, threads: 1, Optimizer.Sgd(0.05f));
        foreach (int threads in new[] { 2, 3, 8 })
            Assert.Equal(single, Train(networks.Loaded, instructions, threads, Optimizer.Sgd(0.05f)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Other_work_is_shared_between_two_calls(int threads)
    {
        using var run = new EngineRun(networks.Emitted, networks.Loaded, InstructionSets.Available[0], threads: threads);
        var parts = new Parts();
        run.Engine.Share(parts);
        Assert.Equal(Enumerable.Range(0, threads).Select(worker => (worker, threads)), parts.Done.Order());
        run.Engine.StepBatch(new float[1655], [0], []);
        Assert.Equal(threads, parts.Done.Count);
        var nothing = new Nothing();
        Assert.Equal(new long[threads], AllocationMeter.Measure(run.Engine.Team, 100, () => run.Engine.Share(nothing)));
        Assert.Throws<ArgumentNullException>(() => run.Engine.Share(null!));
    }

    [Fact]
    public void Few_positions_take_the_forms_they_stand_for() => Assert.Equal(
        ["channels-dual", "patches-dual", "patches-two-sided", "patches-blocked", "channels-blocked", "off"],
        Planner.Plan(NetworkBuilder.GraphOf(networks.Specs[Networks.FewPositions])).Curvatures.Select(static curvature => curvature.FormName));

    [Theory, MemberData(nameof(Forms))]
    public void A_hundred_warmed_steps_allocate_nothing(Curvature form, EmittedInstructions instructions)
    {
        foreach ((int threads, bool keepsGradients) in new[] { (1, true), (2, true), (1, false), (2, false) })
        {
            using var run = new EngineRun(networks.Emitted, networks.Specs[form], instructions, threads: threads);
            run.Engine.KeepsGradients = keepsGradients;
            run.Engine.Optimizer = Optimizer.Sgd2(0.01f) with { ClipNorm = keepsGradients ? 1f : 0f };
            Batch batch = Samples.Batch(run.Graph, Batch, 1);
            float[] inputs = Numbers.Inputs(batch), outputs = new float[Batch * run.Graph.Output.Width];
            int[] labels = [.. batch.Target.Values.Select(static value => (int)value)];
            void Call()
            {
                run.Engine.StepBatch(inputs, labels, []);
                run.Engine.EvaluateBatch(inputs, labels, []);
                run.Engine.PredictBatch(inputs, outputs);
            }
            for (int i = 0; i < 10; i++)
                Call();
            Assert.Equal(new long[threads], AllocationMeter.Measure(run.Engine.Team, 100, Call));
        }
    }

    sealed class Parts : ISharedWork
    {
        internal ConcurrentBag<(int Worker, int Workers)> Done { get; } = [];

        public void Work(int worker, int workers) => Done.Add((worker, workers));
    }

    sealed class Nothing : ISharedWork
    {
        public void Work(int worker, int workers)
        {
        }
    }

    /// <summary>All bits that three steps and a prediction leave.</summary>
    uint[] Train(NetworkSpec spec, EmittedInstructions instructions, int threads, Optimizer optimizer)
    {
        using var run = new EngineRun(networks.Emitted, spec, instructions, threads: threads);
        // Less work than this is left to one thread, and the test would compare one thread with itself.
        Assert.True(run.Engine.Info.ForwardFlops * (Batch - 3) > 2_000_000);
        Assert.Equal(threads, run.Engine.Threads);
        run.Engine.ReversesBlocks = false;
        run.Engine.Optimizer = optimizer;
        var bits = new List<uint>();
        foreach (int rows in new[] { Batch, Batch - 3, Batch })
        {
            Batch batch = Samples.Batch(run.Graph, rows, rows);
            bits.Add(BitConverter.SingleToUInt32Bits(run.StepEngine(batch).Loss));
            bits.AddRange(run.PredictEngine(batch).Select(BitConverter.SingleToUInt32Bits));
        }
        foreach (NetworkTensor tensor in run.Engine.Tensors)
            bits.AddRange(tensor.ToArray().Select(BitConverter.SingleToUInt32Bits));
        return [.. bits];
    }

    /// <summary>One network with every op, in each form of dense layers, and one of images in each form of convolutions.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly Curvature[] Forms = [Curvature.Primal, Curvature.Dual, Curvature.Blocked, Curvature.TwoSided,
            Curvature.Channels, Curvature.Patches, FewPositions];

        /// <summary>Stands for the forms of convolutions over few positions.</summary>
        internal const Curvature FewPositions = Curvature.Auto;

        /// <summary>Compiles them.</summary>
        public Networks()
        {
            Specs = Forms.ToDictionary(static form => form, static form =>
                form is Curvature.Channels or Curvature.Patches ? Zoo.Images(Batch, form)
                : form == FewPositions ? Zoo.FewPositions(Batch) : Zoo.Everything(Batch, form, width: 96));
            Kept = Specs[Curvature.TwoSided] with { Name = "Kept", AveragedCurvature = true };
            Emitted = EmittedNetworks.Compile([.. Specs.Values, Kept, Loaded]);
        }

        /// <summary>Declarations.</summary>
        public IReadOnlyDictionary<Curvature, NetworkSpec> Specs { get; }

        /// <summary>One that keeps Gram matrices of both sides.</summary>
        public NetworkSpec Kept { get; }

        /// <summary>One whose inputs all threads load.</summary>
        public NetworkSpec Loaded { get; } = Zoo.WideInputs(Batch);

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
