namespace AotNet.Compiler.Planning;

/// <summary>
/// Runs kernels of images one after the other for a few samples at a time where what passes between them would not stay in the
/// near caches for a whole batch: passes over far memory are spared, which workers would have to share.
/// </summary>
sealed class SampleSequencePlanner
{
    /// <summary>Samples of a batch below which workers want to share those.</summary>
    const int LeastBatch = 32;

    /// <summary>Floats that pass from kernel to kernel in a whole batch, from which on it is worth it: more than a second-level cache holds.</summary>
    const long LeastFloats = 256 * 1024;

    /// <summary>Floats that pass from kernel to kernel at a time: at most, and where samples need not come in portions.</summary>
    const long MostFloats = 160 * 1024, UsualFloats = 128 * 1024;

    readonly int batch;
    readonly IReadOnlyList<Kernel> step;

    // The sequence; the kernels among them that run ahead of it, and those that wait.
    readonly List<Kernel> kernels = [];
    readonly List<Kernel> ahead = [];
    readonly List<Kernel> behind = [];
    int portions;

    SampleSequencePlanner(PlanBuilder builder)
    {
        batch = builder.Graph.Spec.Batch;
        step = [.. builder.Step];
    }

    /// <summary>Forms sequences within each pass of a training step.</summary>
    internal static void Apply(PlanBuilder builder)
    {
        if (builder.Graph.Spec.Batch < LeastBatch)
            return;
        foreach (List<Kernel> pass in new[] { builder.ForwardPass, builder.BackwardPass })
        {
            for (int i = 0; i < pass.Count; i++)
            {
                var planner = new SampleSequencePlanner(builder);
                int length = planner.Collect(pass, i);
                if (length == 0)
                    continue;
                pass.RemoveRange(i, length);
                pass.InsertRange(i, [.. planner.ahead, planner.Sequence(), .. planner.behind]);
                i += planner.ahead.Count;
            }
        }
    }

    /// <summary>Collects a sequence from a kernel on; the number of kernels that it or its surroundings replace, 0 if it is not worth it.</summary>
    int Collect(List<Kernel> pass, int start)
    {
        if (!IsBySample(pass[start]))
            return 0;
        kernels.Add(pass[start]);
        int length = 1;
        var others = new List<Kernel>();
        for (int i = start + 1; i < pass.Count; i++)
        {
            Kernel kernel = pass[i];
            if (!Joins(kernel, others))
            {
                others.Add(kernel);
                continue;
            }
            Sort(others);
            kernels.Add(kernel);
            if (kernel is SampleSum sum)
                portions = sum.Portions;
            length = i - start + 1;
        }
        return Passed(kernels).Sum(static buffer => buffer.Length) >= LeastFloats ? length : 0;
    }

    /// <summary>Whether a kernel can be the sequence's next, ahead of those among <paramref name="others"/> that have to wait for it.</summary>
    bool Joins(Kernel kernel, List<Kernel> others)
    {
        bool joins = IsBySample(kernel) || kernel is SampleSum { Condition: KernelCondition.Always, Portions: > 1 } sum && (portions == 0 || portions == sum.Portions);
        if (!joins || !kernel.Reads.Any(read => kernels.Exists(maker => maker.Writes.Contains(read))))
            return false;
        long floats = Passed([.. kernels, kernel]).Sum(static buffer => buffer.Length) / batch;
        int parts = kernel is SampleSum next ? next.Portions : portions;
        if (floats * (parts == 0 ? 1 : (batch + parts - 1) / parts) > MostFloats)
            return false;
        return Waiting(others).TrueForAll(other => IsIndependent(kernel, other));
    }

    /// <summary>What has to wait for the sequence, or for what does, of kernels between those of it.</summary>
    List<Kernel> Waiting(IEnumerable<Kernel> others)
    {
        var waiting = new List<Kernel>(behind);
        foreach (Kernel other in others)
            if (!kernels.Concat(waiting).All(earlier => IsIndependent(other, earlier)))
                waiting.Add(other);
        return waiting;
    }

    /// <summary>Sends kernels between those of the sequence ahead of it or behind.</summary>
    void Sort(List<Kernel> others)
    {
        List<Kernel> waiting = Waiting(others);
        ahead.AddRange(others.Where(other => !waiting.Contains(other)));
        behind.Clear();
        behind.AddRange(waiting);
        others.Clear();
    }

    /// <summary>Whether two kernels may run in either order.</summary>
    static bool IsIndependent(Kernel a, Kernel b) => !Meet(a.Writes, Touched(b)) && !Meet(b.Writes, Touched(a));

    static bool Meet(IEnumerable<Buffer> some, IEnumerable<Buffer> others) => some.Intersect(others).Any();

    static IEnumerable<Buffer> Touched(Kernel kernel) => kernel.Reads.Concat(kernel.Updates).Concat(kernel.Writes);

    /// <summary>Whether a kernel can be given a few samples: it has them one after the other, and nothing of it depends on the step.</summary>
    bool IsBySample(Kernel kernel) => kernel is { Condition: KernelCondition.Always, SharedOperands: { } shared }
        && Touched(kernel).Except(shared).All(buffer => buffer.Rows == batch * buffer.PerSample);

    /// <summary>What some of the kernels make and others read.</summary>
    static List<Buffer> Passed(List<Kernel> kernels) =>
        [.. kernels.SelectMany(static kernel => kernel.Writes).Distinct().Where(buffer => kernels.Exists(kernel => kernel.Reads.Contains(buffer)))];

    SampleSequence Sequence()
    {
        List<Buffer> passed = Passed(kernels);
        long floats = passed.Sum(static buffer => buffer.Length) / batch;
        return new SampleSequence($"{kernels[0].Name} to {kernels[kernels.Count - 1].Name}", kernels.ToEquatableArray(), passed.Where(IsFolded).ToEquatableArray())
        {
            Portions = portions,
            Samples = portions > 0 ? 0 : (int)Math.Max(1, Math.Min(batch, UsualFloats / floats)),
        };
    }

    /// <summary>Whether only kernels of the sequence touch a buffer.</summary>
    bool IsFolded(Buffer buffer) => LiveRanges.MayFold(buffer)
        && step.Where(kernel => Touched(kernel).Contains(buffer)).All(kernels.Contains);
}
