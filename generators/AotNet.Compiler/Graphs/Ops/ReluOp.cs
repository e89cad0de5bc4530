namespace AotNet.Compiler.Graphs.Ops;

/// <summary>max(x, 0); the gradient at 0 is 0.</summary>
public sealed record ReluOp : ActivationOp
{
    /// <inheritdoc/>
    public override string Method => "Relu";

    internal override bool ZeroesResiduals => true;

    // MaxNative takes its second operand when either is NaN, so a NaN in x stays one.
    internal override string Value => "VN.MaxNative(V.Zero, {0})";

    internal override string Gradient => "VN.ConditionalSelect(VN.GreaterThan({2}, V.Zero), {0}, V.Zero)";
}
