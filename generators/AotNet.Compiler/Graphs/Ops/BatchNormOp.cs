using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>
/// Per feature over the batch, of an image per channel over all positions too: (x - mean) / sqrt(variance + ε) times a learned gain, plus a learned shift
/// (Ioffe and Szegedy 2015). Running averages serve inference.
/// </summary>
/// <param name="Momentum">Weight of the newest batch in the running averages.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record BatchNormOp(float Momentum, float Epsilon) : Op
{
    /// <inheritdoc/>
    public override string Method => "BatchNorm";

    /// <inheritdoc/>
    public override IEnumerable<TensorSpec> Tensors(Shape input)
    {
        int width = input.Channels;
        yield return new TensorSpec("gain", TensorRole.Bias, 1, width, Start.One);
        yield return new TensorSpec("shift", TensorRole.Bias, 1, width, Start.Zero);
        yield return new TensorSpec("mean", TensorRole.Statistic, 1, width, Start.Zero);
        yield return new TensorSpec("variance", TensorRole.Statistic, 1, width, Start.One);
    }

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => 5 * output.Size;

    internal override string Signature => $"BatchNorm({Literal.Float(Momentum)}, {Literal.Float(Epsilon)})";

    internal static Op? Parse(CallReader call)
    {
        double momentum = call.Float(0);
        return call.InRange(0, "momentum", (float)momentum > 0 && momentum <= 1, "above 0 and at most 1")
            & RowNormOp.EpsilonIsValid(call, 1)
            ? new BatchNormOp((float)momentum, (float)call.Float(1))
            : null;
    }

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs) => inputs[0];

    internal override void Forward(PlanBuilder plan, Node node) => plan.Add(new BatchNormForward(
        node.Name, plan.Value(node.Inputs[0]), plan.Value(node), plan.Tensor(node, "gain"), plan.Tensor(node, "shift"),
        plan.Tensor(node, "mean"), plan.Tensor(node, "variance"), Statistics(plan, node), Momentum, Epsilon)
    {
        Portions = Portions(plan, node, node.Name),
    });

    internal override void Backward(PlanBuilder plan, Node node)
    {
        Buffer? dX = null;
        plan.Contribute(node.Inputs[0], buffer =>
        {
            dX = buffer;
            AddBackward(plan, node, dX);
        });
        if (dX is null)
            AddBackward(plan, node, null);
    }

    static void AddBackward(PlanBuilder plan, Node node, Buffer? dX) => plan.Add(new BatchNormBackward(
        node.Name + " backward", plan.Residual(node), plan.Value(node.Inputs[0]), plan.Tensor(node, "gain"),
        Statistics(plan, node), plan.Gradient(node, "gain"), plan.Gradient(node, "shift"), dX)
    {
        Portions = Portions(plan, node, node.Name + " backward"),
    });

    /// <summary>Two sums for each portion of the samples.</summary>
    static Buffer? Portions(PlanBuilder plan, Node node, string name) =>
        SamplePortions.For(plan, name, plan.Value(node.Inputs[0]), 2, node.Shape.Channels);

    /// <summary>Row 0: mean of each feature over the batch; row 1: 1 / root.</summary>
    static Buffer Statistics(PlanBuilder plan, Node node) => plan.Saved(node, "statistics", 2, node.Shape.Channels);
}
