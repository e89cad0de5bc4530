using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Steps on inputs with blank columns and rows, whose zeros products leave out: as the reference, and the same bits on any team.</summary>
public sealed class SparseInputTests(SparseInputTests.Networks networks) : IClassFixture<SparseInputTests.Networks>
{
    /// <summary>Every network on every instruction set.</summary>
    public static TheoryData<string, EmittedInstructions> Cases => InstructionSets.Each(Networks.Specs.Select(static spec => spec.Name));

    [Theory, MemberData(nameof(Cases))]
    public void Steps_agree_with_the_reference(string name, EmittedInstructions instructions)
    {
        using EngineRun run = Run(name, instructions, threads: 1);
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f);
        foreach (int rows in new[] { run.Graph.Spec.Batch, run.Graph.Spec.Batch - 3, 5 })
            run.CompareStep(Sparse(run, rows), 1e-4);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Updates_in_place_leave_the_bits_of_stored_gradients(string name, EmittedInstructions instructions)
    {
        uint[] stored = Train(name, instructions, keepsGradients: true, threads: 1);
        Assert.Equal(stored, Train(name, instructions, keepsGradients: false, threads: 1));
        Assert.Equal(stored, Train(name, instructions, keepsGradients: false, threads: 3));
        Assert.Equal(stored, Train(name, InstructionSets.Available[0], keepsGradients: false, threads: 1));
    }

    EngineRun Run(string name, EmittedInstructions instructions, int threads) =>
        new(networks.Emitted, Networks.Specs.Single(spec => spec.Name == name), instructions, threads: threads);

    uint[] Train(string name, EmittedInstructions instructions, bool keepsGradients, int threads)
    {
        using EngineRun run = Run(name, instructions, threads);
        run.Engine.KeepsGradients = keepsGradients;
        run.Engine.Optimizer = Optimizer.Sgd(0.05f);
        int batch = run.Graph.Spec.Batch;
        return run.TrainEngine(new[] { batch, batch - 3, batch }.Select(rows => Sparse(run, rows)));
    }

    /// <summary>A border of a third of the inputs is blank, and so are most rows of what is in it.</summary>
    static Batch Sparse(EngineRun run, int rows)
    {
        Batch batch = Samples.Batch(run.Graph, rows, rows);
        return batch with
        {
            Inputs = [.. batch.Inputs.Select(static input => Matrix.Of(input.Rows, input.Columns,
                (row, column) => column < input.Columns / 3 || (column + 3 * row) % 32 < 20 ? 0 : input[row, column]))],
        };
    }

    /// <summary>A layer that is not decorrelated, one in each exact form, and sums long enough to be cut.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly NetworkSpec[] Specs =
        [
            Network("Plain", 40, 64, Curvature.Off), Network("Primal", 40, 64, Curvature.Primal), Network("Dual", 24, 96, Curvature.Dual),
            Network("LongSums", 300, 48, Curvature.Off),
        ];

        static NetworkSpec Network(string name, int batch, int inputs, Curvature curvature)
        {
            var builder = new NetworkBuilder("SparseInput" + name, batch);
            return builder.SoftmaxCrossEntropy(builder.Input("x", inputs).Dense(70, curvature: curvature).Tanh().Dense(3), builder.Labels(3));
        }

        /// <summary>Compiles them.</summary>
        public Networks() => Emitted = EmittedNetworks.Compile(Specs);

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
