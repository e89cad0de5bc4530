namespace AotNet;

/// <summary>What training minimises: the value that <c>Define</c> returns. The loss is the mean over the batch.</summary>
public sealed class Objective
{
    Objective() => throw DeclarationOnly.Error();

    /// <summary>Cross-entropy of softmax(<paramref name="logits"/>) with the label's class, in nats.</summary>
    /// <param name="logits">One value per class.</param>
    /// <param name="label">The class of each sample.</param>
    public static Objective SoftmaxCrossEntropy(Tensor logits, Labels label) => throw DeclarationOnly.Error();

    /// <summary>Mean over outputs of (<paramref name="output"/> - <paramref name="target"/>)².</summary>
    public static Objective MeanSquaredError(Tensor output, Targets target) => throw DeclarationOnly.Error();

    /// <summary>
    /// Mean over outputs of the cross-entropy of sigmoid(<paramref name="logits"/>) with targets between 0 and 1:
    /// binary or multi-label classification.
    /// </summary>
    public static Objective BinaryCrossEntropy(Tensor logits, Targets target) => throw DeclarationOnly.Error();

    /// <summary>
    /// Mean over outputs of the Huber loss (1964): e²/2 for |e| at most <paramref name="delta"/>, and
    /// delta (|e| - delta/2) beyond.
    /// </summary>
    /// <param name="output">Predictions.</param>
    /// <param name="target">Values to predict, same shape.</param>
    /// <param name="delta">Error at which the loss turns from quadratic to linear, above zero.</param>
    public static Objective Huber(Tensor output, Targets target, float delta = 1f) => throw DeclarationOnly.Error();
}
