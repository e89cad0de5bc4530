using System.Globalization;

namespace AotNet.Runtime;

public sealed partial record Optimizer
{
    /// <summary>Whether the update rule reads and writes a first moment per parameter.</summary>
    public bool KeepsFirstMoment => Kind switch
    {
        OptimizerKind.Sgd or OptimizerKind.RmsProp => Momentum > 0,
        OptimizerKind.Adagrad => false,
        _ => true,
    };

    /// <summary>Whether the update rule reads and writes a second moment per parameter.</summary>
    public bool KeepsSecondMoment => Kind is not (OptimizerKind.Sgd or OptimizerKind.Sgd2);

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; the message says which, what was found and what is expected.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Kind))
            throw Invalid(nameof(Kind), Kind, "one of the declared kinds");
        if (!Enum.IsDefined(WeightDecayKind))
            throw Invalid(nameof(WeightDecayKind), WeightDecayKind, "one of the declared kinds");
        Positive(nameof(LearningRate), LearningRate);
        Fraction(nameof(Momentum), Momentum);
        Fraction(nameof(SecondMomentum), SecondMomentum);
        Positive(nameof(Epsilon), Epsilon);
        NotNegative(nameof(WeightDecay), WeightDecay);
        NotNegative(nameof(ClipNorm), ClipNorm);
        NotNegative(nameof(ClipValue), ClipValue);
        Positive(nameof(Damping), Damping);
        if (DampingScale is not (DampingScale.Absolute or DampingScale.Trace))
            throw Invalid(nameof(DampingScale), (int)DampingScale, "one of the declared scales");
        ArgumentNullException.ThrowIfNull(Layers);
        foreach (string layer in Layers.Names)
        {
            if (Layers[layer]!.Damping is { } damping)
                Positive($"{nameof(Damping)} of layer {layer}", damping);
        }
        Fraction(nameof(GramAverage), GramAverage);
        if (GramInterval < 1)
            throw Invalid(nameof(GramInterval), GramInterval, "at least 1");
        if (FactorInterval < 1)
            throw Invalid(nameof(FactorInterval), FactorInterval, "at least 1");
        NotNegative(nameof(FactorDrift), FactorDrift);
        NotNegative(nameof(StepNorm), StepNorm);
        NotNegative(nameof(KlClip), KlClip);
        if (FactorDrift > 0 && FactorInterval > 1)
            throw Invalid(nameof(FactorInterval), FactorInterval, "1 with a FactorDrift, which takes its place");
        if (Nesterov && Kind != OptimizerKind.Sgd)
            throw Invalid(nameof(Nesterov), Nesterov, $"false with {Kind}, because only Sgd has this form");
        if (WeightDecay > 0 && WeightDecayKind == WeightDecayKind.Momentum && Kind != OptimizerKind.Sgd2)
            throw Invalid(nameof(WeightDecayKind), WeightDecayKind, $"L2 or Decoupled with {Kind}, because only Sgd2 has this form");
        if (WeightDecay > 0 && WeightDecayKind != WeightDecayKind.Decoupled && Kind == OptimizerKind.AdamW)
            throw Invalid(nameof(WeightDecayKind), WeightDecayKind, "Decoupled with AdamW; Adam is the kind for L2");
        if (AuthorsForm && Kind is not (OptimizerKind.Adam or OptimizerKind.RmsProp or OptimizerKind.Adagrad))
            throw Invalid(nameof(AuthorsForm), AuthorsForm, $"false with {Kind}, because only Adam, RmsProp and Adagrad have this form");
    }

    /// <summary>Checks every setting, and that a network can follow it.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="ArgumentException">
    /// A setting is outside its range, names a layer that is not there or that was declared with
    /// <see cref="Curvature.Off"/>, or needs Gram matrices between steps where the network keeps none.
    /// </exception>
    public void Validate(NetworkInfo network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Validate();
        if (Layers.ProblemWith(network, out _) is { } problem)
            throw new ArgumentException(problem + ".", nameof(Layers));
        if (!network.AveragedCurvature && (GramAverage > 0 || GramInterval > 1 || FactorInterval > 1 || FactorDrift > 0))
            throw new ArgumentException($"{network.Name} keeps no Gram matrices between steps, which GramAverage, GramInterval, FactorInterval and "
                + "FactorDrift need: declare it with [Network(AveragedCurvature = true)].", nameof(network));
    }

    static void Positive(string property, float found)
    {
        if (!float.IsFinite(found) || found <= 0)
            throw Invalid(property, found, "a finite number above 0");
    }

    static void NotNegative(string property, float found)
    {
        if (!float.IsFinite(found) || found < 0)
            throw Invalid(property, found, "a finite number of at least 0");
    }

    static void Fraction(string property, float found)
    {
        if (!(found is >= 0 and < 1))
            throw Invalid(property, found, "a number from 0 up to but not including 1");
    }

    static ArgumentOutOfRangeException Invalid<T>(string property, T found, string expected) =>
        new(property, string.Create(CultureInfo.InvariantCulture, $"{property} of the optimiser is {found}, expected {expected}."));
}
