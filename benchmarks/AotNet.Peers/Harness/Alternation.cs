using System.Diagnostics;

namespace AotNet.Peers.Harness;

/// <summary>How long to measure.</summary>
/// <param name="Repeats">Samples of each contestant, taken in turn.</param>
/// <param name="SampleSeconds">Least length of one sample.</param>
readonly record struct Sampling(int Repeats, double SampleSeconds);

/// <summary>One side of a comparison: ways of doing the same work, of which the fastest is measured.</summary>
/// <param name="Variants">Each does the work as many times as it is told.</param>
sealed record Contestant(params Action<int>[] Variants);

/// <summary>
/// Runs contestants in turn, so that whatever else the machine does falls on all of them alike. The number of runs in a
/// sample is calibrated first, which warms up too.
/// </summary>
static class Alternation
{
    const int TrialsOfVariants = 3;

    /// <summary>Measures each contestant, in the order given.</summary>
    internal static Timing[] Measure(Sampling sampling, params IReadOnlyList<Contestant> contestants)
    {
        Runner[] runners = [.. contestants.Select(contestant => Fastest(contestant, sampling.SampleSeconds))];
        var samples = runners.Select(_ => new double[sampling.Repeats]).ToArray();
        for (int repeat = 0; repeat < sampling.Repeats; repeat++)
        {
            // Nobody always runs behind the same neighbour.
            for (int i = 0; i < runners.Length; i++)
            {
                int turn = (repeat + i) % runners.Length;
                samples[turn][repeat] = runners[turn].Sample();
            }
        }
        return [.. samples.Select(static seconds => new Timing(seconds))];
    }

    static Runner Fastest(Contestant contestant, double sampleSeconds)
    {
        Runner[] variants = [.. contestant.Variants.Select(variant => Calibrate(variant, sampleSeconds))];
        if (variants.Length == 1)
            return variants[0];
        double[] best = [.. variants.Select(static _ => double.PositiveInfinity)];
        for (int trial = 0; trial < TrialsOfVariants; trial++)
            for (int i = 0; i < variants.Length; i++)
                best[i] = Math.Min(best[i], variants[i].Sample());
        return variants[Array.IndexOf(best, best.Min())];
    }

    static Runner Calibrate(Action<int> work, double sampleSeconds)
    {
        for (int times = 1; ;)
        {
            var runner = new Runner(work, times);
            double sample = runner.Sample() * times;
            if (sample >= sampleSeconds)
                return runner;
            // At most tenfold at once: the first runs are slower than later ones.
            double wanted = times * Math.Min(10, 1.2 * sampleSeconds / Math.Max(sample, 1e-9));
            times = (int)Math.Min(Math.Max(wanted, times + 1.0), int.MaxValue);
        }
    }

    readonly record struct Runner(Action<int> Work, int Times)
    {
        /// <summary>Seconds of one run, behind one that is not counted: the caches hold what whoever ran before left there.</summary>
        internal double Sample()
        {
            Work(1);
            long begin = Stopwatch.GetTimestamp();
            Work(Times);
            return Stopwatch.GetElapsedTime(begin).TotalSeconds / Times;
        }
    }
}
