using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;

/// <summary>
/// Per sample and group of channels, over all positions: (x - mean) / sqrt(variance + ε), times a learned gain per channel,
/// plus a learned shift (Wu and He 2018).
/// </summary>
/// <param name="Groups">Groups of channels.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record GroupNormOp(int Groups, float Epsilon) : Op
{
    /// <inheritdoc/>
    public override string Method => "GroupNorm";

    /// <inheritdoc/>
    public override IEnumerable<TensorSpec> Tensors(Shape input)
    {
        yield return new TensorSpec("gain", TensorRole.Bias, 1, input.Channels, Start.One);
        yield return new TensorSpec("shift", TensorRole.Bias, 1, input.Channels, Start.Zero);
    }

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => 5 * output.Size;

    internal override string Signature => $"GroupNorm({Literal.Number(Groups)}, {Literal.Float(Epsilon)})";

    internal static Op? Parse(CallReader call) =>
        call.AtLeast(0, "groups", call.Int(0), 1) & RowNormOp.EpsilonIsValid(call, 1)
            ? new GroupNormOp(call.Int(0), (float)call.Float(1))
            : null;

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Channels % Groups == 0)
            return inputs[0];
        call.ReportArgument(GraphError.GroupsDoNotDivide, 0, CallReader.Format(Groups), "input", CallReader.Format(inputs[0].Channels));
        return null;
    }

    internal override void Forward(PlanBuilder plan, Node node) => plan.Add(new GroupNormForward(
        node.Name, plan.Value(node.Inputs[0]), plan.Value(node), plan.Tensor(node, "gain"), plan.Tensor(node, "shift"),
        Statistics(plan, node), Groups, Epsilon));

    internal override void Backward(PlanBuilder plan, Node node)
    {
        Buffer x = plan.Value(node.Inputs[0]);
        plan.Add(new GroupNormParameters(node.Name + " parameters", plan.Residual(node), x, Statistics(plan, node),
            plan.Gradient(node, "gain"), plan.Gradient(node, "shift"))
        {
            Portions = SamplePortions.For(plan, node.Name + " parameters", x, 2, node.Shape.Channels),
        });
        plan.Contribute(node.Inputs[0], dX => plan.Add(new GroupNormBackward(
            node.Name + " backward", plan.Residual(node), x, plan.Tensor(node, "gain"), Statistics(plan, node), dX, Groups)));
    }

    /// <summary>Rows 2 n and 2 n + 1 for sample n: mean of each channel's group, and 1 / root.</summary>
    static Buffer Statistics(PlanBuilder plan, Node node) => plan.Saved(node, "statistics", 2 * plan.Graph.Spec.Batch, node.Shape.Channels);
}
