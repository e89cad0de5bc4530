using AotNet.Peers.Harness;
using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>
/// Copies of one network, each trained by a thread of its own, with nothing in common and no barriers: what threads that share
/// a step could reach at most on this machine, as far as its processors, caches and memory are concerned.
/// </summary>
sealed class CopyTraining : IWorkerJob, IDisposable
{
    readonly WorkerTeam team;
    readonly OwnTraining[] copies;
    int steps;

    /// <summary>Makes the copies and starts the threads.</summary>
    internal CopyTraining(TrainedNetwork network, StepData data, Optimizer optimizer, int threads)
    {
        copies = [.. Enumerable.Range(0, threads).Select(_ => new OwnTraining(network, data, optimizer, 1))];
        team = new WorkerTeam(threads);
    }

    /// <summary>So many steps of each copy.</summary>
    internal void Run(int times)
    {
        steps = times;
        team.Run(this);
    }

    /// <summary>How many times as many steps the copies do as one alone, which was measured in turn with them.</summary>
    internal Ratio Speedup(Timing one, Timing together) =>
        Ratio.Of(one with { Samples = [.. one.Samples.Select(seconds => copies.Length * seconds)] }, together);

    void IWorkerJob.Work(int worker) => copies[worker].Run(steps);

    public void Dispose()
    {
        team.Dispose();
        foreach (OwnTraining copy in copies)
            copy.Dispose();
    }
}
