using System.Runtime.CompilerServices;

namespace AotNet.Runtime;

/// <summary>What every kernel of a pass is given, one per worker.</summary>
public readonly unsafe struct KernelContext
{
    /// <summary>Start of the network's arena.</summary>
    public required float* Arena { get; init; }

    /// <summary>Rows of this call, 1 to the batch.</summary>
    public required int Rows { get; init; }

    /// <summary>1 / <see cref="Rows"/>.</summary>
    public required float InverseRows { get; init; }

    /// <summary>This worker, 0 to <see cref="Workers"/> - 1.</summary>
    public required int Worker { get; init; }

    /// <summary>Workers that share each kernel.</summary>
    public required int Workers { get; init; }

    /// <summary>Whether dropout and batch statistics are at work.</summary>
    public required bool Training { get; init; }

    /// <summary>Updates done before this call.</summary>
    public required long Step { get; init; }

    /// <summary>Seed of the network.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether gradients are decorrelated.</summary>
    public required bool Decorrelate { get; init; }

    /// <summary>Whether bias gradients are too.</summary>
    public required bool DecorrelateBias { get; init; }

    /// <summary>Damping λ.</summary>
    public required float Damping { get; init; }

    /// <summary>Whether gradients are decorrelated by factors that this step renews; always so where none are kept.</summary>
    public bool RefreshesCurvature { get; init; }

    /// <summary>Weight of the past in the running averages of Gram matrices.</summary>
    public float GramPast { get; init; }

    /// <summary>Weight of this batch in them.</summary>
    public float GramPresent { get; init; }

    /// <summary>1 / the sum of all weights in the averages, this step's included.</summary>
    public float GramCorrection { get; init; }

    /// <summary>
    /// Whether weights are updated as soon as their gradient is known, tile by tile; otherwise gradients are stored, and the
    /// update is a pass of its own.
    /// </summary>
    public bool UpdatesInPlace { get; init; }

    /// <summary>The step that weights take where they are updated in place.</summary>
    public UpdateArguments* WeightUpdate { get; init; }

    /// <summary>Floats from a parameter to its first moment.</summary>
    public nint FirstMoments { get; init; }

    /// <summary>Floats from a parameter to its second moment.</summary>
    public nint SecondMoments { get; init; }

    /// <summary>Counters that worker 0 may raise.</summary>
    public required CurvatureCounters* Counters { get; init; }

    /// <summary>The workers.</summary>
    public required WorkerTeam Team { get; init; }

    /// <summary>Waits for all workers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Barrier()
    {
        if (Workers > 1)
            Team.Barrier(Worker);
    }
}

/// <summary>What went wrong in factorisations.</summary>
public struct CurvatureCounters
{
    /// <summary>Times the damping was raised.</summary>
    public long DampingRaised;

    /// <summary>Times a layer's gradient stayed undecorrelated.</summary>
    public long DecorrelationsSkipped;

    /// <summary>Whether blocks take inputs in reversed order in place of a random one, as the golden vectors do.</summary>
    public bool ReversesBlocks;
}
