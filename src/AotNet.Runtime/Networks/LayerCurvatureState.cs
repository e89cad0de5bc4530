using System.ComponentModel;

namespace AotNet.Runtime;

/// <summary>
/// What the kernels that decorrelate one layer are told before each step, and what they tell. It lies in native memory, one
/// for each layer with weights in the order in which they run; every worker reads it and worker 0 writes it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct LayerCurvatureState
{
    /// <summary>Whether the layer's gradient is decorrelated.</summary>
    public bool Decorrelate;

    /// <summary>Whether that of its bias is too.</summary>
    public bool DecorrelateBias;

    /// <summary>Whether this step enters the averages of Gram matrices; always so where none are kept.</summary>
    public bool RenewsGram;

    /// <summary>Whether this step renews the factors; always so where none are kept.</summary>
    public bool RenewsFactor;

    /// <summary>Whether <see cref="Damping"/> is a multiple of the Gram's trace over its order.</summary>
    public bool DampsByTrace;

    /// <summary>Whether the step asks for <see cref="Slope"/>.</summary>
    public bool MeasuresSlope;

    /// <summary>⟨D, Ĝ⟩, the slope of the mean loss along the decorrelated gradient.</summary>
    public double Slope;

    /// <summary>Sum of squares of the decorrelated gradient.</summary>
    internal double Squares;

    /// <summary>Damping λ that a factor is made with.</summary>
    public float Damping;

    /// <summary>Weight of the past in the averages of Gram matrices.</summary>
    public float GramPast;

    /// <summary>
    /// Fraction of the averaged Gram that it must have moved by since it was last factored for the factors to be renewed; 0
    /// where they are renewed at an interval.
    /// </summary>
    public float FactorDrift;

    /// <summary>What the last factor's damping became, absolute and raised where it had to be; 0 when raising did not help.</summary>
    public float DampingInForce;

    /// <summary>Whether a factorisation of this step was given up.</summary>
    public bool Failed;

    /// <summary>Times a factorisation was repeated with ten times the damping.</summary>
    public long DampingRaised;

    /// <summary>Times the gradient stayed undecorrelated because raising the damping did not help.</summary>
    public long DecorrelationsSkipped;

    /// <summary>Batches in the averages; 0 before the first.</summary>
    internal long Grams;

    /// <summary>Number of the step, from 1, that made the factors; 0 while there are none.</summary>
    internal long FactorStep;

    /// <summary><see cref="Grams"/> when they were made.</summary>
    internal long FactorGrams;

    /// <summary><see cref="Damping"/> when they were made.</summary>
    internal float FactorDamping;

    /// <summary>Whether the Gram that they were made of was kept, to measure how far it has moved.</summary>
    internal bool KeepsFactored;

    /// <summary>
    /// The damping of one side of a two-sided curvature, π√λ or √λ/π with π² the ratio of both sides' mean diagonals: that
    /// of λ times both where <see cref="Damping"/> is relative to the trace. π is 1 where a side is zero throughout.
    /// </summary>
    /// <param name="own">Trace over order of the side's own Gram.</param>
    /// <param name="other">The same of the other.</param>
    public readonly float ShareOfDamping(float own, float other)
    {
        float root = MathF.Sqrt(Damping);
        return DampsByTrace ? root * own : own > 0 && other > 0 ? root * (MathF.Sqrt(own) / MathF.Sqrt(other)) : root;
    }
}
