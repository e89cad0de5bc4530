namespace AotNet.Compiler.Graphs.Ops;

/// <summary>Mean over outputs of the cross-entropy of sigmoid(output) with a target between 0 and 1.</summary>
public sealed record BinaryCrossEntropyOp : PointwiseObjectiveOp
{
    /// <inheritdoc/>
    public override string Method => "BinaryCrossEntropy";

    // max(x, 0) - x t + log(1 + exp(-|x|)): no exponential of a positive number, so nothing overflows.
    internal override string Loss => "VN.MaxNative(V.Zero, {0}) - {0} * {1} + VectorMath.Log(V.One + VectorMath.Exp(-VN.Abs({0})))";

    internal override string Gradient => "VectorMath.Sigmoid({0}) - {1}";

    internal override string Link => "VectorMath.Sigmoid({0})";

    internal override bool CountsCorrect => true;
}
