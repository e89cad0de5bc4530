using AotNet.Runtime;

namespace AotNet.Tests;

/// <summary>
/// Managed memory that threads allocate, counted by each thread for itself: other threads of the process do not count,
/// whatever they do.
/// </summary>
sealed class AllocationMeter : IWorkerJob
{
    readonly long[] totals;

    AllocationMeter(int workers) => totals = new long[workers];

    /// <summary>Bytes that the caller's thread allocates in so many calls.</summary>
    internal static long Measure(int calls, Action call)
    {
        using var alone = new WorkerTeam(1);
        return Measure(alone, calls, call)[0];
    }

    /// <summary>Bytes that each worker of <paramref name="team"/>, the caller first, allocates in so many calls.</summary>
    internal static long[] Measure(WorkerTeam team, int calls, Action call)
    {
        var meter = new AllocationMeter(team.Workers);
        var before = new long[team.Workers];
        team.Run(meter);
        // A thread takes memory in pieces of 8 KB, and a collection, whoever caused it, counts the rest of its piece as
        // allocated. After this one no thread has a piece.
        GC.Collect(0);
        team.Run(meter);
        meter.totals.CopyTo(before);
        for (int i = 0; i < calls; i++)
            call();
        team.Run(meter);
        return [.. meter.totals.Zip(before, static (after, before) => after - before)];
    }

    void IWorkerJob.Work(int worker) => totals[worker] = GC.GetAllocatedBytesForCurrentThread();
}
