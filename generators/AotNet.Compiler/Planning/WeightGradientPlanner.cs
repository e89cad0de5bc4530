namespace AotNet.Compiler.Planning;

/// <summary>
/// Lays out dW = Xᵀ dY / rows: as it stands, so that the optimiser can take it tile by tile; or, where few outputs would
/// leave most of each vector empty, as dWᵀ = dYᵀ X, transposed afterwards. Sums and their order are the same.
/// </summary>
static class WeightGradientPlanner
{
    /// <summary>Part of the cost below which the transposed form is worth its kernels and the separate update.</summary>
    const double WorthWhile = 0.85;

    /// <summary>The kernels of one layer.</summary>
    /// <param name="name">Layer and pass.</param>
    /// <param name="x">Inputs, batch x inputs.</param>
    /// <param name="residual">Residual of the outputs, batch x outputs.</param>
    /// <param name="gradient">Result, inputs x outputs.</param>
    /// <param name="weight">Weights that may be updated at once; null when the gradient is needed whole first.</param>
    /// <param name="scratch">Makes a buffer of a name, rows and columns that lives between two kernels.</param>
    internal static IEnumerable<Kernel> Kernels(string name, Buffer x, Buffer residual, Buffer gradient, Buffer? weight,
        Func<string, int, int, Buffer> scratch)
    {
        if (!IsTransposed(residual.Rows, x.Columns, residual.Columns))
        {
            NonzeroTerms? terms = SparsityPlanner.WeightGradient(name, x, residual.Columns, scratch);
            if (terms is not null)
                yield return terms;
            yield return new WeightGradient(name, x, residual, gradient, weight) { Terms = terms?.Terms };
            yield break;
        }
        Buffer transposed = scratch(name + " transposed", residual.Columns, x.Columns);
        yield return new MatrixProduct(name, residual, x, transposed, Extent.Of(residual.Columns), Extent.Rows)
        {
            TransposesA = true,
            DividesByRows = true,
        };
        yield return new Transpose(name, transposed, gradient, Extent.Of(residual.Columns));
    }

    /// <summary>Whether vectors lie along the inputs.</summary>
    internal static bool IsTransposed(int rows, int inputs, int outputs)
    {
        (double asItIs, double transposed) = ProductCost.WeightGradient(rows, inputs, outputs);
        return rows > 1 && transposed < WorthWhile * asItIs;
    }
}
