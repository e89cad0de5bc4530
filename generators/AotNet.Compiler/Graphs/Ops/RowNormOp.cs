using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>What <see cref="LayerNormOp"/> and <see cref="RmsNormOp"/> share: statistics of one sample over its features, or of one position over its channels.</summary>
/// <param name="Epsilon">Added under the root.</param>
public abstract record RowNormOp(float Epsilon) : Op
{
    /// <summary>Whether the mean is subtracted and a shift learned.</summary>
    internal abstract bool Centres { get; }

    /// <inheritdoc/>
    public override IEnumerable<TensorSpec> Tensors(Shape input)
    {
        yield return new TensorSpec("gain", TensorRole.Bias, 1, input.Channels, Start.One);
        if (Centres)
            yield return new TensorSpec("shift", TensorRole.Bias, 1, input.Channels, Start.Zero);
    }

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => 5 * output.Size;

    internal override string Signature => $"{Method}({Literal.Float(Epsilon)})";

    internal static bool EpsilonIsValid(CallReader call, int argument)
    {
        double epsilon = call.Float(argument);
        return call.InRange(argument, "epsilon", (float)epsilon > 0 && epsilon <= float.MaxValue, "a finite number above zero");
    }

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs) => inputs[0];

    internal override void Forward(PlanBuilder plan, Node node) => plan.Add(new RowNormForward(
        node.Name, plan.Value(node.Inputs[0]), plan.Value(node), plan.Tensor(node, "gain"),
        Centres ? plan.Tensor(node, "shift") : null, Statistics(plan, node), Epsilon));

    internal override void Backward(PlanBuilder plan, Node node)
    {
        Buffer x = plan.Value(node.Inputs[0]);
        plan.Add(new RowNormParameters(node.Name + " parameters", plan.Residual(node), x, Statistics(plan, node),
            plan.Gradient(node, "gain"), Centres ? plan.Gradient(node, "shift") : null)
        {
            Portions = SamplePortions.For(plan, node.Name + " parameters", x, Centres ? 2 : 1, node.Shape.Channels),
        });
        plan.Contribute(node.Inputs[0], dX => plan.Add(new RowNormBackward(
            node.Name + " backward", plan.Residual(node), x, plan.Tensor(node, "gain"), Statistics(plan, node), dX, Centres)));
    }

    /// <summary>Row 0: mean of each sample, or position (0 when not centred); row 1: 1 / root.</summary>
    static Buffer Statistics(PlanBuilder plan, Node node) => plan.Saved(node, "statistics", 2, plan.Graph.Spec.Batch * node.Shape.Positions);
}
