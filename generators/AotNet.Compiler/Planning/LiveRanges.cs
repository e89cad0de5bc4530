namespace AotNet.Compiler.Planning;

/// <summary>The buffers that a kernel needs, by number.</summary>
/// <param name="kernel">Kernel.</param>
sealed class KernelUse(Kernel kernel)
{
    /// <summary>What it reads, before it writes or at all.</summary>
    internal int[] Reads { get; } = [.. kernel.Reads.Concat(kernel.Updates).Select(static buffer => buffer.Id).Distinct()];

    /// <summary>What it writes.</summary>
    internal int[] Writes { get; } = [.. kernel.Writes.Select(static buffer => buffer.Id).Distinct()];

    /// <summary>Whether it recomputes what the forward pass made before.</summary>
    internal bool Repeats { get; } = kernel.Repeats;
}

/// <summary>When each buffer of a step is needed.</summary>
static class LiveRanges
{
    /// <summary>
    /// A range for each buffer; its last kernel is -1 for those that no kernel needs. A value that the backward pass
    /// recomputes before it reads it is needed twice, and not in between.
    /// </summary>
    /// <param name="buffers">Buffers.</param>
    /// <param name="step">Kernels of a step in order.</param>
    /// <param name="turn">The first of the backward pass.</param>
    internal static LiveRange[] Of(IReadOnlyList<Buffer> buffers, IReadOnlyList<KernelUse> step, int turn)
    {
        var ranges = new LiveRange[buffers.Count];
        for (int id = 0; id < ranges.Length; id++)
            // After the loss it may turn out that a value is not finite, and the forward pass runs again to find out which.
            ranges[id] = buffers[id].Kind == BufferKind.Input ? new LiveRange(0, turn - 1)
                : buffers[id].Persists ? new LiveRange(0, step.Count) : new LiveRange(int.MaxValue, -1);
        for (int i = 0; i < step.Count; i++)
        {
            foreach (int id in step[i].Reads)
                ranges[id] = ranges[id].To(i);
            foreach (int id in step[i].Writes)
                ranges[id] = step[i].Repeats && ranges[id].Last < turn && MayPause(buffers[id]) ? ranges[id].From(i) : ranges[id].To(i);
        }
        foreach (Buffer buffer in buffers.Where(static buffer => buffer.Kind == BufferKind.Result))
            ranges[buffer.Id] = ranges[buffer.Id].To(step.Count);
        return ranges;
    }

    /// <summary>The most floats that are needed at one time by what comes and goes: what no placement can do without.</summary>
    internal static long Peak(IReadOnlyList<Buffer> buffers, LiveRange[] ranges, int kernels)
    {
        var change = new long[kernels + 2];
        foreach (Buffer buffer in buffers)
        {
            LiveRange range = ranges[buffer.Id];
            if (buffer.Persists || range.Last < 0)
                continue;
            long space = MemoryPlanner.SpaceOf(buffer);
            change[range.First] += space;
            change[range.Last + 1] -= space;
            if (range.Pauses)
            {
                change[range.Dropped + 1] -= space;
                change[range.Renewed] += space;
            }
        }
        long needed = 0, most = 0;
        foreach (long difference in change)
            most = Math.Max(most, needed += difference);
        return most;
    }

    /// <summary>Whether a buffer may be written over as soon as it was read: one that no caller writes or reads, and no later step.</summary>
    internal static bool MayFold(Buffer buffer) => buffer.Kind == BufferKind.Residual || MayPause(buffer);

    /// <summary>Whether a buffer may be dropped and recomputed: one that no caller writes or reads, and no later step.</summary>
    internal static bool MayPause(Buffer buffer) => buffer.Kind is BufferKind.Activation or BufferKind.Scratch;
}
