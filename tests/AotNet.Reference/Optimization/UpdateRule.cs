namespace AotNet.Reference.Optimization;

/// <summary>Family of an update rule.</summary>
public enum UpdateKind
{
    /// <summary>M ← μ M + g; W ← W - η M.</summary>
    Sgd,

    /// <summary>M ← μ M - (1 - μ) g; W ← W + η M / (1 - μᵗ).</summary>
    Sgd2,

    /// <summary>Kingma and Ba 2015.</summary>
    Adam,

    /// <summary>Adam whose decay is decoupled: only its defaults differ from <see cref="Adam"/>.</summary>
    AdamW,

    /// <summary>Tieleman and Hinton 2012.</summary>
    RmsProp,

    /// <summary>Duchi et al. 2011.</summary>
    Adagrad,
}

/// <summary>How the weight decay ω enters.</summary>
public enum DecayKind
{
    /// <summary>g + ω W before the moments.</summary>
    L2,

    /// <summary>W - η ω W beside the update.</summary>
    Decoupled,

    /// <summary>M - ω W inside the momentum of SGD2.</summary>
    Momentum,
}

/// <summary>An update rule with its settings; the field names and meanings are those of the runtime's <c>Optimizer</c>.</summary>
public sealed record UpdateRule
{
    /// <summary>Family.</summary>
    public required UpdateKind Kind { get; init; }

    /// <summary>η.</summary>
    public required double LearningRate { get; init; }

    /// <summary>μ, or β₁ of Adam.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>W ← W - η (g + μ M) in place of W - η M; SGD only.</summary>
    public bool Nesterov { get; init; }

    /// <summary>β₂ of Adam, ρ of RMSProp.</summary>
    public double SecondMomentum { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>ω, for weights alone.</summary>
    public double WeightDecay { get; init; }

    /// <summary>How ω enters.</summary>
    public DecayKind DecayKind { get; init; }

    /// <summary>Largest norm of all gradients together, after decorrelation; 0 for none.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Whether gradients are decorrelated first.</summary>
    public bool Decorrelate { get; init; }

    /// <summary>λ.</summary>
    public double Damping { get; init; } = 1;

    /// <summary>Whether the bias takes part in the decorrelation.</summary>
    public bool DecorrelateBias { get; init; } = true;

    /// <summary>Whether λ counts multiples of the Gram's trace over its order.</summary>
    public bool DampsByTrace { get; init; }

    /// <summary>Layers whose decorrelation differs, by name: whether it takes place, and its λ.</summary>
    public IReadOnlyDictionary<string, (bool? Decorrelate, double? Damping)> Layers { get; init; } =
        new Dictionary<string, (bool? Decorrelate, double? Damping)>();

    /// <summary>Weight w of the past in averaged Gram matrices.</summary>
    public double GramAverage { get; init; }

    /// <summary>Steps from one batch in averaged Gram matrices to the next.</summary>
    public int GramInterval { get; init; } = 1;

    /// <summary>Steps from one renewal of averaged systems to the next.</summary>
    public int FactorInterval { get; init; } = 1;

    /// <summary>Part of itself that a Gram must have moved by for its system to be renewed; 0 for the interval.</summary>
    public double FactorDrift { get; init; }

    /// <summary>Whether dampings are adapted by trial steps; see <see cref="ReferenceNetwork.DampingFactor"/>.</summary>
    public bool AdaptsDamping { get; init; }

    /// <summary>Largest norm of η D of a decorrelated layer; 0 for none.</summary>
    public double StepNorm { get; init; }

    /// <summary>Largest Σ η² ⟨D, Ĝ⟩ over the decorrelated layers; 0 for none.</summary>
    public double KlClip { get; init; }

    /// <summary>The rule as one layer follows it.</summary>
    public UpdateRule For(string layer) => Layers.TryGetValue(layer, out (bool? Decorrelate, double? Damping) own)
        ? this with { Decorrelate = own.Decorrelate ?? Decorrelate, Damping = own.Damping ?? Damping }
        : this;

    /// <summary>The authors' variant of the rule; null for that of the literature. See <see cref="PaperQuirks"/>.</summary>
    public PaperQuirks? Paper { get; init; }
}

/// <summary>
/// How the authors' code differs from the literature, for golden vectors only (METHOD.md, section 6). Decay is always
/// subtracted from the weights apart and not multiplied by the rate, except in SGD, which works like SGD2.
/// </summary>
/// <param name="ClipValue">
/// Bound of each element: of the decorrelated gradient in SGD, of the normalised step in RMSProp; 0 for none.
/// </param>
public sealed record PaperQuirks(double ClipValue);
