namespace AotNet.Runtime;

/// <summary>The update rule family.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>SGD on decorrelated gradients (Ye et al. 2017).</summary>
    Sgd2,

    /// <summary>Adam (Kingma and Ba 2015), weight decay added to the gradient (L2).</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW,

    /// <summary>RMSProp (Tieleman and Hinton 2012).</summary>
    RmsProp,

    /// <summary>Adagrad (Duchi et al. 2011).</summary>
    Adagrad,
}

/// <summary>How the weight decay ω enters the update.</summary>
public enum WeightDecayKind
{
    /// <summary>Added to the gradient before moments: g + ω W.</summary>
    L2,

    /// <summary>Subtracted from the weights apart from the gradient: W - η ω W.</summary>
    Decoupled,

    /// <summary>Inside the momentum of SGD2, not decorrelated: M ← μ M - (1-μ) D - ω W (the authors' form).</summary>
    Momentum,
}

/// <summary>What the damping λ of a decorrelation is measured in.</summary>
public enum DampingScale
{
    /// <summary>λ is added to the diagonal as it is.</summary>
    Absolute,

    /// <summary>
    /// λ times trace(A) / order is added, A the layer's Gram matrix with the 1 of the bias: a fraction of the mean
    /// square of the layer's own inputs.
    /// </summary>
    Trace,
}

/// <summary>An update rule with its settings. Immutable; derive variants with <c>with</c>.</summary>
public sealed partial record Optimizer
{
    /// <summary>Update rule.</summary>
    public required OptimizerKind Kind { get; init; }

    /// <summary>Learning rate η. Schedules set <see cref="CompiledNetwork.LearningRate"/> over it.</summary>
    public required float LearningRate { get; init; }

    /// <summary>Momentum μ of SGD, SGD2 and RMSProp; β₁ of Adam and AdamW.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Nesterov's form of momentum; SGD only.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Decay of the second moment: β₂ of Adam and AdamW, the smoothing constant of RMSProp.</summary>
    public float SecondMomentum { get; init; } = 0.999f;

    /// <summary>Added to the root of the second moment.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Weight decay ω, applied to weights and not to biases, gains and shifts.</summary>
    public float WeightDecay { get; init; }

    /// <summary>How <see cref="WeightDecay"/> enters the update.</summary>
    public WeightDecayKind WeightDecayKind { get; init; } = WeightDecayKind.L2;

    /// <summary>Upper bound of the norm of all gradients together, applied before the moments; 0 for none.</summary>
    public float ClipNorm { get; init; }

    /// <summary>Upper bound of the magnitude of each gradient element, applied after decorrelation; 0 for none.</summary>
    public float ClipValue { get; init; }

    /// <summary>
    /// The variants of Adam, RMSProp and Adagrad in the code of Ye et al. (2017); see <see cref="OptimizerPresets.Paper"/>.
    /// </summary>
    public bool AuthorsForm { get; init; }

    /// <summary>Whether gradients are decorrelated first, layer by layer.</summary>
    public bool Decorrelate { get; init; }

    /// <summary>Damping λ of the decorrelation, above zero, in units of <see cref="DampingScale"/>.</summary>
    public float Damping { get; init; } = 1f;

    /// <summary>What <see cref="Damping"/> and that of <see cref="Layers"/> are measured in.</summary>
    public DampingScale DampingScale { get; init; }

    /// <summary>Layers whose decorrelation differs, by name.</summary>
    public LayerCurvatures Layers { get; init; } = LayerCurvatures.None;

    /// <summary>Whether the bias takes part in the decorrelation as a homogeneous input.</summary>
    public bool DecorrelateBias { get; init; } = true;

    /// <summary>
    /// Weight w of the past in the running average of Gram matrices, A ← wₖ A + (1 - wₖ) XᵀX/N with wₖ = min(1 - 1/k, w)
    /// for the k-th batch, so that the first ones count alike; 0 takes the current batch alone. Needs a network declared
    /// with <see cref="NetworkAttribute.AveragedCurvature"/>.
    /// </summary>
    public float GramAverage { get; init; }

    /// <summary>
    /// Steps from one batch that enters the Gram matrices to the next, at least 1. Above 1 needs a network declared with
    /// <see cref="NetworkAttribute.AveragedCurvature"/>.
    /// </summary>
    public int GramInterval { get; init; } = 1;

    /// <summary>
    /// Steps from one factorisation of the Gram matrices to the next, at least 1; the steps between use the last factor,
    /// with the damping that it was made with, and a Gram that has not changed is not factored again. Above 1 needs a
    /// network declared with <see cref="NetworkAttribute.AveragedCurvature"/>.
    /// </summary>
    public int FactorInterval { get; init; } = 1;

