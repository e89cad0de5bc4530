namespace AotNet.Compiler.Graphs.Ops;

/// <summary>x above zero, slope x elsewhere.</summary>
/// <param name="Slope">Slope below zero.</param>
public sealed record LeakyReluOp(float Slope) : ActivationOp
{
    /// <inheritdoc/>
    public override string Method => "LeakyRelu";

    internal override bool ZeroesResiduals => Slope == 0;

    internal override string Value => $"VN.ConditionalSelect(VN.GreaterThan({{0}}, V.Zero), {{0}}, {{0}} * VN.Create({Literal.Float(Slope)}))";

    internal override string Gradient => $"VN.ConditionalSelect(VN.GreaterThan({{1}}, V.Zero), {{0}}, {{0}} * VN.Create({Literal.Float(Slope)}))";

    internal override string Signature => $"{Method}({Literal.Float(Slope)})";

    internal static Op? Parse(CallReader call)
    {
        double slope = call.Float(0);
        return call.InRange(0, "slope", !double.IsNaN(slope) && !double.IsInfinity(slope), "a finite number")
            ? new LeakyReluOp((float)slope)
            : null;
    }
}
