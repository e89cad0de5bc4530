namespace AotNet.Compiler.Graphs.Ops;

/// <summary>|x|, gradient sign(x) and 0 at 0 (Ye et al. 2017).</summary>
public sealed record ModUOp : ActivationOp
{
    /// <inheritdoc/>
    public override string Method => "ModU";

    internal override string Value => "VN.Abs({0})";

    internal override string Gradient => "VN.ConditionalSelect(VN.Equals({1}, V.Zero), V.Zero, {0} ^ ({1} & VN.Create(-0f)))";
}
