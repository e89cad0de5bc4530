namespace AotNet.Runtime;

/// <summary>The update rules as the kernels tell them apart.</summary>
public enum UpdateRule
{
    /// <summary>W ← W - η g.</summary>
    Descent,

    /// <summary>M ← μ M + g; W ← W - η M.</summary>
    HeavyBall,

    /// <summary>M ← μ M + g; W ← W - η (g + μ M).</summary>
    Nesterov,

    /// <summary>M ← μ M - (1 - μ) g - ω W; W ← W + η M / (1 - μᵗ).</summary>
    Sgd2,

    /// <summary>M ← μ M + (1 - μ) g; V ← β V + (1 - β) g²; W ← W - η' M / (a √V + ε).</summary>
    Adam,

    /// <summary>V ← ρ V + (1 - ρ) g²; W ← W - η g / (√V + ε).</summary>
    RmsProp,

    /// <summary>The same with its step gathered first: M ← μ M + g / (√V + ε); W ← W - η M.</summary>
    RmsPropMomentum,

    /// <summary>V ← V + g²; W ← W - η g / (√V + ε).</summary>
    Adagrad,
}

/// <summary>
/// Everything that the update of one step needs beside the arrays, worked out once: what depends on the step number or
/// on options is a coefficient here, so that the kernels have no branches inside.
/// </summary>
public readonly struct UpdateArguments
{
    /// <summary>Works out the coefficients of one step.</summary>
    /// <param name="optimizer">A valid optimiser.</param>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="decay">Whether the weight decay applies: true for weights, false for biases, gains and shifts.</param>
    /// <param name="gradientScale">Factor of every gradient, from <see cref="OptimizerKernels.ClipScale"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public UpdateArguments(Optimizer optimizer, float learningRate, long step, bool decay, float gradientScale = 1f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        Rule = RuleOf(optimizer);
        GradientScale = gradientScale;
        GradientLimit = optimizer.ClipValue > 0 ? optimizer.ClipValue : float.PositiveInfinity;
        Momentum = optimizer.Momentum;
        Epsilon = optimizer.Epsilon;
        Rate = learningRate;
        RootScale = 1f;
        StepScale = 1f;
        StepLimit = float.PositiveInfinity;

        float omega = decay ? optimizer.WeightDecay : 0f;
        switch (optimizer.WeightDecayKind)
        {
            case WeightDecayKind.L2:
                GradientDecay = omega;
                break;
            case WeightDecayKind.Decoupled:
                WeightDecay = optimizer.AuthorsForm ? omega : learningRate * omega;
                break;
            default:
                MomentumDecay = omega;
                break;
        }

        float second = optimizer.SecondMomentum;
        switch (Rule)
        {
            case UpdateRule.Sgd2:
                NewGradient = 1f - optimizer.Momentum;
                Rate = (float)(learningRate / Correction(optimizer.Momentum));
                break;
            case UpdateRule.Adam:
                NewGradient = 1f - optimizer.Momentum;
                Rate = (float)(learningRate / Correction(optimizer.Momentum));
                double root = Math.Sqrt(Correction(second));
                RootScale = (float)(1 / root);
                if (optimizer.AuthorsForm)
                {
                    Epsilon = (float)(optimizer.Epsilon / root);
                    second = optimizer.Momentum;
                }
                break;
            case UpdateRule.RmsProp or UpdateRule.RmsPropMomentum when optimizer.AuthorsForm:
                StepScale = (float)(1 / Correction(second));
                StepLimit = 1f;
                break;
        }
        SecondMomentum = second;
        NewSquare = 1f - second;

        double Correction(float decay) => 1 - PortableMath.Power(decay, step);
    }

    /// <summary>The same for what does not decay, without working out the powers again.</summary>
    internal UpdateArguments WithoutDecay() => this with { GradientDecay = 0f, WeightDecay = 0f, MomentumDecay = 0f };

    /// <summary>The kernel to run.</summary>
    public UpdateRule Rule { get; }

    /// <summary>Whether the gradient enters the rule as it is, and weights do not decay apart from it.</summary>
    public bool TakesGradientAsItIs =>
        GradientScale == 1f && GradientLimit == float.PositiveInfinity && GradientDecay == 0f && WeightDecay == 0f;

    /// <summary>Whether the rule keeps a first moment.</summary>
    public bool KeepsFirst => Rule is not (UpdateRule.Descent or UpdateRule.RmsProp or UpdateRule.Adagrad);

    /// <summary>Whether the rule keeps a second moment.</summary>
    public bool KeepsSecond => Rule is UpdateRule.Adam or UpdateRule.RmsProp or UpdateRule.RmsPropMomentum or UpdateRule.Adagrad;

    /// <summary>Factor of the gradient, applied first.</summary>
    public float GradientScale { get; }

    /// <summary>Bound of the gradient's elements, applied next; infinite for none.</summary>
    public float GradientLimit { get; }

    /// <summary>ω of g + ω W.</summary>
    public float GradientDecay { get; private init; }

    /// <summary>Part of the weights taken off apart from the gradient.</summary>
    public float WeightDecay { get; private init; }

    /// <summary>ω inside the momentum of SGD2.</summary>
    public float MomentumDecay { get; private init; }

    /// <summary>μ or β₁.</summary>
    public float Momentum { get; }

    /// <summary>1 - μ where the rule weights new gradients.</summary>
    public float NewGradient { get; }

    /// <summary>β₂ or ρ.</summary>
    public float SecondMomentum { get; }

    /// <summary>1 - β₂ or 1 - ρ.</summary>
    public float NewSquare { get; }

    /// <summary>Learning rate, with the correction of the first moment.</summary>
    public float Rate { get; }

    /// <summary>Correction of the second moment's root.</summary>
    public float RootScale { get; }

    /// <summary>ε added to that root.</summary>
    public float Epsilon { get; }

    /// <summary>Factor of RMSProp's step.</summary>
    public float StepScale { get; }

    /// <summary>Bound of RMSProp's step; infinite for none.</summary>
    public float StepLimit { get; }

    static UpdateRule RuleOf(Optimizer optimizer) => optimizer.Kind switch
    {
        OptimizerKind.Sgd when optimizer.Momentum == 0 => UpdateRule.Descent,
        OptimizerKind.Sgd => optimizer.Nesterov ? UpdateRule.Nesterov : UpdateRule.HeavyBall,
        OptimizerKind.Sgd2 => UpdateRule.Sgd2,
        OptimizerKind.Adam or OptimizerKind.AdamW => UpdateRule.Adam,
        OptimizerKind.RmsProp => optimizer.Momentum == 0 ? UpdateRule.RmsProp : UpdateRule.RmsPropMomentum,
        _ => UpdateRule.Adagrad,
    };
}
