using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;

/// <summary>y = W x + b over the flattened input.</summary>
/// <param name="Outputs">Width of the output.</param>
/// <param name="Bias">Whether it has a bias.</param>
/// <param name="Start">How the weights start.</param>
/// <param name="Curvature">How the declaration asks its gradient to be decorrelated.</param>
/// <param name="Name">Name given in the declaration.</param>
public sealed record DenseOp(int Outputs, bool Bias, Start Start, CurvatureRequest Curvature, string? Name) : Op
{
    /// <inheritdoc/>
    public override string Method => "Dense";

    /// <inheritdoc/>
    public override IEnumerable<TensorSpec> Tensors(Shape input)
    {
        yield return new TensorSpec("weight", TensorRole.Weight, (int)input.Size, Outputs, Start);
        if (Bias)
            yield return new TensorSpec("bias", TensorRole.Bias, 1, Outputs, Start.Zero);
    }

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => 2 * input.Size * Outputs;

    internal override long NullDimensions(Shape input, Shape output) => Math.Max(0, output.Size - input.Size);

    internal override string Signature => Bias ? $"Dense({Outputs})" : $"Dense({Outputs}, no bias)";

    internal static Op? Parse(CallReader call)
    {
        int outputs = call.Int(0);
        if (outputs < 1)
        {
            call.ReportArgument(GraphError.WidthNotPositive, 0, CallReader.Format(outputs));
            return null;
        }
        if (ParseStart(call, 2) is not { } start)
            return null;
        var curvature = (CurvatureRequest)call.Int(3);
        if (curvature is CurvatureRequest.Channels or CurvatureRequest.Patches)
        {
            call.ReportArgument(GraphError.CurvatureNotAvailable, 3, curvature.ToString(), "Dense", "only a convolution has channels and patches");
            return null;
        }
        return new DenseOp(outputs, call.Bool(1), start, curvature, call.Text(4));
    }

    /// <summary>How weights start; null after reporting that they cannot.</summary>
    internal static Start? ParseStart(CallReader call, int argument)
    {
        double sigma = call.Float(argument);
        string start = call.Text(argument) ?? Start.Auto.Kind;
        return start != "Normal" || call.InRange(argument, "sigma", sigma > 0 && sigma <= float.MaxValue, "a finite number above zero")
            ? new Start(start, sigma)
            : null;
    }

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs) => Shape.Vector(Outputs);

    internal override void Forward(PlanBuilder plan, Node node)
    {
        Buffer x = plan.Flat(node.Inputs[0]);
        Func<string, int, int, Buffer>? scratch = plan.Probes ? null : plan.Scratch;
        NonzeroTerms? terms = SparsityPlanner.Forward(node.Name, x, Outputs, scratch);
        if (terms is not null)
            plan.Add(terms);
        plan.Add(ForwardPlanner.Kernel(node.Name, x, plan.Tensor(node, "weight"), Bias ? plan.Tensor(node, "bias") : null, plan.Value(node),
            scratch, terms?.Terms));
    }

    internal override void Backward(PlanBuilder plan, Node node)
    {
        // The weight gradient may update the weights, so what needs them as they were comes first.
        if (CurvaturePlanner.TakesRows(plan, node, this))
        {
            if (!plan.ContributeFlat(node.Inputs[0], dX => CurvaturePlanner.AddRowBackward(plan, node, this, dX)))
                CurvaturePlanner.AddRowBackward(plan, node, this, null);
            return;
        }
        plan.ContributeFlat(node.Inputs[0], dX => InputGradientPlanner.Add(plan, node, dX));
        CurvaturePlanner.AddWeightGradient(plan, node, this);
    }
}

/// <summary>The declaration's choice of curvature, in the order of <c>AotNet.Curvature</c>.</summary>
public enum CurvatureRequest
{
    /// <summary>The cheaper exact form.</summary>
    Auto,

    /// <summary>Gram of the inputs.</summary>
    Primal,

    /// <summary>Gram of the samples.</summary>
    Dual,

    /// <summary>Random blocks of inputs.</summary>
    Blocked,

    /// <summary>None.</summary>
    Off,

    /// <summary>Gram of the inputs and Gram of the residuals.</summary>
    TwoSided,

    /// <summary>Gram of the channels of a convolution.</summary>
    Channels,

    /// <summary>Gram of the patches of a convolution.</summary>
    Patches,
}
