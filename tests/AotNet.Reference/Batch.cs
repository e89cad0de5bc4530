namespace AotNet.Reference;

/// <summary>Rows for one call.</summary>
/// <param name="Inputs">rows x features of each input, in the order of the declaration.</param>
/// <param name="Target">
/// rows x 1 of class indices; rows x 3 of class, partner's class and weight of the first; or rows x outputs of target values.
/// </param>
public sealed record Batch(IReadOnlyList<Matrix> Inputs, Matrix Target)
{
    /// <summary>A batch for a network with one input.</summary>
    public Batch(Matrix input, Matrix target)
        : this([input], target)
    {
    }

    /// <summary>Number of samples.</summary>
    public int Rows => Target.Rows;
}

/// <summary>What a forward pass and the objective made of a batch.</summary>
/// <param name="Values">Value of each node but target and objective, by node id.</param>
/// <param name="RowLosses">Loss of each sample.</param>
/// <param name="Correct">Correct answers; outputs on the right side for binary cross-entropy; 0 for regression.</param>
/// <param name="Predictions">Probabilities or values, rows x outputs.</param>
public sealed record Evaluation(Matrix?[] Values, double[] RowLosses, int Correct, Matrix Predictions)
{
    /// <summary>Mean loss over the samples.</summary>
    public double Loss => RowLosses.Average();
}

/// <summary>A forward and a backward pass while training.</summary>
/// <param name="Evaluation">The forward pass.</param>
/// <param name="Residuals">Gradient of each sample's loss by each node's value, by node id; not divided by the rows.</param>
/// <param name="Gradients">Gradient of the mean loss by each learned tensor, under names such as <c>dense1.weight</c>.</param>
public sealed record Differentiation(Evaluation Evaluation, Matrix?[] Residuals, IReadOnlyDictionary<string, Matrix> Gradients)
{
    /// <summary>Each node's own part of the residual of each of its inputs, by node id.</summary>
    public IReadOnlyList<Matrix[]?> Parts { get; init; } = [];
}

/// <summary>A training step.</summary>
/// <param name="Differentiation">Both passes.</param>
/// <param name="Decorrelated">Gradients after decorrelation, before clipping; the raw ones where nothing is decorrelated.</param>
public sealed record StepOutcome(Differentiation Differentiation, IReadOnlyDictionary<string, Matrix> Decorrelated)
{
    /// <summary>Mean loss before the update.</summary>
    public double Loss => Differentiation.Evaluation.Loss;
}
