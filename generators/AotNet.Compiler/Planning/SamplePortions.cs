using AotNet.Compiler.Graphs;

namespace AotNet.Compiler.Planning;

/// <summary>
/// How sums over all positions of all samples are shared: few columns would leave most workers idle, so samples are cut into
/// portions, the same ones for any number of workers, whose sums are added up in their order.
/// </summary>
static class SamplePortions
{
    /// <summary>Portions: enough to keep workers evenly busy, or half as many where their sums would be too large.</summary>
    const int Most = 16, Least = 8;

    /// <summary>Samples that are worth a sum of their own.</summary>
    const int LeastSamples = 2;

    /// <summary>Floats of all sums beyond which columns and rows are shared in place of samples: both would cross all caches.</summary>
    const int MostFloats = 160 * 1024;

    /// <summary>Where the sums of portions go, <paramref name="rows"/> rows for each; null where samples are not cut.</summary>
    /// <param name="plan">Plan.</param>
    /// <param name="name">Layer and pass.</param>
    /// <param name="summed">What is added up.</param>
    /// <param name="rows">Rows of one portion's sums.</param>
    /// <param name="columns">Columns of them.</param>
    /// <param name="beside">Sums over the same samples, where these are to be cut likewise.</param>
    internal static Buffer? For(PlanBuilder plan, string name, Buffer summed, int rows, int columns, Buffer? beside = null)
    {
        int count = beside is not null && CountFor(plan, beside.Length) is > 1 and int same ? same : CountFor(plan, (long)rows * Buffer.StrideOf(columns));
        return summed.PerSample > 1 && count > 1 ? plan.Scratch(name + " by portion", count * rows, columns) : null;
    }

    /// <summary>Portions for sums of so many floats; 1 where samples are not cut.</summary>
    static int CountFor(PlanBuilder plan, long sums)
    {
        int samples = plan.Graph.Spec.Batch / LeastSamples, count = Math.Min(samples, Most * sums <= MostFloats ? Most : Least);
        return count * sums <= MostFloats ? count : 1;
    }

    /// <summary>Adds what makes sums over samples, and what adds up portions where samples are cut.</summary>
    /// <param name="plan">Plan.</param>
    /// <param name="node">Layer.</param>
    /// <param name="when">By which state of its curvature they run.</param>
    /// <param name="name">Layer and pass.</param>
    /// <param name="summed">What is added up.</param>
    /// <param name="target">Where the sums belong.</param>
    /// <param name="make">What makes them, in the buffer and in as many portions as it is told.</param>
    /// <param name="beside">Sums over the same samples, where these are to be cut likewise.</param>
    internal static void Add(PlanBuilder plan, Node node, KernelCondition when, string name, Buffer summed, Buffer target, Func<Buffer, int, Kernel> make,
        Buffer? beside = null)
    {
        if (For(plan, name, summed, target.Rows, target.Columns, beside) is not { } portions)
        {
            plan.Add(make(target, 1), node, when);
            return;
        }
        plan.Add(make(portions, portions.Rows / target.Rows), node, when);
        plan.Add(new PortionSum(name, portions, target), node, when);
    }
}
