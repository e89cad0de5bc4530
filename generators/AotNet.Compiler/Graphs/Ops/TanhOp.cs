namespace AotNet.Compiler.Graphs.Ops;

/// <summary>tanh(x).</summary>
public sealed record TanhOp : ActivationOp
{
    /// <inheritdoc/>
    public override string Method => "Tanh";

    internal override string Value => "VectorMath.Tanh({0})";

    internal override string Gradient => "{0} * (V.One - {2} * {2})";
}
