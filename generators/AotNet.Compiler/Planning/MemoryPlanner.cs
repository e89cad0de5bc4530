using AotNet.Compiler.Graphs;

namespace AotNet.Compiler.Planning;

/// <summary>
/// Lays all buffers into one arena: learned values, gradients and two moments in runs of equal layout, running averages,
/// then everything else, where buffers share bytes when no kernel needs both.
/// </summary>
static class MemoryPlanner
{
    /// <summary>Every buffer starts at a cache line.</summary>
    internal const int Alignment = 16;

    /// <summary>
    /// Floats between buffers. One cache line keeps buffers of a power of two from starting in the same cache set, and
    /// gives tests a place for sentinels.
    /// </summary>
    internal const int Gap = 16;

    /// <summary>
    /// Floats from the learned values to their gradients, and on to each moment: never whole pages, because processors
    /// hold a load back for an earlier store whose address differs from its own in the page alone.
    /// </summary>
    internal static long Spacing(long length) => (length + Gap + PageFloats - 1 - PageShift) / PageFloats * PageFloats + PageShift;

    const int PageFloats = 1024, PageShift = 272;

    internal static MemoryPlan Plan(Graph graph, PlanBuilder builder)
    {
        var offsets = new long[builder.Buffers.Count];
        List<ParameterRun> runs = PlaceParameters(graph, builder, offsets, out long length);
        long spacing = Spacing(length), gradients = spacing, moments = 2 * spacing, end = 4 * spacing;
        foreach (Node node in graph.Nodes)
            foreach (TensorSpec tensor in LayerTensors(graph, node).Where(static t => t.Role != TensorRole.Statistic))
                offsets[builder.Gradient(node, tensor.Name).Id] = offsets[builder.Tensor(node, tensor.Name).Id] + gradients;
        foreach (Buffer buffer in builder.Buffers.Where(static buffer => buffer.Kind is BufferKind.Statistic or BufferKind.CurvatureState))
        {
            offsets[buffer.Id] = end;
            end += Align(buffer.Length) + Gap;
        }
        (int First, int Last)[] ranges = LiveRanges(builder);
        end = PlaceTransient(builder.Buffers.Where(buffer => !buffer.Persists && ranges[buffer.Id].Last >= 0), ranges, offsets, end);
        return new MemoryPlan
        {
            Placements = builder.Buffers.Where(buffer => ranges[buffer.Id].Last >= 0).Select(buffer => new Placement(
                buffer, offsets[buffer.Id], ranges[buffer.Id].First, ranges[buffer.Id].Last)).ToEquatableArray(),
            Runs = runs.ToEquatableArray(),
            Parameters = 0,
            ParameterLength = length,
            Gradients = gradients,
            Moments = moments,
            SecondMoments = moments + spacing,
            Length = end,
        };
    }

    /// <summary>Learned values as above, then every other buffer by itself: whatever a kernel leaves can be read in the end.</summary>
    internal static MemoryPlan PlanProbe(Graph graph, PlanBuilder builder)
    {
        var offsets = new long[builder.Buffers.Count];
        PlaceParameters(graph, builder, offsets, out long length);
        List<Kernel> kernels = [.. builder.Step];
        var used = new HashSet<Buffer>(kernels.SelectMany(static kernel => kernel.Reads.Concat(kernel.Updates).Concat(kernel.Writes)));
        long end = length + Gap;
        foreach (Buffer buffer in builder.Buffers.Where(buffer => buffer.Kind != BufferKind.Parameter && used.Contains(buffer)))
        {
            offsets[buffer.Id] = end;
            end += Align(buffer.Length) + Gap;
        }
        return new MemoryPlan
        {
            Placements = builder.Buffers.Where(buffer => buffer.Kind == BufferKind.Parameter || used.Contains(buffer))
                .Select(buffer => new Placement(buffer, offsets[buffer.Id], 0, kernels.Count)).ToEquatableArray(),
            Runs = default,
            Parameters = 0,
            ParameterLength = length,
            Gradients = 0,
            Moments = 0,
            SecondMoments = 0,
            Length = end,
        };
    }

