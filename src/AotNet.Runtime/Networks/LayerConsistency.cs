namespace AotNet.Runtime;

/// <summary>
/// What one training step says about one layer with weights. A figure that does not apply is not a number: nothing before
/// the layer learns, no activation follows, its gradient is not decorrelated.
/// </summary>
/// <remarks>
/// N rows, inputs X (N x inputs), residual R of the outputs (∂loss/∂y per sample, not divided by N), weights W
/// (outputs x inputs) before the step, A = X̂ᵀX̂/N the Gram matrix of the batch, X̂ the inputs with a one for the bias where
/// the optimiser decorrelates biases. Norms are Frobenius norms. Of a convolution each position is a row of X, R and A: A is
/// that of its patches where these decorrelate it, else that of its channels, and of more than 10,000 positions A and the
/// null space take every so many-th.
/// </remarks>
public sealed class LayerConsistency
{
    /// <summary>Place among the layers with weights, 0 nearest the input.</summary>
    public required int Order { get; init; }

    /// <summary>The layer.</summary>
    public required LayerInfo Layer { get; init; }

    /// <summary>Inputs of the weight matrix.</summary>
    public required int Inputs { get; init; }

    /// <summary>Outputs of the weight matrix.</summary>
    public required int Outputs { get; init; }

    /// <summary>Samples of the batch.</summary>
    public required int Rows { get; init; }

    /// <summary>‖ΔW‖ / ‖W‖ of the step.</summary>
    public double TrainingSpeed { get; init; } = double.NaN;

    /// <summary>Root mean square of X.</summary>
    public double InputRms { get; init; } = double.NaN;

    /// <summary>Root mean square of R.</summary>
    public double ResidualRms { get; init; } = double.NaN;

    /// <summary><see cref="ResidualRms"/> / <see cref="InputRms"/>.</summary>
    public double ResidualToInput => ResidualRms / InputRms;

    /// <summary>‖R W‖ / ‖R‖, of a convolution over whole images: what the weights make of the residual on its way back.</summary>
    public double Propagation { get; init; } = double.NaN;

    /// <summary>The factor by which norms directly before the layer then multiply the residual's norm.</summary>
    public double NormGain { get; init; } = double.NaN;

    /// <summary>
    /// Share of ‖R‖² in left singular directions of W whose singular value is below 1e-3 of the largest: lost for good. Not
    /// a number where the smaller side of W exceeds <see cref="ConsistencyProbe.LargestOrder"/>, or channels are in groups.
    /// </summary>
    public double NullSpaceLoss { get; init; } = double.NaN;

    /// <summary>The activation that follows, by way of norms, dropout and sums; null when there is none.</summary>
    public string? Activation { get; init; }

    /// <summary>Share of the energy of the residual that arrives at it which it does not pass on; negative where it adds some.</summary>
    public double ActivationLoss { get; init; } = double.NaN;

    /// <summary>Order of A.</summary>
    public int GramOrder { get; init; }

    /// <summary>Largest / smallest eigenvalue of A, without damping; infinite when A is singular in double precision.</summary>
    public double GramCondition { get; init; } = double.NaN;

    /// <summary>The same of A + λ I; not a number where the gradient is not decorrelated.</summary>
    public double DampedCondition { get; init; } = double.NaN;

    /// <summary>(Σσ)² / Σσ² over the eigenvalues σ of A, without damping: 1 when all inputs are one, the order when none are alike.</summary>
    public double EffectiveRank { get; init; } = double.NaN;

    /// <summary>Damping λ in force; not a number where the gradient is not decorrelated.</summary>
    public double Damping { get; init; } = double.NaN;

    /// <summary>Steps since the factor in force was made, 0 for this one; -1 where the gradient is not decorrelated.</summary>
    public int FactorAge { get; init; } = -1;
}
