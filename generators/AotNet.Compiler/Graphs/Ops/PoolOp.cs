using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;

/// <summary>What <see cref="MaxPoolOp"/> and <see cref="AveragePoolOp"/> share: a window that moves over each channel.</summary>
/// <param name="Window">The window; null for one over the whole image, whose output is one feature a channel.</param>
public abstract record PoolOp(WindowShape? Window) : Op
{
    /// <inheritdoc/>
    public sealed override string Method => (Window is null ? "Global" : "") + Shrinking;

    /// <summary>Name of the method without <c>Global</c>.</summary>
    internal abstract string Shrinking { get; }

    /// <summary>The window over an input of this shape.</summary>
    /// <param name="input">Shape of one sample going in.</param>
    public WindowShape WindowOver(Shape input) => Window?.For(input) ?? WindowShape.Over(input);

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => WindowOver(input).Taps * output.Size;

    internal override string Signature => Window is null ? Method : $"{Method}({Window})";

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs)
    {
        if (!WindowShape.IsImage(call, inputs[0]))
            return null;
        if (Window is null)
            return Shape.Vector(inputs[0].Channels);
        return Window.FitTo(inputs[0], call, 0) is { } window
            ? inputs[0].With(window.Rows(inputs[0].Height), window.Columns(inputs[0].Width), inputs[0].Channels)
            : null;
    }

    /// <summary>The window of a call; null after reporting a bad one. No window may lie in the padding alone.</summary>
    private protected static WindowShape? ReadWindow(CallReader call)
    {
        if (WindowShape.Read(call, 0, "window", isPool: true) is not { } window)
            return null;
        WindowPadding padding = window.Padding;
        if (padding.Vertical < window.Height && padding.Horizontal < window.Width)
            return window;
        call.ReportArgument(GraphError.ArgumentOutOfRange, 2, "padding", CallReader.Format(Math.Max(padding.Vertical, padding.Horizontal)),
            "less than the window's extent");
        return null;
    }

    /// <summary>The positions that the windows of a node lie over.</summary>
    private protected PatchGrid Grid(PlanBuilder plan, Node node)
    {
        Shape input = plan.Graph.Nodes[node.Inputs[0]].Shape;
        return PatchGrid.Of(WindowOver(input), input, plan.Value(node.Inputs[0]));
    }
}
