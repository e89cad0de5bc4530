namespace AotNet.Reference.Optimization;

/// <summary>The update rules as the authors' code has them; see <see cref="PaperQuirks"/>.</summary>
static class PaperUpdate
{
    const double SecondMomentOfCorrection = 0.999;

    internal static double Moved(UpdateRule rule, PaperQuirks quirks, long step, double decay, double w, double g, ref double m, ref double v)
    {
        double rate = rule.LearningRate, mu = rule.Momentum;
        double clip = quirks.ClipValue > 0 ? quirks.ClipValue : double.PositiveInfinity;
        double correction = 1 - Math.Pow(mu, step);
        switch (rule.Kind)
        {
            // SGD is SGD2's rule, with each element of the gradient clipped.
            case UpdateKind.Sgd or UpdateKind.Sgd2:
                m = mu * m - (1 - mu) * Math.Clamp(g, -clip, clip) - decay * w;
                return w + rate * m / correction;
            // Both moments decay by μ, but the second is corrected as if by 0.999; ε is added before the correction.
            case UpdateKind.Adam:
                m = mu * m + (1 - mu) * g;
                v = mu * v + (1 - mu) * g * g;
                return w - rate * (m / correction) * Math.Sqrt(1 - Math.Pow(SecondMomentOfCorrection, step)) / (Math.Sqrt(v) + 1e-8) - decay * w;
            // The root of the second moment stays uncorrected; the normalised gradient is divided by 1 - μᵗ, then clipped.
            case UpdateKind.RmsProp:
                v = mu * v + (1 - mu) * g * g;
                return w - rate * Math.Clamp(g / (Math.Sqrt(v) + 1e-6) / correction, -clip, clip) - decay * w;
            case UpdateKind.Adagrad:
                v += g * g;
                return w - rate * Math.Clamp(g / (Math.Sqrt(v) + 1e-6), -clip, clip) - decay * w;
            default:
                throw new ArgumentException($"The authors' code has no {rule.Kind}.", nameof(rule));
        }
    }
}
