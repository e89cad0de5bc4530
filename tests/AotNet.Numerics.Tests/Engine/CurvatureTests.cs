using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Reference.Curvature;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Decorrelated gradients of the compiled networks in every form against dense double-precision solves.</summary>
public sealed class CurvatureTests(CurvatureTests.Networks networks) : IClassFixture<CurvatureTests.Networks>
{
    const int Batch = 21;
    const double Tolerance = 2e-5;

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
        using EngineRun run = Run(form, instructions);
        int seed = 1;
        foreach (bool withBias in new[] { true, false })
        {
            foreach (float damping in new[] { 1f, 0.05f, 20f })
            {
                run.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { Damping = damping, DecorrelateBias = withBias };
                foreach (int rows in new[] { Batch, 1, Batch - 6 })
                    run.CompareStep(Samples.Batch(run.Graph, rows, seed++), damping < 0.1f ? 1e-4 : Tolerance);
            }
        }
        Assert.Equal(0, run.Engine.DampingRaised);
        Assert.Equal(0, run.Engine.DecorrelationsSkipped);
    }

    [Theory, MemberData(nameof(Forms))]
    public void Without_decorrelation_every_form_leaves_the_gradient(Curvature form, EmittedInstructions instructions)
    {
        using EngineRun run = Run(form, instructions);
        run.Engine.Optimizer = Optimizer.Sgd(0.05f);
        run.CompareStep(Samples.Batch(run.Graph, Batch, 3), Tolerance);
        run.CompareStep(Samples.Batch(run.Graph, 2, 4), Tolerance);
    }

    [Theory, MemberData(nameof(Forms))]
    public void Degenerate_inputs_stay_finite_and_right(Curvature form, EmittedInstructions instructions)
    {
        using EngineRun run = Run(form, instructions);
        run.Engine.Optimizer = Optimizer.Sgd2(0.01f) with { Damping = 0.1f };
        foreach (Func<Matrix, int, int, double> degenerate in (Func<Matrix, int, int, double>[])
        [
            static (x, r, c) => c == 2 ? 3 : x[r, c],
            static (x, r, c) => c == 2 ? x[r, 1] : x[r, c],
            static (x, r, c) => c == 2 ? 0 : x[r, c],
            static (x, r, c) => x[0, c],
            static (_, _, _) => 0,
        ])
        {
            Batch drawn = Samples.Batch(run.Graph, 15, 5);
            Matrix input = Matrix.Of(15, drawn.Inputs[0].Columns, (r, c) => degenerate(drawn.Inputs[0], r, c));
            run.CompareStep(drawn with { Inputs = [input] }, 1e-4);
        }
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Dual_equals_primal(EmittedInstructions instructions)
    {
        using EngineRun primal = Run(Curvature.Primal, instructions), dual = Run(Curvature.Dual, instructions);
        foreach (int rows in new[] { Batch, 5, 1 })
        {
            Batch batch = Samples.Batch(primal.Graph, rows, rows);
            foreach (EngineRun run in new[] { primal, dual })
            {
                run.CopyToEngine();
                run.Engine.Optimizer = Optimizer.Sgd2(0.1f);
                run.StepEngine(batch);
            }
            var comparison = new Comparison(1e-5);
            foreach (NetworkTensor gradient in primal.Engine.Gradients)
            {
                Matrix expected = new(gradient.Rows, gradient.Columns, [.. gradient.ToArray()]);
                comparison.Values(gradient.Name, expected, dual.Engine.Gradients[gradient.Name].ToArray(), scale: 0);
            }
            comparison.Check();
        }
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Random_blocks_are_a_function_of_seed_step_and_layer(EmittedInstructions instructions)
    {
        using EngineRun run = Run(Curvature.Blocked, instructions);
        run.Engine.ReversesBlocks = false;
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f);
        run.Reference.BlockOrder = (node, _, order) =>
        {
            int[] permutation = new int[order];
            new CounterRandom(CounterHash.Key(run.Engine.Seed, (uint)node.Id, (ulong)run.Reference.UpdatesDone)).Permutation(permutation);
            return permutation;
        };
        for (int seed = 1; seed <= 3; seed++)
            run.CompareStep(Samples.Batch(run.Graph, Batch, seed), Tolerance);
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Strong_damping_leaves_the_direction(EmittedInstructions instructions)
    {
        using EngineRun run = Run(Curvature.Primal, instructions);
        Batch batch = Samples.Batch(run.Graph, Batch, 8);
        run.Engine.Optimizer = Optimizer.Sgd(1e-6f);
        run.StepEngine(batch);
        Dictionary<string, float[]> plain = run.Engine.Gradients.ToDictionary(static g => g.Name, static g => g.ToArray());
        run.CopyToEngine();
        run.Engine.Optimizer = Optimizer.Sgd2(1e-6f) with { Damping = 1e6f };
        run.StepEngine(batch);
        var comparison = new Comparison(1e-4);
        foreach (NetworkTensor gradient in run.Engine.Gradients)
        {
            Matrix expected = new(gradient.Rows, gradient.Columns, [.. plain[gradient.Name].Select(static value => (double)value)]);
            comparison.Values(gradient.Name, expected, [.. gradient.ToArray().Select(static value => 1e6f * value)], scale: 0);
        }
        comparison.Check();
    }

    /// <summary>Every instruction set.</summary>
    public static TheoryData<EmittedInstructions> Instructions => [.. InstructionSets.Available];

    EngineRun Run(Curvature form, EmittedInstructions instructions) => new(networks.Emitted, networks.Specs[form], instructions);

    /// <summary>All networks in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly Curvature[] Forms = [Curvature.Primal, Curvature.Dual, Curvature.Blocked, Curvature.Off];

        /// <summary>Compiles them.</summary>
        public Networks()
        {
            Specs = Forms.ToDictionary(static form => form, static form => Zoo.Smooth("Smooth" + form, Batch, form));
            Emitted = EmittedNetworks.Compile(Specs.Values);
        }

        /// <summary>One network, in each form.</summary>
        public IReadOnlyDictionary<Curvature, NetworkSpec> Specs { get; }

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
