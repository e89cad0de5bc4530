namespace AotNet.Compiler.Graphs.Ops;

/// <summary>Mean over outputs of e²/2 for |e| at most delta, and delta (|e| - delta/2) beyond (Huber 1964).</summary>
/// <param name="Delta">Where quadratic turns linear.</param>
public sealed record HuberOp(float Delta) : PointwiseObjectiveOp
{
    /// <inheritdoc/>
    public override string Method => "Huber";

    // With c = min(|e|, delta): c (|e| - c/2) is both branches at once.
    internal override string Loss =>
        $"VN.MinNative(VN.Create({Literal.Float(Delta)}), VN.Abs({{0}} - {{1}})) * "
        + $"(VN.Abs({{0}} - {{1}}) - VN.Create(0.5f) * VN.MinNative(VN.Create({Literal.Float(Delta)}), VN.Abs({{0}} - {{1}})))";

    internal override string Gradient =>
        $"VN.MaxNative(VN.Create({Literal.Float(-Delta)}), VN.MinNative(VN.Create({Literal.Float(Delta)}), {{0}} - {{1}}))";

    internal override string Signature => $"Huber({Literal.Float(Delta)})";

    internal static Op? Parse(CallReader call)
    {
        double delta = call.Float(0);
        return call.InRange(0, "delta", (float)delta > 0 && delta <= float.MaxValue, "a finite number above zero")
            ? new HuberOp((float)delta)
            : null;
    }
}
