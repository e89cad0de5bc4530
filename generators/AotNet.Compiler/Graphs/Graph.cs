using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Graphs;

/// <summary>
/// A typed network: nodes in an order in which each follows its inputs, objective last. Everything in it has been
/// checked; the stages after this one are total.
/// </summary>
public sealed record Graph
{
    /// <summary>The declaration's names and sizes.</summary>
    public required NetworkSpec Spec { get; init; }

    /// <summary>Nodes; a node's id is its index.</summary>
    public required EquatableArray<Node> Nodes { get; init; }

    /// <summary>The objective, the last node.</summary>
    public Node Objective => Nodes[Nodes.Count - 1];

    /// <summary>The node whose value the objective compares with its target: the network's output.</summary>
    public Node Output => Nodes[Objective.Inputs[0]];

    /// <summary>The inputs of type Tensor in the order of <c>Define</c>'s parameters.</summary>
    public IEnumerable<Node> Inputs => Nodes.Where(static node => node.Op is Ops.InputOp);

    /// <summary>The labels or targets.</summary>
    public Node Target => Nodes[Objective.Inputs[1]];
}

/// <summary>One value of the graph and the op that makes it.</summary>
/// <param name="Id">Index in <see cref="Graph.Nodes"/>.</param>
/// <param name="Name">Unique layer name such as <c>dense1</c>; parameters keep their own names.</param>
/// <param name="Op">What computes it.</param>
/// <param name="Inputs">Ids of the nodes it reads.</param>
/// <param name="Shape">Shape of one sample.</param>
public sealed record Node(int Id, string Name, Op Op, EquatableArray<int> Inputs, Shape Shape)
{
    /// <summary>Values in one sample.</summary>
    public int Width => (int)Shape.Size;
}
