using AotNet.Reference.Optimization;

namespace AotNet.Reference.Curvature;

/// <summary>
/// A layer's Gram matrix averaged over steps, A ← wₖ A + (1 - wₖ) X̂ᵀ X̂ / N with wₖ = min(1 - 1/k, w), and the system A + λ I
/// that was last made of it.
/// </summary>
public sealed class AveragedGram
{
    Matrix? average, factored, system;
    double damping;
    int batches;

    /// <summary>Renews average and system when they are due, and solves the system.</summary>
    /// <param name="inputs">X̂.</param>
    /// <param name="gradient">Ĝ.</param>
    /// <param name="rule">w, the layer's λ, intervals and drift.</param>
    /// <param name="updatesDone">Number of the step.</param>
    public Matrix Solve(Matrix inputs, Matrix gradient, UpdateRule rule, long updatesDone)
    {
        bool enters = average is null || updatesDone % rule.GramInterval == 0;
        if (enters)
        {
            batches++;
            double past = Math.Min(1 - 1.0 / batches, rule.GramAverage);
            Matrix part = (1 - past) * Decorrelation.Gram(inputs);
            average = average is null ? part : past * average + part;
        }
        bool due = rule.FactorDrift > 0
            ? enters && (factored is null || HasMoved(rule.FactorDrift) || damping != rule.Damping)
            : factored is null || updatesDone % rule.FactorInterval == 0;
        if (due)
        {
            (factored, damping) = (average, rule.Damping);
            system = Decorrelation.Damped(average!, Decorrelation.DampingOf(average!, rule));
        }
        return LinearSystem.Solve(system!, gradient);
    }

    bool HasMoved(double drift) => (average! - factored!).SquaredNorm() > drift * drift * factored!.SquaredNorm();
}
