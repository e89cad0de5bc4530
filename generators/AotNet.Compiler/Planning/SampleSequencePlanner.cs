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

    /// <summary>Rows of a product at a time, at least: its weights come from farther away each time.</summary>
    const int LeastRows = 64;

    readonly PlanBuilder builder;
    readonly int batch;

    // The sequence; the kernels among them that run ahead of it, and those that wait.
    readonly List<Kernel> kernels = [];
    readonly List<Kernel> ahead = [];
    readonly List<Kernel> behind = [];
    int portions;

    SampleSequencePlanner(PlanBuilder builder)
    {
        this.builder = builder;
        batch = builder.Graph.Spec.Batch;
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
                SampleSequence sequence = planner.Sequence();
                pass.RemoveRange(i, length);
                pass.InsertRange(i, [.. planner.ahead, sequence, .. planner.behind]);
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
        return FloatsOf(kernels) * batch >= LeastFloats ? length : 0;
    }

    /// <summary>Whether a kernel can be the sequence's next, ahead of those among <paramref name="others"/> that have to wait for it.</summary>
    bool Joins(Kernel kernel, List<Kernel> others)
    {
        bool joins = IsBySample(kernel) || kernel is SampleSum { Condition: KernelCondition.Always, Portions: > 1 } sum && (portions == 0 || portions == sum.Portions);
        if (!joins || !kernel.Reads.Any(read => kernels.Exists(maker => maker.Writes.Contains(read))))
            return false;
        List<Kernel> together = [.. kernels, kernel];
        int parts = kernel is SampleSum next ? next.Portions : portions;
        if (FloatsOf(together) * (parts == 0 ? 1 : (batch + parts - 1) / parts) > MostFloats)
            return false;
        int samples = parts == 0 ? SamplesOf(together) : batch / parts;
        if (!together.OfType<FusibleKernel>().All(product => samples * product.Result.PerSample >= LeastRows))
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
    static bool IsIndependent(Kernel a, Kernel b) => !Meet(a.Writes, b.Touched) && !Meet(b.Writes, a.Touched);

    static bool Meet(IEnumerable<Buffer> some, IEnumerable<Buffer> others) => some.Intersect(others).Any();

    /// <summary>Whether a kernel can be given a few samples: it has them one after the other, and nothing of it depends on the step.</summary>
    bool IsBySample(Kernel kernel) => kernel is { Condition: KernelCondition.Always, SharedOperands: { } shared }
        && kernel.Touched.Except(shared).All(buffer => buffer.Rows == batch * buffer.PerSample);

    /// <summary>What some of the kernels make and others read.</summary>
    static List<Buffer> Passed(List<Kernel> kernels) =>
        [.. kernels.SelectMany(static kernel => kernel.Writes).Distinct().Where(buffer => kernels.Exists(kernel => kernel.Reads.Contains(buffer)))];

    SampleSequence Sequence()
    {
        string name = $"{kernels[0].Name} to {kernels[kernels.Count - 1].Name}";
        List<Fold> folded = MemoryPlanner.Place(Passed(kernels).Where(IsFolded), FloatsOf, AreNeededTogether, out long length);
        return new SampleSequence(name, kernels.ToEquatableArray(), folded.ToEquatableArray(), length > 0 ? builder.Scratch(name, batch, (int)length) : null)
        {
            Portions = portions,
            Samples = portions > 0 ? 0 : SamplesOf(kernels),
        };
    }

    /// <summary>Floats of a sample that pass between some kernels.</summary>
    long FloatsOf(List<Kernel> kernels) => Passed(kernels).Sum(FloatsOf);

    long FloatsOf(Buffer buffer) => buffer.Length / batch;

    /// <summary>Samples at a time where they need not come in portions.</summary>
    int SamplesOf(List<Kernel> kernels) => (int)Math.Max(1, Math.Min(batch, UsualFloats / FloatsOf(kernels)));

    bool AreNeededTogether(Buffer a, Buffer b) => First(a) <= Last(b) && First(b) <= Last(a);

    int First(Buffer buffer) => kernels.FindIndex(kernel => kernel.Touched.Contains(buffer));

    int Last(Buffer buffer) => kernels.FindLastIndex(kernel => kernel.Touched.Contains(buffer));

    /// <summary>Whether only kernels of the sequence touch a buffer.</summary>
    bool IsFolded(Buffer buffer) => LiveRanges.MayFold(buffer)
        && builder.Step.Where(kernel => kernel.Touched.Contains(buffer)).All(kernels.Contains);
}
