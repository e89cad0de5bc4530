using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;

/// <summary>
/// Convolution: each output position is the patch of the input under the window times the weights of its group, plus a
/// bias. Weights are (kernel row, kernel column, input channel of the group) x output channels.
/// </summary>
/// <param name="Method">The method that declares it: <c>Conv</c>, <c>DepthwiseConv</c> or <c>Conv1D</c>.</param>
/// <param name="Channels">Output channels; 0 for as many as the input has, each a group of its own.</param>
/// <param name="Window">How the kernel moves.</param>
/// <param name="Groups">Parts that the channels are cut into; 0 for as many as there are channels.</param>
/// <param name="Bias">Whether it has a bias.</param>
/// <param name="Start">How the weights start.</param>
/// <param name="Curvature">How the declaration asks its gradient to be decorrelated.</param>
/// <param name="Name">Name given in the declaration.</param>
public sealed record ConvOp(string Method, int Channels, WindowShape Window, int Groups, bool Bias, Start Start,
    CurvatureRequest Curvature, string? Name) : Op
{
    /// <inheritdoc/>
    public override string Method { get; } = Method;

    /// <summary>The window over an input of this shape: one row of it over a sequence.</summary>
    /// <param name="input">Shape of one sample going in.</param>
    public WindowShape WindowOver(Shape input) => Window.For(input);

    /// <summary>Number of groups.</summary>
    /// <param name="input">Shape of one sample going in.</param>
    public int GroupsOf(Shape input) => Groups == 0 ? input.Channels : Groups;

    /// <summary>Number of output channels.</summary>
    /// <param name="input">Shape of one sample going in.</param>
    public int OutputsOf(Shape input) => Channels == 0 ? input.Channels : Channels;

    /// <summary>Whether each channel has a kernel of its own.</summary>
    /// <param name="input">Shape of one sample going in.</param>
    public bool IsDepthwise(Shape input) => GroupsOf(input) == input.Channels && OutputsOf(input) == input.Channels && input.Channels > 1;

    /// <inheritdoc/>
    public override IEnumerable<TensorSpec> Tensors(Shape input)
    {
        int outputs = OutputsOf(input);
        yield return new TensorSpec("weight", TensorRole.Weight, Terms(input), outputs, Start);
        if (Bias)
            yield return new TensorSpec("bias", TensorRole.Bias, 1, outputs, Start.Zero);
    }

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => 2L * Terms(input) * output.Size;

    internal override long NullDimensions(Shape input, Shape output) => Math.Max(0, output.Size - input.Size);

    internal override string Signature => $"{Method}({(Channels == 0 ? "" : Literal.Number(Channels) + ", ")}{Window}"
        + $"{(Groups > 1 ? $", groups {Literal.Number(Groups)}" : "")}{(Bias ? "" : ", no bias")})";

    internal static Op? Parse(CallReader call) => Parse(call, isSequence: false);

    internal static Op? ParseSequence(CallReader call) => Parse(call, isSequence: true);

    internal static Op? ParseDepthwise(CallReader call) =>
        WindowShape.Read(call, 0, "kernel", isPool: false) is { } window && DenseOp.ParseStart(call, 5) is { } start
            ? new ConvOp("DepthwiseConv", 0, window, 0, call.Bool(4), start, CurvatureRequest.Off, call.Text(6))
            : null;

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs)
    {
        Shape input = inputs[0];
        bool depthwise = Channels == 0;
        if (!WindowShape.IsImage(call, input) || Window.FitTo(input, call, depthwise ? 0 : 1) is not { } window)
            return null;
        foreach ((string which, int channels) in new[] { ("input", input.Channels), ("output", OutputsOf(input)) })
        {
            if (channels % GroupsOf(input) == 0)
                continue;
            call.ReportArgument(GraphError.GroupsDoNotDivide, 5, CallReader.Format(Groups), which, CallReader.Format(channels));
            return null;
        }
        return input.With(window.Rows(input.Height), window.Columns(input.Width), OutputsOf(input));
    }

    internal override void Forward(PlanBuilder plan, Node node) => ConvolutionPlanner.AddForward(plan, node, this);

    internal override void Backward(PlanBuilder plan, Node node)
    {
        plan.Contribute(node.Inputs[0], dX => ConvolutionPlanner.AddInputGradient(plan, node, this, dX));
        ConvolutionCurvature.AddWeightGradient(plan, node, this);
    }

    static ConvOp? Parse(CallReader call, bool isSequence)
    {
        int channels = call.Int(0), groups = call.Int(5);
        if (channels < 1)
        {
            call.ReportArgument(GraphError.WidthNotPositive, 0, CallReader.Format(channels));
            return null;
        }
        if (WindowShape.Read(call, 1, "kernel", isPool: false, isSequence) is not { } window
            || !call.AtLeast(5, "groups", groups, 1) || DenseOp.ParseStart(call, 7) is not { } start)
            return null;
        var curvature = (CurvatureRequest)call.Int(8);
        string? obstacle = curvature is CurvatureRequest.Auto or CurvatureRequest.Off ? null
            : groups > 1 ? "a convolution in groups leaves its gradient as it is"
            : null;
        if (obstacle is not null)
        {
            call.ReportArgument(GraphError.CurvatureNotAvailable, 8, curvature.ToString(), call.Call.Method, obstacle);
            return null;
        }
        return new ConvOp(call.Call.Method, channels, window, groups, call.Bool(6), start, curvature, call.Text(9));
    }

    /// <summary>Terms of each sum: a patch of one group.</summary>
    int Terms(Shape input) => (int)Math.Min((long)WindowOver(input).Taps * (input.Channels / GroupsOf(input)), int.MaxValue);
}
