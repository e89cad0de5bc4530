using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace AotNet.Runtime;

/// <summary>The kernels of a training step that serve one pass of a layer.</summary>
/// <param name="name">Layer and pass: <c>conv1 dW</c>.</param>
/// <param name="flops">Floating-point operations of a full batch by the layer's definition; 0 where they are not counted.</param>
public sealed class TimedKernel(string name, long flops)
{
    /// <summary>Layer and pass: <c>conv1 dW</c>.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Floating-point operations of a full batch by the layer's definition; 0 where they are not counted. Of measured kernels
    /// the mean of a step: what did not run does not count.
    /// </summary>
    public long Flops { get; internal set; } = flops;

    /// <summary>Mean time of a step in seconds, waiting for all workers included.</summary>
    public double Seconds { get; internal set; }
}

/// <summary>
/// How long each kernel of the training steps took so far, of networks built with the MSBuild property <c>AotNetTimings</c>.
/// Worker 0 takes the times, waiting for the others included.
/// </summary>
public sealed class KernelTimes
{
    readonly TimedKernel[] kernels;
    readonly long[] ticks, runs;
    readonly int[] lastRun; // counted from 1; 0 for none
    long last;
    int steps;

    internal KernelTimes(TimedKernel[] kernels)
    {
        this.kernels = kernels;
        ticks = new long[kernels.Length + 1];
        runs = new long[kernels.Length + 1];
        lastRun = new int[kernels.Length + 1];
    }

    /// <summary>Whether the program was built with times; a constant in a Native AOT binary, which without them keeps none of this.</summary>
    [FeatureSwitchDefinition("AotNet.Timings")]
    public static bool IsSupported => AppContext.TryGetSwitch("AotNet.Timings", out bool isEnabled) && isEnabled;

    /// <summary>Steps whose times were taken.</summary>
    public int Steps => steps;

    /// <summary>
    /// Mean times of a step by layer and pass, in the order in which they first ran. The last one is what follows the passes,
    /// the optimiser's update where it is not part of them.
    /// </summary>
    public IReadOnlyList<TimedKernel> PerStep()
    {
        var all = new List<TimedKernel>();
        for (int i = 0; i <= kernels.Length; i++)
        {
            string name = i < kernels.Length ? kernels[i].Name : "update";
            TimedKernel? entry = all.Find(other => other.Name == name);
            if (entry is null)
                all.Add(entry = new TimedKernel(name, 0));
            entry.Seconds += (double)ticks[i] / Stopwatch.Frequency / Math.Max(steps, 1);
            entry.Flops += i < kernels.Length ? kernels[i].Flops * runs[i] / Math.Max(steps, 1) : 0;
        }
        return all;
    }

    /// <summary>Forgets all times.</summary>
    public void Reset()
    {
        Array.Clear(ticks);
        Array.Clear(runs);
        Array.Clear(lastRun);
        steps = 0;
    }

    internal void Begin() => last = Stopwatch.GetTimestamp();

    /// <summary>Takes the time since the last mark as that of a kernel.</summary>
    internal void Mark(int kernel)
    {
        long now = Stopwatch.GetTimestamp();
        ticks[kernel] += now - last;
        last = now;
        // A kernel of a sequence runs several times in a step, with some of the samples each.
        if (lastRun[kernel] <= steps)
            (lastRun[kernel], runs[kernel]) = (steps + 1, runs[kernel] + 1);
    }

    internal void End()
    {
        Mark(kernels.Length);
        steps++;
    }
}
