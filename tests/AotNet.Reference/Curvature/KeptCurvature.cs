using AotNet.Reference.Optimization;

namespace AotNet.Reference.Curvature;

/// <summary>
/// A layer's Gram matrices, of the inputs and for K-FAC of the residuals, and the damped systems last made of them.
/// </summary>
/// <param name="twoSided">Whether residuals have a side of their own.</param>
public sealed class KeptCurvature(bool twoSided)
{
    readonly AveragedGram input = new(), output = new();
    Matrix? inputSystem, outputSystem;
    double damping;

    /// <summary>Renews averages and systems when they are due, and solves: D = A⁻¹ Ĝ, or A⁻¹ Ĝ G⁻¹.</summary>
    /// <param name="inputs">X̂.</param>
    /// <param name="residual">R.</param>
    /// <param name="gradient">Ĝ, order x outputs.</param>
    /// <param name="rule">w, the layer's λ, intervals and drift.</param>
    /// <param name="updatesDone">Number of the step.</param>
    public Matrix Solve(Matrix inputs, Matrix residual, Matrix gradient, UpdateRule rule, long updatesDone)
    {
        bool entered = input.Enter(inputs, rule, updatesDone);
        if (twoSided)
            output.Enter(residual, rule, updatesDone);
        bool due = inputSystem is null || (rule.FactorDrift > 0
            ? entered && (damping != rule.Damping || input.HasMoved(rule.FactorDrift) || (twoSided && output.HasMoved(rule.FactorDrift)))
            : updatesDone % rule.FactorInterval == 0);
        if (due)
            Renew(rule);
        Matrix solved = LinearSystem.Solve(inputSystem!, gradient);
        return twoSided ? LinearSystem.Solve(outputSystem!, solved.Transpose()).Transpose() : solved;
    }

    void Renew(UpdateRule rule)
    {
        damping = rule.Damping;
        input.Keep();
        if (!twoSided)
        {
            inputSystem = Decorrelation.Damped(input.Value, Decorrelation.DampingOf(input.Value, rule));
            return;
        }
        output.Keep();
        double first = Decorrelation.MeanDiagonal(input.Value), second = Decorrelation.MeanDiagonal(output.Value), root = Math.Sqrt(rule.Damping);
        // A side that is all zero has no scale to share the damping by.
        double pi = first > 0 && second > 0 ? Math.Sqrt(first / second) : 1;
        inputSystem = Decorrelation.Damped(input.Value, rule.DampsByTrace ? root * first : pi * root);
        outputSystem = Decorrelation.Damped(output.Value, rule.DampsByTrace ? root * second : root / pi);
    }
}
