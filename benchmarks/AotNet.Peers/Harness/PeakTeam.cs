using AotNet.Runtime;

namespace AotNet.Peers.Harness;

/// <summary>Threads that run the loop of <see cref="Peak"/> side by side, each all of it: how much faster the machine itself is with all of them.</summary>
sealed class PeakTeam : IWorkerJob, IDisposable
{
    readonly WorkerTeam team;
    int rounds;

    /// <summary>Starts the threads.</summary>
    internal PeakTeam(int threads)
    {
        team = new WorkerTeam(threads);
        Contestant = new Contestant(times =>
        {
            rounds = times;
            team.Run(this);
        });
    }

    internal Contestant Contestant { get; }

    /// <summary>The threads' speed-up over one, whose loop was measured in turn with theirs.</summary>
    internal Ratio Speedup(Timing one, Timing together) => Ratio.Of(one with { Samples = [.. one.Samples.Select(seconds => team.Workers * seconds)] }, together);

    void IWorkerJob.Work(int worker) => Peak.Rounds(rounds);

    public void Dispose() => team.Dispose();
}
