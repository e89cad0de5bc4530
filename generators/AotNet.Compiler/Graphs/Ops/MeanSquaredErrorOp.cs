namespace AotNet.Compiler.Graphs.Ops;

/// <summary>Mean over outputs of (output - target)².</summary>
public sealed record MeanSquaredErrorOp : PointwiseObjectiveOp
{
    /// <inheritdoc/>
    public override string Method => "MeanSquaredError";

    internal override string Loss => "({0} - {1}) * ({0} - {1})";

    internal override string Gradient => "VN.Create(2f) * ({0} - {1})";
}
