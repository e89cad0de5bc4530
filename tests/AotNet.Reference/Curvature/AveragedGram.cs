using AotNet.Reference.Optimization;

namespace AotNet.Reference.Curvature;

/// <summary>A Gram matrix averaged over steps, A ← wₖ A + (1 - wₖ) Xᵀ X / N with wₖ = min(1 - 1/k, w).</summary>
public sealed class AveragedGram
{
    Matrix? average, factored;
    int batches;

    /// <summary>A; before the first batch has entered there is none.</summary>
    public Matrix Value => average!;

    /// <summary>Lets a batch enter when it is due.</summary>
    /// <returns>Whether it was.</returns>
    public bool Enter(Matrix rows, UpdateRule rule, long updatesDone)
    {
        if (average is not null && updatesDone % rule.GramInterval != 0)
            return false;
        batches++;
        double past = Math.Min(1 - 1.0 / batches, rule.GramAverage);
        Matrix part = (1 - past) * Decorrelation.Gram(rows);
        average = average is null ? part : past * average + part;
        return true;
    }

    /// <summary>Whether it has moved by more than a part of what it was when it was last factored.</summary>
    public bool HasMoved(double drift) =>
        factored is null || (average! - factored).SquaredNorm() > drift * drift * factored.SquaredNorm();

    /// <summary>Takes note that it is factored as it is.</summary>
    public void Keep() => factored = average;
}
