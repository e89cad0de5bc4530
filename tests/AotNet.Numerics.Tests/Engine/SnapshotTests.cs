using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Snapshots: steps that were undone leave no trace, and the copy holds nothing more than it must.</summary>
public sealed class SnapshotTests(SnapshotTests.Networks networks) : IClassFixture<SnapshotTests.Networks>, IDisposable
{
    static readonly NetworkSpec Norms = Zoo.Everything(batch: 9, Curvature.Auto, width: 24, "_Snapshot");
    static readonly NetworkSpec Averaged = Zoo.Smooth("Snapshot_averaged", batch: 9, Curvature.Primal, averaged: true);

    readonly string folder = Directory.CreateTempSubdirectory("aotnet-snapshot-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Optimisers with none, one and two moments, and with curvature that outlives a step.</summary>
    public static TheoryData<string> Optimizers => ["descent", "sgd2", "adapting", "adam", "averaged"];

    static (NetworkSpec Spec, Optimizer Optimizer) CaseOf(string name) => name switch
    {
        "descent" => (Norms, Optimizer.Sgd(0.01f) with { Momentum = 0 }),
        "sgd2" => (Norms, Optimizer.Sgd2(0.1f)),
        "adapting" => (Norms, Optimizer.Sgd2(0.1f) with { AdaptsDamping = true }),
        "adam" => (Norms, Optimizer.Adam(0.01f) with { Decorrelate = true }),
        _ => (Averaged, Optimizer.Sgd2(0.1f) with { GramAverage = 0.9f, FactorInterval = 3 }),
    };

    [Theory, MemberData(nameof(Optimizers))]
    public void Undone_steps_change_no_bit_of_what_follows(string name)
    {
        (NetworkSpec spec, Optimizer optimizer) = CaseOf(name);
        using var plain = new EngineRun(networks.Emitted, spec, InstructionSets.Available.First());
        using var tried = new EngineRun(networks.Emitted, spec, InstructionSets.Available.First());
        plain.Engine.Optimizer = tried.Engine.Optimizer = optimizer;
        Train(plain, 0, 4);
        Train(tried, 0, 4);
        using (NetworkSnapshot start = tried.Engine.TakeSnapshot())
        {
            for (int trial = 0; trial < 2; trial++)
            {
                tried.Engine.LearningRate *= 3;
                Train(tried, 50, 5);
                start.Restore();
            }
        }
        Assert.Equal(State(plain), State(tried));
        Assert.Equal(plain.Engine.LearningRate, tried.Engine.LearningRate);
        Train(plain, 4, 5);
        Train(tried, 4, 5);
        Assert.Equal(State(plain), State(tried));
    }

    [Theory, MemberData(nameof(Optimizers))]
    public void A_snapshot_is_no_second_arena(string name)
    {
        (NetworkSpec spec, Optimizer optimizer) = CaseOf(name);
        using var run = new EngineRun(networks.Emitted, spec, InstructionSets.Available.First());
        run.Engine.Optimizer = optimizer;
        using NetworkSnapshot snapshot = run.Engine.TakeSnapshot();
        NetworkInfo info = run.Engine.Info;
        long parameters = info.Arena.Optimizer / 2;
        int moments = name switch { "descent" => 0, "adam" => 2, _ => 1 };
        long statistics = info.Tensors.Where(static tensor => tensor.Role == TensorRole.Statistic).Sum(static tensor => (long)tensor.Stride * sizeof(float));
        Assert.InRange(snapshot.Length - (1 + moments) * parameters - statistics, 0, name == "averaged" ? info.Arena.Curvature : 0);
    }

    [Fact]
    public void A_snapshot_that_was_disposed_is_refused()
    {
        using var run = new EngineRun(networks.Emitted, Norms, InstructionSets.Available.First());
        NetworkSnapshot snapshot = run.Engine.TakeSnapshot();
        snapshot.Dispose();
        Assert.Throws<ObjectDisposedException>(snapshot.Restore);
    }

    static void Train(EngineRun run, int firstSeed, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            Batch batch = Samples.Batch(run.Graph, 9, firstSeed + step);
            Assert.True(float.IsFinite(run.StepEngine(batch).Loss));
        }
    }

    byte[] State(EngineRun run)
    {
        string path = Path.Combine(folder, "state.safetensors");
        run.Engine.Save(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>Both networks, compiled once.</summary>
    public sealed class Networks : IDisposable
    {
        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; } = EmittedNetworks.Compile([Norms, Averaged]);

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
