using AotNet.Reference.Optimization;

namespace AotNet.Reference.Curvature;

/// <summary>
/// Decorrelated gradients D = (X̂ᵀ X̂ / N + λ I)⁻¹ Ĝ of one layer. X̂ is rows x order: the layer's inputs, and a column of
/// ones last when the bias takes part. Ĝ is order x outputs: the weight gradient, and the bias gradient as its last row.
/// </summary>
public static class Decorrelation
{
    /// <summary>The Gram matrix X̂ᵀ X̂ / N, order x order, without damping.</summary>
    public static Matrix Gram(Matrix inputs) => 1.0 / inputs.Rows * (inputs.Transpose() * inputs);

    /// <summary>The system of the inputs, of order <c>order</c>.</summary>
    /// <param name="inputs">X̂.</param>
    /// <param name="gradient">Ĝ.</param>
    /// <param name="damping">λ.</param>
    public static Matrix Primal(Matrix inputs, Matrix gradient, double damping) =>
        LinearSystem.Solve(Damped(Gram(inputs), damping), gradient);

    /// <summary>
    /// The system of the samples, of order N, by the push-through identity: D = X̂ᵀ (X̂ X̂ᵀ / N + λ I)⁻¹ R / N.
    /// </summary>
    /// <param name="inputs">X̂.</param>
    /// <param name="residual">R, rows x outputs, not divided by N.</param>
    /// <param name="damping">λ.</param>
    public static Matrix Dual(Matrix inputs, Matrix residual, double damping)
    {
        double rows = inputs.Rows;
        Matrix transformed = LinearSystem.Solve(Damped(1 / rows * (inputs * inputs.Transpose()), damping), residual);
        return 1 / rows * (inputs.Transpose() * transformed);
    }

    /// <summary>
    /// The primal form with correlations kept within blocks alone: <paramref name="permutation"/> is cut into runs of
    /// <paramref name="block"/> indices, the last one shorter, and each run of inputs is solved by itself.
    /// </summary>
    /// <param name="inputs">X̂.</param>
    /// <param name="gradient">Ĝ.</param>
    /// <param name="damping">λ of a block, given its Gram.</param>
    /// <param name="permutation">The columns of X̂ in some order.</param>
    /// <param name="block">Largest order of a system.</param>
    public static Matrix Blocked(Matrix inputs, Matrix gradient, Func<Matrix, double> damping, int[] permutation, int block)
    {
        var result = new Matrix(gradient.Rows, gradient.Columns);
        foreach (int[] chosen in permutation.Chunk(block))
        {
            Matrix columns = Matrix.Of(inputs.Rows, chosen.Length, (r, c) => inputs[r, chosen[c]]);
            Matrix part = Primal(columns, Matrix.Of(chosen.Length, gradient.Columns, (r, c) => gradient[chosen[r], c]), damping(Gram(columns)));
            for (int r = 0; r < part.Rows; r++)
                for (int c = 0; c < part.Columns; c++)
                    result[chosen[r], c] = part[r, c];
        }
        return result;
    }

    /// <summary>What is added to the diagonal of a Gram matrix: λ, or λ trace(A) / order.</summary>
    public static double DampingOf(Matrix gram, UpdateRule rule) =>
        rule.DampsByTrace ? rule.Damping * MeanDiagonal(gram) : rule.Damping;

    /// <summary>trace(A) / order.</summary>
    public static double MeanDiagonal(Matrix gram) => Enumerable.Range(0, gram.Rows).Average(i => gram[i, i]);

    /// <summary>A + λ I.</summary>
    internal static Matrix Damped(Matrix gram, double damping) =>
        Matrix.Of(gram.Rows, gram.Columns, (r, c) => gram[r, c] + (r == c ? damping : 0));
}
