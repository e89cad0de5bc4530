using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>
/// Managed memory that the threads of a network allocate, counted by each thread for itself: other threads of the process
/// do not count, whatever they do.
/// </summary>
public sealed class AllocationMeter : IWorkerJob
{
    readonly long[] totals;

    AllocationMeter(int workers) => totals = new long[workers];

    /// <summary>Bytes that each thread of <paramref name="network"/>, the caller's first, allocates in so many calls.</summary>
    public static long[] Measure(CompiledNetwork network, int calls, Action call)
    {
        var meter = new AllocationMeter(network.Threads);
        network.Team.Run(meter);
        long[] before = [.. meter.totals];
        before[0] = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++)
            call();
        network.Team.Run(meter);
        return [.. meter.totals.Zip(before, static (after, before) => after - before)];
    }

    void IWorkerJob.Work(int worker) => totals[worker] = GC.GetAllocatedBytesForCurrentThread();
}
