using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>Division of each feature, or channel, by its running root mean square over the batch, and positions (Ye et al. 2017).</summary>
/// <param name="Momentum">Weight of the running average's past.</param>
/// <param name="Epsilon">Relative floor; 0 for the default of 0.1, or 1e-10 directly on the network's input.</param>
/// <param name="TrueGradient">Whether the backward pass takes account of the batch's part in the denominator.</param>
public sealed record BatchRmsOp(float Momentum, float Epsilon, bool TrueGradient) : Op
{
    /// <inheritdoc/>
    public override string Method => "BatchRms";

    /// <inheritdoc/>
    public override string Kind => TrueGradient ? "BatchRmsTrueGradient" : Method;

    /// <inheritdoc/>
    public override IEnumerable<TensorSpec> Tensors(Shape input)
    {
        yield return new TensorSpec("meansquare", TensorRole.Statistic, 1, input.Channels, Start.Zero);
    }

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => 3 * output.Size;

    internal override string Signature => $"{Kind}({Literal.Float(Momentum)}, {Literal.Float(Epsilon)})";

    internal static Op? Parse(CallReader call)
    {
        double momentum = call.Float(0), epsilon = call.Float(1);
        return call.InRange(0, "momentum", momentum >= 0 && (float)momentum < 1, "0 up to but not including 1")
            & call.InRange(1, "epsilon", epsilon >= 0 && epsilon <= float.MaxValue, "a finite number, 0 (the default) or above")
            ? new BatchRmsOp((float)momentum, (float)epsilon, call.Bool(2))
            : null;
    }

    /// <summary>The floor ε₀ in force for <paramref name="node"/>.</summary>
    public float EffectiveEpsilon(Graph graph, Node node) =>
        Epsilon > 0 ? Epsilon : IsFirstLayer(graph, node) ? 1e-10f : 0.1f;

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs) => inputs[0];

    internal override void Forward(PlanBuilder plan, Node node) => plan.Add(new BatchRmsForward(
        node.Name, plan.Value(node.Inputs[0]), plan.Value(node), plan.Tensor(node, "meansquare"),
        Scale(plan, node), Momentum, EffectiveEpsilon(plan.Graph, node))
    {
        Portions = Portions(plan, node, node.Name),
    });

    internal override void Backward(PlanBuilder plan, Node node) => plan.Contribute(node.Inputs[0], dX =>
    {
        string name = node.Name + " backward";
        Buffer residual = plan.Residual(node);
        plan.Add(TrueGradient
            ? new BatchRmsBackward(name, residual, plan.Value(node.Inputs[0]), Scale(plan, node), plan.Tensor(node, "meansquare"),
                plan.Scratch(name + " pull", 1, node.Shape.Channels), dX, Momentum, EffectiveEpsilon(plan.Graph, node))
            {
                Portions = Portions(plan, node, name),
            }
            : new ScaleColumns(name, residual, Scale(plan, node), dX));
    });

    /// <summary>One sum for each portion of the samples.</summary>
    static Buffer? Portions(PlanBuilder plan, Node node, string name) =>
        SamplePortions.For(plan, name, plan.Value(node.Inputs[0]), 1, node.Shape.Channels);

    /// <summary>1 / denominator of each feature, or channel.</summary>
    static Buffer Scale(PlanBuilder plan, Node node) => plan.Saved(node, "scale", 1, node.Shape.Channels);

    static bool IsFirstLayer(Graph graph, Node node)
    {
        Node input = graph.Nodes[node.Inputs[0]];
        while (input.Op is FlattenOp)
            input = graph.Nodes[input.Inputs[0]];
        return input.Op is InputOp;
    }
}
