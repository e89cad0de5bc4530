namespace AotNet.Compiler.Planning;

/// <summary>
/// Trades time for memory: some values of the forward pass are dropped once it has no more use for them, and made again by
/// the kernels that made them, just before the backward pass first needs them (Chen et al. 2016). A kernel that runs again is
/// the same record over the same buffers, so that it calls the same method.
/// </summary>
sealed class RecomputationPlanner
{
    /// <summary>Most stretches that the forward pass is cut into at first.</summary>
    const int MostStretches = 32;

    /// <summary>Times that each value is reconsidered after that.</summary>
    const int Sweeps = 4;

    /// <summary>What a value that is stored weighs beside floating-point operations.</summary>
    const int StoredValue = 16;

    readonly IReadOnlyList<Buffer> buffers;
    readonly int forward, turn, end;

    // The kernels of the step, then those of the forward pass as they run again.
    readonly List<Kernel> kernels;
    readonly KernelUse[] uses;
    readonly long[] work;

    // By buffer: the kernels of the forward pass that write it; the last kernel before the backward pass that reads it.
    readonly List<int>[] makers;
    readonly int[] lastRead;

    // Values that may be dropped, in the order in which they are made.
    readonly List<int> values;

    RecomputationPlanner(PlanBuilder builder)
    {
        buffers = builder.Buffers;
        forward = builder.ForwardPass.Count;
        turn = builder.Ahead.Count();
        kernels = [.. builder.Step, .. builder.ForwardPass.Select(static kernel => kernel.Again with { Repeats = true })];
        end = kernels.Count - forward;
        uses = [.. kernels.Select(static kernel => new KernelUse(kernel))];
        int batch = builder.Graph.Spec.Batch;
        work = [.. kernels.Select(kernel => kernel.Flops(batch) + StoredValue * kernel.Writes.Sum(static buffer => buffer.Length))];
        makers = [.. buffers.Select(static _ => new List<int>())];
        for (int i = 0; i < forward; i++)
            foreach (int id in uses[i].Writes)
                makers[id].Add(i);
        lastRead = new int[buffers.Count];
        for (int i = 0; i < turn; i++)
            foreach (int id in uses[i].Reads)
                lastRead[id] = i;
        values = [.. Enumerable.Range(0, buffers.Count)
            .Where(id => LiveRanges.MayPause(buffers[id]) && makers[id].Count > 0 && makers[id].All(maker => uses[end + maker].Writes.Contains(id)))
            .OrderBy(id => makers[id][0])];
    }

    /// <summary>The backward pass of a step, with the kernels in it that recompute what it reads.</summary>
    internal static IReadOnlyList<Kernel> Plan(PlanBuilder builder)
    {
        var planner = new RecomputationPlanner(builder);
        return [.. planner.Schedule(planner.Improve(planner.Cut())).Skip(planner.turn).Select(kernel => planner.kernels[kernel])];
    }

    /// <summary>
    /// The best of some ways to cut the forward pass into stretches: what is read across a cut is kept, the rest is dropped.
    /// By buffer, whether it is kept.
    /// </summary>
    bool[] Cut()
    {
        bool[] best = [.. buffers.Select(static _ => true)];
        (long Peak, long Work) least = Cost(best);
        long length = values.Sum(id => buffers[id].Length);
        for (int stretches = 1; stretches <= Math.Min(MostStretches, values.Count); stretches++)
        {
            bool[] kept = KeptBetween(length / stretches);
            (long Peak, long Work) cost = Cost(kept);
            if (cost.CompareTo(least) < 0)
                (best, least) = (kept, cost);
        }
        return best;
    }

    /// <summary>Keeps what crosses the cuts: one wherever so many floats were made since the last, and there where fewest cross.</summary>
    bool[] KeptBetween(long length)
    {
        bool[] kept = [.. buffers.Select(static _ => true)];
        foreach (int id in values)
            kept[id] = false;
        long made = 0;
        for (int i = 0, start = 0; i < forward; i++)
        {
            made += values.Where(id => makers[id][0] == i).Sum(id => buffers[id].Length);
            if (made < length)
                continue;
            int cut = Enumerable.Range(start, i - start + 1).Reverse().OrderBy(place => Crossing(place).Sum(id => buffers[id].Length)).First();
            foreach (int id in Crossing(cut))
                kept[id] = true;
            (start, made, i) = (cut + 1, 0, cut);
        }
        return kept;
    }

    /// <summary>Values made up to a kernel of the forward pass that later ones read.</summary>
    IEnumerable<int> Crossing(int kernel) => values.Where(id => makers[id][0] <= kernel && lastRead[id] > kernel);

    /// <summary>Keeps or drops single values where that needs less memory, or as much and less work.</summary>
    bool[] Improve(bool[] kept)
    {
        (long Peak, long Work) least = Cost(kept);
        bool improved = true;
        for (int sweep = 0; sweep < Sweeps && improved; sweep++)
        {
            improved = false;
            foreach (int id in values)
            {
                kept[id] = !kept[id];
                (long Peak, long Work) cost = Cost(kept);
                if (cost.CompareTo(least) < 0)
                    (least, improved) = (cost, true);
                else
                    kept[id] = !kept[id];
            }
        }
        return kept;
    }

    /// <summary>Floats needed at one time at most, and the work that is done twice.</summary>
    (long Peak, long Work) Cost(bool[] kept)
    {
        List<int> schedule = Schedule(kept);
        LiveRange[] ranges = LiveRanges.Of(buffers, [.. schedule.Select(kernel => uses[kernel])], turn);
        return (LiveRanges.Peak(buffers, ranges, schedule.Count), schedule.Where(kernel => kernel >= end).Sum(kernel => work[kernel]));
    }

    /// <summary>The step, with each value that is not kept made again before the backward pass first reads it.</summary>
    List<int> Schedule(bool[] kept)
    {
        var schedule = new List<int>(Enumerable.Range(0, turn));
        var there = (bool[])kept.Clone();
        var repeated = new bool[forward];
        for (int i = turn; i < end; i++)
        {
            var again = new SortedSet<int>();
            foreach (int id in uses[i].Reads)
                Make(id);
            schedule.AddRange(again);
            schedule.Add(i);

            void Make(int id)
            {
                if (there[id])
                    return;
                foreach (int maker in makers[id])
                    Repeat(maker);
            }

            void Repeat(int kernel)
            {
                if (repeated[kernel])
                    return;
                repeated[kernel] = true;
                again.Add(end + kernel);
                foreach (int id in uses[end + kernel].Reads)
                    Make(id);
                // All that write the same buffer run again, or what the others left of it would be gone.
                foreach (int id in uses[end + kernel].Writes)
                {
                    there[id] = true;
                    foreach (int maker in makers[id])
                        Repeat(maker);
                }
            }
        }
        return schedule;
    }
}
