namespace AotNet.Reference.Optimization;

/// <summary>One update of one tensor, element by element.</summary>
public static class Update
{
    /// <summary>Moves <paramref name="tensor"/> and its moments.</summary>
    /// <param name="rule">Rule.</param>
    /// <param name="step">t: 1 at the first update.</param>
    /// <param name="decays">Whether weight decay applies.</param>
    /// <param name="tensor">W.</param>
    /// <param name="gradient">g, decorrelated and clipped where the rule says so.</param>
    /// <param name="moments">M and v.</param>
    public static void Apply(UpdateRule rule, long step, bool decays, Matrix tensor, Matrix gradient, Moments moments)
    {
        double decay = decays ? rule.WeightDecay : 0;
        for (int i = 0; i < tensor.Values.Length; i++)
        {
            ref double w = ref tensor.Values[i], m = ref moments.First.Values[i], v = ref moments.Second.Values[i];
            double g = gradient.Values[i];
            w = rule.Paper is { } quirks
                ? PaperUpdate.Moved(rule, quirks, step, decay, w, g, ref m, ref v)
                : Moved(rule, step, decay, w, g, ref m, ref v);
        }
    }

    static double Moved(UpdateRule rule, long step, double decay, double w, double g, ref double m, ref double v)
    {
        double rate = rule.LearningRate, mu = rule.Momentum, rho = rule.SecondMomentum;
        double kept = rule.DecayKind == DecayKind.Decoupled ? w - rate * decay * w : w;
        bool inMomentum = rule.DecayKind == DecayKind.Momentum && rule.Kind == UpdateKind.Sgd2;
        if (rule.DecayKind != DecayKind.Decoupled && !inMomentum)
            g += decay * w;
        switch (rule.Kind)
        {
            case UpdateKind.Sgd:
                m = mu * m + g;
                return kept - rate * (rule.Nesterov ? g + mu * m : m);
            case UpdateKind.Sgd2:
                m = mu * m - (1 - mu) * g - (inMomentum ? decay * w : 0);
                return kept + rate * m / (1 - Math.Pow(mu, step));
            case UpdateKind.Adam or UpdateKind.AdamW:
                m = mu * m + (1 - mu) * g;
                v = rho * v + (1 - rho) * g * g;
                return kept - rate * (m / (1 - Math.Pow(mu, step))) / (Math.Sqrt(v / (1 - Math.Pow(rho, step))) + rule.Epsilon);
            case UpdateKind.RmsProp:
                v = rho * v + (1 - rho) * g * g;
                m = mu * m + g / (Math.Sqrt(v) + rule.Epsilon);
                return kept - rate * m;
            case UpdateKind.Adagrad:
                v += g * g;
                return kept - rate * g / (Math.Sqrt(v) + rule.Epsilon);
            default:
                throw new ArgumentException($"{rule.Kind} is no update rule.", nameof(rule));
        }
    }
}