    /// <summary>
    /// Above zero, a layer's Gram is factored, in place of at <see cref="FactorInterval"/>, when a batch has entered it and
    /// it has moved by more than this fraction since it was last factored: ‖A - A₀‖ &gt; drift ‖A₀‖ in the Frobenius norm.
    /// Needs a network declared with <see cref="NetworkAttribute.AveragedCurvature"/>.
    /// </summary>
    public float FactorDrift { get; init; }

    /// <summary>
    /// Whether all dampings are adapted together in the manner of Levenberg and Marquardt: every 5th step, the loss of the
    /// same batch after a plain step η along the decorrelated gradients (0.1 for rules that normalise theirs) is compared
    /// with the decrease (η - η²/2) ⟨D, Ĝ⟩ that each layer's least-squares problem promises. Below a quarter of it dampings
    /// are divided by 0.9⁵, above three quarters multiplied; <see cref="CompiledNetwork.DampingFactor"/> is the product. Such
    /// a step takes a further forward pass and does not update in place.
    /// </summary>
    public bool AdaptsDamping { get; init; }

    /// <summary>
    /// Upper bound of the norm of η D of each decorrelated layer, its bias included where it takes part; 0 for none. Absolute,
    /// because a bound relative to the weights holds back layers whose weights start at zero or small. Steps do not update
    /// in place then. Applied before <see cref="KlClip"/> and <see cref="ClipNorm"/>.
    /// </summary>
    public float StepNorm { get; init; }

    /// <summary>
    /// Upper bound κ of Σ η² ⟨D, Ĝ⟩ over the decorrelated layers, an estimate of the Kullback-Leibler divergence that a step
    /// causes: the gradients of all layers are multiplied by ν = min(1, √(κ / Σ η² ⟨D, Ĝ⟩)); 0 for none. ν is worked out
    /// at every <see cref="GramInterval"/>-th step, which costs a forward product of each such layer and does not update in
    /// place, and holds until the next.
    /// </summary>
    public float KlClip { get; init; }

    /// <summary>
    /// This rule on running averages: a batch of every tenth step enters the Gram matrices with weight 0.05, and factors are
    /// made anew after it. They are steadier than those of one batch, so that λ may be 0.3, and cost a tenth. Old factors
    /// may mislead, so that a step is held to a divergence of 0.1. Needs a network declared with
    /// <see cref="NetworkAttribute.AveragedCurvature"/>.
    /// </summary>
    public Optimizer Averaged() => this with { GramAverage = 0.95f, GramInterval = 10, FactorInterval = 10, Damping = 0.3f, KlClip = 0.1f };

    /// <summary>SGD with heavy-ball momentum: M ← μ M + g; W ← W - η M.</summary>
    public static Optimizer Sgd(float learningRate = 0.1f) => new() { Kind = OptimizerKind.Sgd, LearningRate = learningRate };

    /// <summary>SGD2: M ← μ M - (1-μ) D - ω W; W ← W + η M / (1 - μᵗ), D the decorrelated gradient.</summary>
    public static Optimizer Sgd2(float learningRate = 0.1f) => new()
    {
        Kind = OptimizerKind.Sgd2,
        LearningRate = learningRate,
        WeightDecay = 5e-5f,
        WeightDecayKind = WeightDecayKind.Momentum,
        Decorrelate = true,
    };

    /// <summary>Adam with the defaults of its paper.</summary>
    public static Optimizer Adam(float learningRate = 1e-3f) => new() { Kind = OptimizerKind.Adam, LearningRate = learningRate };

    /// <summary>AdamW with weight decay 0.01.</summary>
    public static Optimizer AdamW(float learningRate = 1e-3f) => new()
    {
        Kind = OptimizerKind.AdamW,
        LearningRate = learningRate,
        WeightDecay = 0.01f,
        WeightDecayKind = WeightDecayKind.Decoupled,
    };

    /// <summary>RMSProp with smoothing 0.99 and no momentum.</summary>
    public static Optimizer RmsProp(float learningRate = 1e-3f) => new()
    {
        Kind = OptimizerKind.RmsProp,
        LearningRate = learningRate,
        Momentum = 0f,
        SecondMomentum = 0.99f,
    };

    /// <summary>Adagrad: squared gradients are summed, never forgotten.</summary>
    public static Optimizer Adagrad(float learningRate = 1e-2f) => new()
    {
        Kind = OptimizerKind.Adagrad,
        LearningRate = learningRate,
        Momentum = 0f,
        Epsilon = 1e-10f,
    };
}