    static List<ParameterRun> PlaceParameters(Graph graph, PlanBuilder builder, long[] offsets, out long length)
    {
        var runs = new List<ParameterRun>();
        length = 0;
        foreach (Node node in graph.Nodes)
        {
            long start = length;
            int rows = 0, stride = 0;
            foreach (TensorSpec tensor in LayerTensors(graph, node).Where(static tensor => tensor.Role != TensorRole.Statistic))
            {
                // Gradient buffers exist for every learned value, even where the backward pass has no use for one.
                Buffer buffer = builder.Tensor(node, tensor.Name);
                builder.Gradient(node, tensor.Name);
                offsets[buffer.Id] = length;
                runs.Add(new ParameterRun(length, buffer.Length, tensor.Role == TensorRole.Weight, UpdateOf(buffer, builder.BackwardPass),
                    builder.LayerIndex(node)));
                length += buffer.Length;
                rows += buffer.Rows;
                stride = buffer.Stride;
            }
            // A primal solve works in place on whole blocks of 16 gradient rows.
            if (node.Op is Graphs.Ops.DenseOp or Graphs.Ops.ConvOp)
                length = start + (long)Buffer.RoundUp(rows, 16) * stride;
        }
        return runs;
    }

    static InPlaceUpdate UpdateOf(Buffer parameter, IEnumerable<Kernel> backward)
    {
        List<KernelCondition> conditions = backward
            .Where(kernel => kernel is WeightGradient or RowBackward && kernel.Updates.Contains(parameter))
            .Select(static kernel => kernel.Condition).ToList();
        return conditions.Count == 0 ? InPlaceUpdate.Never
            : conditions.SequenceEqual([KernelCondition.Plain]) ? InPlaceUpdate.Plain
            : InPlaceUpdate.Always;
    }

    static IEnumerable<TensorSpec> LayerTensors(Graph graph, Node node) =>
        node.Inputs.Count == 0 ? [] : node.Op.Tensors(graph.Nodes[node.Inputs[0]].Shape);

    static (int First, int Last)[] LiveRanges(PlanBuilder builder)
    {
        var kernels = builder.Step.ToList();
        var ranges = new (int First, int Last)[builder.Buffers.Count];
        foreach (Buffer buffer in builder.Buffers)
            ranges[buffer.Id] = buffer.Persists ? (0, kernels.Count) : (int.MaxValue, -1);
        for (int i = 0; i < kernels.Count; i++)
            foreach (Buffer buffer in kernels[i].Reads.Concat(kernels[i].Updates).Concat(kernels[i].Writes))
                ranges[buffer.Id] = (Math.Min(ranges[buffer.Id].First, i), Math.Max(ranges[buffer.Id].Last, i));
        foreach (Buffer buffer in builder.Buffers)
        {
            if (buffer.Kind == BufferKind.Input)
                ranges[buffer.Id].First = 0;
            if (buffer.Kind is BufferKind.Input or BufferKind.Result)
                ranges[buffer.Id].Last = Math.Max(ranges[buffer.Id].Last, buffer.Kind == BufferKind.Result ? kernels.Count : 0);
        }
        return ranges;
    }

    /// <summary>Largest first, each at the lowest offset that is free of buffers needed at the same time.</summary>
    static long PlaceTransient(IEnumerable<Buffer> buffers, (int First, int Last)[] ranges, long[] offsets, long start)
    {
        long end = start;
        var placed = new List<Buffer>();
        foreach (Buffer buffer in buffers.OrderByDescending(static buffer => buffer.Length).ThenBy(static buffer => buffer.Id))
        {
            long offset = start;
            foreach (Buffer other in placed.Where(other => Overlap(ranges[other.Id], ranges[buffer.Id])).OrderBy(other => offsets[other.Id]))
            {
                if (offset + Align(buffer.Length) + Gap <= offsets[other.Id])
                    break;
                offset = Math.Max(offset, offsets[other.Id] + Align(other.Length) + Gap);
            }
            offsets[buffer.Id] = offset;
            placed.Add(buffer);
            end = Math.Max(end, offset + Align(buffer.Length) + Gap);
        }
        return end;
    }

    static bool Overlap((int First, int Last) a, (int First, int Last) b) => a.First <= b.Last && b.First <= a.Last;

    static long Align(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
