using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Graphs;

namespace AotNet.Compiler.Differentiation;

/// <summary>
/// Stage 3: which values need a residual, and which are views of others. Only nodes with something learned before them,
/// or in them, take part in the backward pass.
/// </summary>
sealed class GradientFlow
{
    readonly bool[] wants;
    readonly int[] source;

    internal GradientFlow(Graph graph)
    {
        wants = new bool[graph.Nodes.Count];
        source = new int[graph.Nodes.Count];
        foreach (Node node in graph.Nodes)
        {
            source[node.Id] = node.Op is FlattenOp ? source[node.Inputs[0]] : node.Id;
            wants[node.Id] = node.Inputs.Any(input => wants[input]) || Learns(graph, node);
        }
    }

    /// <summary>Whether the backward pass computes the residual of a node.</summary>
    internal bool Wants(int id) => wants[id];

    /// <summary>The node whose buffer holds the value of <paramref name="id"/>: itself, unless it is a view.</summary>
    internal int Resolve(int id) => source[id];

    static bool Learns(Graph graph, Node node) =>
        node.Inputs.Count > 0
        && node.Op.Tensors(graph.Nodes[node.Inputs[0]].Shape).Any(static tensor => tensor.Role != TensorRole.Statistic);
}
