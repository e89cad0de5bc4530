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

    /// <summary>Floats that a buffer takes up in the arena.</summary>
    internal static long SpaceOf(Buffer buffer) => Align(buffer.Length) + Gap;

    /// <summary>The arena of a training step.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="builder">Its kernels and buffers.</param>
    /// <param name="backward">Its backward pass, with or without what is recomputed.</param>
    internal static MemoryPlan Plan(Graph graph, PlanBuilder builder, IEnumerable<Kernel> backward)
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
            end += SpaceOf(buffer);
        }
        List<KernelUse> uses = [.. builder.Ahead.Concat(backward).Select(static kernel => new KernelUse(kernel))];
        LiveRange[] ranges = LiveRanges.Of(builder.Buffers, uses, builder.Ahead.Count());
        long total = PlaceTransient(builder.Buffers.Where(buffer => !buffer.Persists && ranges[buffer.Id].Last >= 0), ranges, offsets, end);
        return new MemoryPlan
        {
            Placements = builder.Buffers.Where(buffer => ranges[buffer.Id].Last >= 0)
                .Select(buffer => new Placement(buffer, offsets[buffer.Id], ranges[buffer.Id])).ToEquatableArray(),
            Runs = runs.ToEquatableArray(),
            Parameters = 0,
            ParameterLength = length,
            Gradients = gradients,
            Moments = moments,
            SecondMoments = moments + spacing,
            Transient = end,
            Length = total,
        };
    }

    /// <summary>Learned values as above, then every other buffer by itself: whatever a kernel leaves can be read in the end.</summary>
    internal static MemoryPlan PlanProbe(Graph graph, PlanBuilder builder)
    {
        var offsets = new long[builder.Buffers.Count];
        PlaceParameters(graph, builder, offsets, out long length);
        List<Kernel> kernels = [.. builder.Step];
        var used = new HashSet<Buffer>(kernels.SelectMany(static kernel => kernel.Touched));
        long end = length + Gap;
        foreach (Buffer buffer in builder.Buffers.Where(buffer => buffer.Kind != BufferKind.Parameter && used.Contains(buffer)))
        {
            offsets[buffer.Id] = end;
            end += SpaceOf(buffer);
        }
        return new MemoryPlan
        {
            Placements = builder.Buffers.Where(buffer => buffer.Kind == BufferKind.Parameter || used.Contains(buffer))
                .Select(buffer => new Placement(buffer, offsets[buffer.Id], new LiveRange(0, kernels.Count))).ToEquatableArray(),
            Runs = default,
            Parameters = 0,
            ParameterLength = length,
            Gradients = 0,
            Moments = 0,
            SecondMoments = 0,
            Transient = length + Gap,
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

    static long PlaceTransient(IEnumerable<Buffer> buffers, LiveRange[] ranges, long[] offsets, long start)
    {
        List<Fold> places = Place(buffers, SpaceOf, (buffer, other) => ranges[other.Id].Meets(ranges[buffer.Id]), out long length);
        foreach (Fold place in places)
            offsets[place.Buffer.Id] = start + place.Offset;
        return start + length;
    }

    /// <summary>Largest first, each at the lowest offset that is free of buffers needed at the same time.</summary>
    /// <param name="buffers">Buffers.</param>
    /// <param name="space">Floats that one takes up.</param>
    /// <param name="together">Whether two of them are needed at the same time.</param>
    /// <param name="length">Floats of all.</param>
    internal static List<Fold> Place(IEnumerable<Buffer> buffers, Func<Buffer, long> space, Func<Buffer, Buffer, bool> together, out long length)
    {
        length = 0;
        var placed = new List<Fold>();
        foreach (Buffer buffer in buffers.OrderByDescending(static buffer => buffer.Length).ThenBy(static buffer => buffer.Id))
        {
            long offset = 0;
            foreach (Fold other in placed.Where(other => together(buffer, other.Buffer)).OrderBy(static other => other.Offset))
            {
                if (offset + space(buffer) <= other.Offset)
                    break;
                offset = Math.Max(offset, other.Offset + space(other.Buffer));
            }
            placed.Add(new Fold(buffer, offset));
            length = Math.Max(length, offset + space(buffer));
        }
        return placed;
    }

    static long Align(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
