using System.Diagnostics;

namespace AotNet.Runtime;

/// <summary>A kernel of a training step whose time is taken.</summary>
/// <param name="Name">Layer and pass it serves: <c>conv1 dW</c>.</param>
/// <param name="Flops">Floating-point operations of a full batch by the layer's definition; 0 where they are not counted.</param>
public readonly record struct TimedKernel(string Name, long Flops);

/// <summary>
/// How long each kernel of the training steps took so far, of networks built with the MSBuild property <c>AotNetTimings</c>.
/// Worker 0 takes the times, waiting for the others included.
/// </summary>
public sealed class KernelTimes
{
    readonly TimedKernel[] kernels;
    readonly long[] ticks;
    long last;
    int steps;

    internal KernelTimes(TimedKernel[] kernels)
    {
        this.kernels = kernels;
        ticks = new long[kernels.Length + 1];
    }

    /// <summary>Steps whose times were taken.</summary>
    public int Steps => steps;

    /// <summary>
    /// Mean time of a step by layer and pass, in the order in which they first ran, in seconds; and the operations of all
    /// its kernels. The last one is what follows the passes, the optimiser's update where it is not part of them.
    /// </summary>
    public IReadOnlyList<(string Name, double Seconds, long Flops)> PerStep()
    {
        var all = new List<(string Name, double Seconds, long Flops)>();
        for (int i = 0; i <= kernels.Length; i++)
        {
            TimedKernel kernel = i < kernels.Length ? kernels[i] : new TimedKernel("update", 0);
            double seconds = (double)ticks[i] / Stopwatch.Frequency / Math.Max(steps, 1);
            int place = all.FindIndex(other => other.Name == kernel.Name);
            if (place < 0)
                all.Add((kernel.Name, seconds, kernel.Flops));
            else
                all[place] = (kernel.Name, all[place].Seconds + seconds, all[place].Flops + kernel.Flops);
        }
        return all;
    }

    /// <summary>Forgets all times.</summary>
    public void Reset()
    {
        Array.Clear(ticks);
        steps = 0;
    }

    internal void Begin() => last = Stopwatch.GetTimestamp();

    /// <summary>Takes the time since the last mark as that of a kernel.</summary>
    internal void Mark(int kernel)
    {
        long now = Stopwatch.GetTimestamp();
        ticks[kernel] += now - last;
        last = now;
    }

    internal void End()
    {
        Mark(kernels.Length);
        steps++;
    }
}
