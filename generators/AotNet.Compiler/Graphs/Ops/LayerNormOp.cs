using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>Per sample, of an image per position: (x - mean) / sqrt(variance + ε) times a learned gain, plus a learned shift (Ba et al. 2016).</summary>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record LayerNormOp(float Epsilon) : RowNormOp(Epsilon)
{
    /// <inheritdoc/>
    public override string Method => "LayerNorm";

    internal override bool Centres => true;

    internal static Op? Parse(CallReader call) => EpsilonIsValid(call, 0) ? new LayerNormOp((float)call.Float(0)) : null;
}
