namespace AotNet.Compiler.Graphs.Ops;

/// <summary>1 / (1 + exp(-x)).</summary>
public sealed record SigmoidOp : ActivationOp
{
    /// <inheritdoc/>
    public override string Method => "Sigmoid";

    internal override string Value => "VectorMath.Sigmoid({0})";

    internal override string Gradient => "{0} * ({2} * (V.One - {2}))";

    internal override bool KeepsZero => false;
}
