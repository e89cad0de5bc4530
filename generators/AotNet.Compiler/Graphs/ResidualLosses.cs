using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Graphs;

/// <summary>
/// Where residuals are lost on their way back. By the fundamental theorem of linear algebra a layer y = W x hands back
/// Wᵀ r, without the part of r in the left null space of W: at least outputs - inputs dimensions when it expands, none
/// when it contracts and W has full rank. An activation loses what its derivative zeroes (Ye et al. 2017).
/// </summary>
static class ResidualLosses
{
    /// <summary>What loses residuals in a network without other errors: errors where it promises to be contractive, else notes.</summary>
    internal static IEnumerable<GraphDiagnostic> Find(NetworkSpec spec, IReadOnlyList<Node> nodes)
    {
        // Without errors every value has a node, so calls and nodes are numbered alike.
        for (int call = 0; call < spec.Calls.Count; call++)
        {
            Node node = nodes[spec.Parameters.Count + call];
            Shape input = nodes[node.Inputs[0]].Shape;
            long lost = node.Op.NullDimensions(input, node.Shape);
            if (lost > 0)
                yield return new GraphDiagnostic(
                    spec.Contractive ? GraphError.ContractiveLayerExpands : GraphError.LayerExpands, call,
                    node.Op is DenseOp ? node.Inputs.Count : -1, // a width in features, not in channels
                    new EquatableArray<string>([node.Op.Method, Format(input.Size), Format(node.Shape.Size), Format(lost)]));
            if (node.Op.ZeroesResiduals)
                yield return new GraphDiagnostic(
                    spec.Contractive ? GraphError.ContractiveResidualZeroed : GraphError.ResidualZeroed, call, -1,
                    new EquatableArray<string>([node.Op.Method]));
        }
    }

    static string Format(long value) => CallReader.Format(value);
}
