namespace AotNet.Compiler.Graphs.Ops;

/// <summary>x Φ(x), the exact form by erf (Hendrycks and Gimpel 2016).</summary>
public sealed record GeluOp : ActivationOp
{
    /// <inheritdoc/>
    public override string Method => "Gelu";

    internal override string Value => "VectorMath.Gelu({0})";

    internal override string Gradient => "{0} * VectorMath.GeluGradient({1})";
}
