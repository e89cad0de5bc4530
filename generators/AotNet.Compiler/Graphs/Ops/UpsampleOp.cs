using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;

/// <summary>Each position repeated: the nearest neighbour.</summary>
/// <param name="Vertical">Times that rows are repeated.</param>
/// <param name="Horizontal">Times that columns are repeated.</param>
public sealed record UpsampleOp(int Vertical, int Horizontal) : Op
{
    /// <inheritdoc/>
    public override string Method => "Upsample";

    internal override string Signature => $"Upsample({Literal.Number(Vertical)}x{Literal.Number(Horizontal)})";

    internal static Op? Parse(CallReader call)
    {
        (int vertical, int horizontal) = call.Pair(0) ?? (0, 0);
        return call.AtLeast(0, "factor", Math.Min(vertical, horizontal), 1) ? new UpsampleOp(vertical, horizontal) : null;
    }

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs)
    {
        Shape input = inputs[0];
        if (!WindowShape.IsImage(call, input))
            return null;
        return input.With(Times(input.Height, Factors(input).Vertical), Times(input.Width, Factors(input).Horizontal), input.Channels);
    }

    internal override void Forward(PlanBuilder plan, Node node) =>
        plan.Add(new Upsample(node.Name, plan.Value(node.Inputs[0]), plan.Value(node), Grid(plan, node)));

    internal override void Backward(PlanBuilder plan, Node node) => plan.Contribute(node.Inputs[0], dX =>
        plan.Add(new UpsampleBackward(node.Name + " backward", plan.Residual(node), dX, Grid(plan, node))));

    /// <summary>The windows of the output that the positions of the input are repeated in.</summary>
    PatchGrid Grid(PlanBuilder plan, Node node)
    {
        (int vertical, int horizontal) = Factors(node.Shape);
        return PatchGrid.Of(new WindowShape(vertical, horizontal, vertical, horizontal, 1, 1, default), node.Shape, plan.Value(node));
    }

    /// <summary>Over a sequence the horizontal factor counts.</summary>
    (int Vertical, int Horizontal) Factors(Shape shape) => shape.Extents.Count == 3 ? (Vertical, Horizontal) : (1, Horizontal);

    static int Times(int extent, int factor) => (int)Math.Min((long)extent * factor, int.MaxValue);
}
