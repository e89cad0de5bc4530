using AotNet.Compiler.Graphs;

namespace AotNet.Compiler.Planning;

/// <summary>What recomputation saves and costs.</summary>
/// <param name="Kept">Bytes that come and go within a step where every value is kept until the backward pass has read it.</param>
/// <param name="Recomputed">The same with recomputation; equal to <paramref name="Kept"/> where that saves nothing.</param>
/// <param name="Flops">Operations of one sample that are then done twice.</param>
public sealed record RecomputationFigures(long Kept, long Recomputed, long Flops)
{
    /// <summary>Of a network planned both ways.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="kept">Its arena without recomputation.</param>
    /// <param name="recomputed">Its arena with it.</param>
    /// <param name="backward">The backward pass that goes with that.</param>
    internal static RecomputationFigures Of(Graph graph, MemoryPlan kept, MemoryPlan recomputed, IEnumerable<Kernel> backward)
    {
        // A value in another layout bears the name of its node, and costs none of its work.
        var names = new HashSet<string>(backward.Where(static kernel => kernel.Repeats && kernel is not Repack).Select(static kernel => kernel.Name));
        long flops = graph.Nodes.Where(node => node.Inputs.Count > 0 && names.Contains(node.Name))
            .Sum(node => node.Op.Flops(graph.Nodes[node.Inputs[0]].Shape, node.Shape));
        return new RecomputationFigures(Bytes(kept), Bytes(recomputed), flops);
    }

    static long Bytes(MemoryPlan memory) => (memory.Length - memory.Transient) * sizeof(float);
}
