using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;

/// <summary>Zeros around the image.</summary>
/// <param name="Vertical">Rows above and below.</param>
/// <param name="Horizontal">Columns left and right.</param>
public sealed record PadOp(int Vertical, int Horizontal) : Op
{
    /// <inheritdoc/>
    public override string Method => "Pad";

    internal override string Signature => $"Pad({Literal.Number(Vertical)}x{Literal.Number(Horizontal)})";

    internal static Op? Parse(CallReader call)
    {
        if (WindowPadding.Read(call, 0, same: true) is not { } padding)
            return null;
        if (call.Pair(0) is not null)
            return new PadOp(padding.Vertical, padding.Horizontal);
        call.ReportArgument(GraphError.ArgumentOutOfRange, 0, "padding", call.Text(0) ?? "left out", "a number of positions, or two");
        return null;
    }

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs)
    {
        Shape input = inputs[0];
        return WindowShape.IsImage(call, input)
            ? input.With(input.Height + 2 * Top(input), input.Width + 2 * Horizontal, input.Channels)
            : null;
    }

    internal override void Forward(PlanBuilder plan, Node node)
    {
        Shape input = plan.Graph.Nodes[node.Inputs[0]].Shape;
        plan.Add(new Shift(node.Name, plan.Value(node.Inputs[0]), plan.Value(node), input.Height, input.Width, node.Shape.Height,
            node.Shape.Width, Top(input), Horizontal));
    }

    internal override void Backward(PlanBuilder plan, Node node)
    {
        Shape input = plan.Graph.Nodes[node.Inputs[0]].Shape;
        plan.Contribute(node.Inputs[0], dX => plan.Add(new Shift(node.Name + " backward", plan.Residual(node), dX, node.Shape.Height,
            node.Shape.Width, input.Height, input.Width, -Top(input), -Horizontal)));
    }

    /// <summary>Over a sequence the horizontal number counts.</summary>
    int Top(Shape input) => input.Extents.Count == 3 ? Vertical : 0;
}
