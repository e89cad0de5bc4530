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

    /// <summary>The state of each layer's curvature, layers with weights alone.</summary>
    public required LayerCurvatureState* Layers { get; init; }

    /// <summary>Whether blocks take inputs in reversed order in place of a random one, as the golden vectors do.</summary>
    public bool ReversesBlocks { get; init; }

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

    /// <summary>A second class of each row; null where rows have one.</summary>
    public int* Partners { get; init; }

    /// <summary>Weight of each row's first class; null where rows have one.</summary>
    public float* Weights { get; init; }

    /// <summary>Where kernels note their times; null elsewhere, and for workers but the first.</summary>
    public KernelTimes? Times { get; init; }

    /// <summary>The workers.</summary>
    public required WorkerTeam Team { get; init; }

    /// <summary>Waits for all workers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Barrier()
    {
        if (Workers > 1)
            Team.Barrier(Worker);
    }

    /// <summary>Cuts 0 ... <paramref name="count"/> into contiguous parts, one per worker.</summary>
    /// <param name="count">Number of items, at least 0.</param>
    /// <param name="first">First item of this worker's part.</param>
    /// <param name="last">Item after its last one; equal to <paramref name="first"/> when the part is empty.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Split(int count, out int first, out int last)
    {
        (first, last) = (0, count);
        if (Workers > 1)
            WorkerTeam.Split(count, Worker, Workers, out first, out last);
    }

    /// <summary>As <see cref="Split"/> from the other end, so that who has an item more there has one less here.</summary>
    /// <param name="count">Number of items, at least 0.</param>
    /// <param name="first">First item of this worker's part.</param>
    /// <param name="last">Item after its last one; equal to <paramref name="first"/> when the part is empty.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SplitReversed(int count, out int first, out int last)
    {
        (first, last) = (0, count);
        if (Workers > 1)
            WorkerTeam.Split(count, Workers - 1 - Worker, Workers, out first, out last);
    }

    /// <summary>Of a worker alone, with some of the rows.</summary>
    /// <param name="rows">Their number, at least 0.</param>
    public KernelContext OfRows(int rows) => this with { Rows = rows, Worker = 0, Workers = 1 };

    /// <summary>Of the worker that would have one of <paramref name="portions"/> portions of all rows, were there so many.</summary>
    /// <param name="portion">The portion, 0 to <paramref name="portions"/> - 1.</param>
    /// <param name="portions">Portions, at least 1.</param>
    public KernelContext OfPortion(int portion, int portions) => this with { Worker = portion, Workers = portions };

    /// <summary>Notes that a kernel of a training step is done on all workers, or on the first its part; only in networks that note times.</summary>
    /// <param name="kernel">Its index among the timed ones.</param>
    public void Mark(int kernel)
    {
        if (Training)
            Times?.Mark(kernel);
    }
}
