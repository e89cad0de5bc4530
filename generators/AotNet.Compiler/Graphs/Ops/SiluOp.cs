namespace AotNet.Compiler.Graphs.Ops;

/// <summary>x sigmoid(x).</summary>
public sealed record SiluOp : ActivationOp
{
    /// <inheritdoc/>
    public override string Method => "Silu";

    internal override string Value => "VectorMath.Silu({0})";

    internal override string Gradient => "{0} * VectorMath.SiluGradient({1})";
}
