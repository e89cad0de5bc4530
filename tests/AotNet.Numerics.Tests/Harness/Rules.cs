using System.Globalization;
using AotNet.Reference.Optimization;
using AotNet.Runtime;
using UpdateRule = AotNet.Reference.Optimization.UpdateRule;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>The runtime's optimisers as rules of the reference.</summary>
public static class Rules
{
    /// <summary>The rule that an optimiser's settings mean.</summary>
    public static UpdateRule Of(Optimizer optimizer) => new()
    {
        Kind = Enum.Parse<UpdateKind>(optimizer.Kind.ToString()),
        LearningRate = AsWritten(optimizer.LearningRate),
        Momentum = AsWritten(optimizer.Momentum),
        Nesterov = optimizer.Nesterov,
        SecondMomentum = AsWritten(optimizer.SecondMomentum),
        Epsilon = AsWritten(optimizer.Epsilon),
        WeightDecay = AsWritten(optimizer.WeightDecay),
        DecayKind = Enum.Parse<DecayKind>(optimizer.WeightDecayKind.ToString()),
        ClipNorm = AsWritten(optimizer.ClipNorm),
        Decorrelate = optimizer.Decorrelate,
        Damping = AsWritten(optimizer.Damping),
        DecorrelateBias = optimizer.DecorrelateBias,
        GramAverage = AsWritten(optimizer.GramAverage),
        GramInterval = optimizer.GramInterval,
        FactorInterval = optimizer.FactorInterval,
        FactorDrift = AsWritten(optimizer.FactorDrift),
        AdaptsDamping = optimizer.AdaptsDamping,
        StepNorm = AsWritten(optimizer.StepNorm),
        KlClip = AsWritten(optimizer.KlClip),
        DampsByTrace = optimizer.DampingScale == DampingScale.Trace,
        Layers = optimizer.Layers.Names.ToDictionary(static name => name,
            name => (optimizer.Layers[name]!.Decorrelate, optimizer.Layers[name]!.Damping is { } damping ? AsWritten(damping) : (double?)null)),
    };

    static double AsWritten(float setting) =>
        double.Parse(setting.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
