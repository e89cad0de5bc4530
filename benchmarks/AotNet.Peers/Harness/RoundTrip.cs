using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AotNet.Peers.Harness;

/// <summary>
/// How far apart two processors are: the time in which a cache line goes from one to the other and back. Threads that share
/// work pay it at every barrier, and for every line that one writes and the other reads.
/// </summary>
static class RoundTrip
{
    const int Rounds = 20_000, Repeats = 7;

    /// <summary>The least of some measurements, each the mean of many round trips.</summary>
    internal static double Nanoseconds()
    {
        double least = double.PositiveInfinity;
        for (int repeat = 0; repeat < Repeats; repeat++)
            least = Math.Min(least, Measure());
        return least;
    }

    static double Measure()
    {
        var lines = new Lines();
        var other = new Thread(() =>
        {
            for (int round = 1; round <= Rounds; round++)
            {
                Await(ref lines.There, round);
                Volatile.Write(ref lines.Back, round);
            }
        });
        other.Start();
        Volatile.Write(ref lines.There, 1);
        Await(ref lines.Back, 1); // the other thread has begun
        long start = Stopwatch.GetTimestamp();
        for (int round = 2; round <= Rounds; round++)
        {
            Volatile.Write(ref lines.There, round);
            Await(ref lines.Back, round);
        }
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / (Rounds - 1);
        other.Join();
        return nanoseconds;
    }

    static void Await(ref int line, int value)
    {
        while (Volatile.Read(ref line) != value)
            Thread.SpinWait(1);
    }

    /// <summary>Two numbers, far enough from each other and from the object's ends to share no line with anything.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    sealed class Lines
    {
        [FieldOffset(128)]
        public int There;

        [FieldOffset(256)]
        public int Back;
    }
}
