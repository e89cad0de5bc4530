using System.Diagnostics;
using AotNet.Runtime;

namespace AotNet.Training.Verbs;

/// <summary>Threads that measure their <see cref="FmaPeak"/> together, again and again: a thread that ended would still touch memory while what follows is measured.</summary>
sealed class FmaPeakTeam : IWorkerJob, IDisposable
{
    readonly WorkerTeam team;
    readonly double[] rates;
    double seconds;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">With the caller, at least 1.</param>
    public FmaPeakTeam(int threads)
    {
        team = new WorkerTeam(threads);
        rates = new double[threads];
    }

    /// <summary>GFLOP/s of all threads (a multiply-add counts as two).</summary>
    /// <param name="seconds">How long to measure.</param>
    public double Measure(double seconds)
    {
        this.seconds = seconds;
        team.Run(this);
        return rates.Sum();
    }

    void IWorkerJob.Work(int worker)
    {
        long begin = Stopwatch.GetTimestamp();
        double flops = 0, elapsed;
        float kept = 0;
        do
        {
            kept += FmaPeak.Round();
            flops += FmaPeak.RoundFlops;
            elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        }
        while (elapsed < seconds);
        GC.KeepAlive(kept > 0);
        rates[worker] = flops / elapsed / 1e9;
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => team.Dispose();
}
