namespace AotNet.Compiler.Planning;


/// <summary>Loss and residual of softmax cross-entropy in one pass, and whether each row is right.</summary>
/// <param name="Name">Objective.</param>
/// <param name="Logits">rows x classes.</param>
/// <param name="Labels">One class per row, as integers.</param>
/// <param name="Residual">softmax - one-hot, not divided by the rows.</param>
/// <param name="RowLosses">Row 0: loss of each row; row 1: correct answers of each row.</param>
public sealed record SoftmaxLoss(string Name, Buffer Logits, Buffer Labels, Buffer Residual, Buffer RowLosses) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Logits, Labels];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Residual, RowLosses];
}

/// <summary>Probabilities = softmax(Logits).</summary>
/// <param name="Name">Objective.</param>
/// <param name="Logits">rows x classes.</param>
/// <param name="Probabilities">rows x classes.</param>
public sealed record SoftmaxLink(string Name, Buffer Logits, Buffer Probabilities) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Logits];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Probabilities];
}

/// <summary>Loss and residual of an objective that is a mean over outputs.</summary>
/// <param name="Name">Objective.</param>
/// <param name="Output">rows x outputs.</param>
/// <param name="Targets">rows x outputs.</param>
/// <param name="Residual">Derivative of each row's loss.</param>
/// <param name="RowLosses">Row 0: loss of each row; row 1: correct answers of each row.</param>
/// <param name="Loss">Expression of <c>{0}</c> = output, <c>{1}</c> = target.</param>
/// <param name="Gradient">Its derivative by the output.</param>
/// <param name="CountsCorrect">Whether correct answers are counted.</param>
public sealed record PointwiseLoss(string Name, Buffer Output, Buffer Targets, Buffer Residual, Buffer RowLosses, string Loss,
    string Gradient, bool CountsCorrect) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Output, Targets];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Residual, RowLosses];
}
