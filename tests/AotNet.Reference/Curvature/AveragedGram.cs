using AotNet.Reference.Optimization;

namespace AotNet.Reference.Curvature;

/// <summary>
/// A layer's Gram matrix averaged over steps, S ← w S + (1 - w) X̂ᵀ X̂ / N from zero, and the system S / s + λ I that was
/// last made of it, s the sum of the weights in S.
/// </summary>
public sealed class AveragedGram
{
    Matrix? sum, system;
    double weights;

    /// <summary>Renews the system when it is due, and solves it.</summary>
    /// <param name="inputs">X̂.</param>
    /// <param name="gradient">Ĝ.</param>
    /// <param name="rule">w, λ and the interval.</param>
    /// <param name="updatesDone">Number of the step.</param>
    public Matrix Solve(Matrix inputs, Matrix gradient, UpdateRule rule, long updatesDone)
    {
        if (system is null || updatesDone % rule.RefreshInterval == 0)
        {
            Matrix part = (1 - rule.GramAverage) * Decorrelation.Gram(inputs);
            sum = sum is null ? part : rule.GramAverage * sum + part;
            weights = rule.GramAverage * weights + (1 - rule.GramAverage);
            system = Decorrelation.Damped(1 / weights * sum, rule.Damping);
        }
        return LinearSystem.Solve(system, gradient);
    }
}
