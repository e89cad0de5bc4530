using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>Per sample, of an image per position: x / sqrt(mean(x²) + ε) times a learned gain (Zhang and Sennrich 2019).</summary>
/// <param name="Epsilon">Added to the mean square.</param>
public sealed record RmsNormOp(float Epsilon) : RowNormOp(Epsilon)
{
    /// <inheritdoc/>
    public override string Method => "RmsNorm";

    internal override bool Centres => false;

    internal static Op? Parse(CallReader call) => EpsilonIsValid(call, 0) ? new RmsNormOp((float)call.Float(0)) : null;
}
