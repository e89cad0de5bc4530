namespace AotNet.Runtime;

/// <summary>Settings that reproduce published results rather than serve best.</summary>
public static class OptimizerPresets
{
    /// <summary>
    /// An update rule as in the code of Ye et al. (arXiv:1708.00631), with its differences from the rules' own papers:
    /// SGD is SGD2 with the gradient as it is; Adam's second moment decays by β₁ but is corrected by β₂, and ε is added
    /// before that correction; RMSProp divides its step by 1 - μᵗ and limits it to ±1; the weight decay of these and of
    /// Adagrad is decoupled and not multiplied by the learning rate.
    /// </summary>
    /// <param name="kind">Any kind but <see cref="OptimizerKind.AdamW"/>, which that code does not have.</param>
    /// <param name="learningRate">Learning rate η.</param>
    /// <param name="decorrelate">Whether gradients are decorrelated; without meaning for Sgd (never) and Sgd2 (always).</param>
    /// <param name="weightDecay">Weight decay ω.</param>
    /// <param name="clip">Bound of each element of the gradient of Sgd and Sgd2; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is not among those.</exception>
    public static Optimizer Paper(OptimizerKind kind, float learningRate, bool decorrelate = false, float weightDecay = 1e-4f,
        float clip = 0f) => kind switch
    {
        OptimizerKind.Sgd or OptimizerKind.Sgd2 => new Optimizer
        {
            Kind = OptimizerKind.Sgd2,
            LearningRate = learningRate,
            Momentum = 0.9f,
            WeightDecay = weightDecay,
            WeightDecayKind = WeightDecayKind.Momentum,
            ClipValue = clip,
            Decorrelate = kind == OptimizerKind.Sgd2,
        },
        OptimizerKind.Adam => Authors(kind, learningRate, decorrelate, weightDecay) with
        {
            Momentum = 0.9f,
            SecondMomentum = 0.999f,
            Epsilon = 1e-8f,
        },
        OptimizerKind.RmsProp => Authors(kind, learningRate, decorrelate, weightDecay) with
        {
            Momentum = 0f,
            SecondMomentum = 0.9f,
        },
        OptimizerKind.Adagrad => Authors(kind, learningRate, decorrelate, weightDecay) with { Momentum = 0f },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), $"The authors' code has no {kind}; expected Sgd, Sgd2, Adam, RmsProp or Adagrad."),
    };

    static Optimizer Authors(OptimizerKind kind, float learningRate, bool decorrelate, float weightDecay) => new()
    {
        Kind = kind,
        LearningRate = learningRate,
        Epsilon = 1e-6f,
        WeightDecay = weightDecay,
        WeightDecayKind = WeightDecayKind.Decoupled,
        Decorrelate = decorrelate,
        AuthorsForm = true,
    };
}
