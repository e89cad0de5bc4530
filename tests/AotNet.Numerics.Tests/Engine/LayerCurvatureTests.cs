using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Layers that differ from the optimiser, and damping relative to the trace, in every form against dense solves.</summary>
public sealed class LayerCurvatureTests(CurvatureTests.Networks networks) : IClassFixture<CurvatureTests.Networks>
{
    const int Batch = 21;

    /// <summary>Every form on every instruction set.</summary>
    public static TheoryData<Curvature, EmittedInstructions> Forms
    {
        get
        {
            var forms = new TheoryData<Curvature, EmittedInstructions>();
            foreach (Curvature form in new[] { Curvature.Primal, Curvature.Dual, Curvature.Blocked })
                foreach (EmittedInstructions instructions in InstructionSets.Available)
                    forms.Add(form, instructions);
            return forms;
        }
    }

    [Theory, MemberData(nameof(Forms))]
    public void Layers_follow_their_own_settings(Curvature form, EmittedInstructions instructions)
    {
        LayerCurvatures off = LayerCurvatures.None.With("dense1", new() { Decorrelate = false });
        LayerCurvatures damped = LayerCurvatures.None.With("dense2", new() { Damping = 0.2f }).With("dense3", new() { Damping = 7f });
        LayerCurvatures one = LayerCurvatures.None.With("dense2", new() { Decorrelate = true, Damping = 0.4f });
        using EngineRun run = Run(form, instructions);
        int seed = 1;
        foreach (Optimizer optimizer in new[]
        {
            Optimizer.Sgd2(0.05f) with { Layers = off }, Optimizer.Sgd2(0.05f) with { Layers = damped },
            Optimizer.Sgd2(0.05f) with { Layers = off.With("dense3", new() { Damping = 3f }), DecorrelateBias = false },
            Optimizer.Sgd(0.05f) with { Layers = one },
        })
        {
            run.Engine.Optimizer = optimizer;
            foreach (int rows in new[] { Batch, 5 })
                run.CompareStep(Samples.Batch(run.Graph, rows, seed++), 2e-5);
        }
    }

    [Theory, MemberData(nameof(Forms))]
    public void Damping_relative_to_the_trace_agrees_with_dense_solves(Curvature form, EmittedInstructions instructions)
    {
        using EngineRun run = Run(form, instructions);
        int seed = 1;
        foreach (bool withBias in new[] { true, false })
        {
            run.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { DampingScale = DampingScale.Trace, Damping = 0.3f, DecorrelateBias = withBias };
            foreach (int rows in new[] { Batch, 1, 9 })
                run.CompareStep(Samples.Batch(run.Graph, rows, seed++), 2e-5);
        }
        Assert.Equal(0, run.Engine.DampingRaised);
    }

    [Theory, MemberData(nameof(Forms))]
    public void Relative_damping_does_not_feel_the_scale_of_the_inputs(Curvature form, EmittedInstructions instructions)
    {
        var directions = new List<float[]>();
        foreach (float scale in new[] { 1f, 1024f })
        {
            using EngineRun run = Run(form, instructions);
            run.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { DampingScale = DampingScale.Trace, Damping = 0.3f, DecorrelateBias = false };
            Batch batch = Samples.Batch(run.Graph, Batch, 3);
            // The layer sees inputs and weights whose product is the same.
            run.Engine.Parameters["dense1.weight"].CopyFrom([.. run.Engine.Parameters["dense1.weight"].ToArray().Select(w => w / scale)]);
            run.StepEngine(batch with { Inputs = [scale * batch.Inputs[0]] });
            directions.Add([.. run.Engine.Gradients["dense1.weight"].ToArray().Select(value => value * scale)]);
        }
        // A power of two scales without rounding.
        Assert.Equal(directions[0], directions[1]);
    }

    [Theory, MemberData(nameof(Forms))]
    public void Steps_in_place_leave_the_bits_of_stored_gradients(Curvature form, EmittedInstructions instructions)
    {
        uint[] Train(bool keepsGradients)
        {
            using EngineRun run = Run(form, instructions);
            run.Engine.KeepsGradients = keepsGradients;
            run.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { Layers = LayerCurvatures.None.With("dense2", new() { Decorrelate = false }) };
            for (int seed = 1; seed <= 3; seed++)
                run.StepEngine(Samples.Batch(run.Graph, Batch, seed));
            return [.. run.Engine.Tensors.SelectMany(static tensor => tensor.ToArray()).Select(BitConverter.SingleToUInt32Bits)];
        }
        Assert.Equal(Train(keepsGradients: true), Train(keepsGradients: false));
    }

    [Fact]
    public void Settings_compare_by_value()
    {
        LayerCurvatures first = LayerCurvatures.None.With("a", new() { Damping = 1f }).With("b", new() { Decorrelate = false });
        LayerCurvatures second = LayerCurvatures.None.With("b", new() { Decorrelate = true }).With("a", new() { Damping = 1f });
        Assert.NotEqual(first, second);
        second = second.With("b", new() { Decorrelate = false });
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
        Assert.Equal(Optimizer.Sgd2() with { Layers = first }, Optimizer.Sgd2() with { Layers = second });
        Assert.NotEqual(Optimizer.Sgd2(), Optimizer.Sgd2() with { Layers = second });
    }

    [Fact]
    public void Layers_that_are_not_there_or_off_are_refused()
    {
        using EngineRun primal = Run(Curvature.Primal, EmittedInstructions.Avx2), off = Run(Curvature.Off, EmittedInstructions.Avx2);
        Optimizer With(string name, LayerCurvature settings) => Optimizer.Sgd2() with { Layers = LayerCurvatures.None.With(name, settings) };
        Assert.Contains("dense1, dense2, dense3", Assert.Throws<ArgumentException>(
            () => primal.Engine.Optimizer = With("dense4", new() { Decorrelate = false })).Message);
        foreach (LayerCurvature settings in new LayerCurvature[] { new() { Decorrelate = true }, new() { Damping = 1f } })
            Assert.Contains("Curvature.Off", Assert.Throws<ArgumentException>(() => off.Engine.Optimizer = With("dense2", settings)).Message);
        off.Engine.Optimizer = With("dense2", new() { Decorrelate = false });
        Assert.Throws<ArgumentOutOfRangeException>(() => primal.Engine.Optimizer = With("dense1", new() { Damping = 0f }));
    }

    EngineRun Run(Curvature form, EmittedInstructions instructions) => new(networks.Emitted, networks.Specs[form], instructions);
}
