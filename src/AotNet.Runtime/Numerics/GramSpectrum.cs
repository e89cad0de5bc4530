namespace AotNet.Runtime;

/// <summary>What the eigenvalues σ of the Gram matrix A = X̂ᵀX̂/N of a layer's inputs say.</summary>
readonly unsafe struct GramSpectrum
{
    /// <summary>Eigenvalues below this part of the largest, times the order, are rounding.</summary>
    const double Rounding = 2.2e-16;

    readonly double smallest, largest;

    /// <summary>Measures a batch.</summary>
    /// <param name="inputs">X̂, rows x order.</param>
    /// <param name="rows">N.</param>
    /// <param name="order">Order of A.</param>
    internal GramSpectrum(double[] inputs, int rows, int order)
    {
        // X̂ X̂ᵀ/N, the Gram matrix of the samples, has the same eigenvalues but for zeros.
        bool ofSamples = rows < order;
        int size = ofSamples ? rows : order, length = ofSamples ? order : rows;
        double[] p = ofSamples ? inputs : DoubleMath.Transpose(inputs, rows, order);
        double[] gram = new double[size * size], values = new double[size];
        (smallest, largest, EffectiveRank) = (double.NaN, double.NaN, double.NaN);
        fixed (double* pp = p, pg = gram, pv = values)
        {
            DoubleMath.Gram(pp, size, length, pg);
            double trace = 0, squares = 0;
            for (int i = 0; i < size; i++)
            {
                double* row = pg + (nint)i * size;
                trace += row[i];
                squares += 2 * DoubleMath.Dot(row, row, i) + row[i] * row[i];
            }
            if (!SymmetricEigen.Solve(pg, size, pv))
                return;
            EffectiveRank = trace * trace / squares;
        }
        (smallest, largest) = (double.PositiveInfinity, 0);
        foreach (double value in values)
            (smallest, largest) = (Math.Min(smallest, value / rows), Math.Max(largest, value / rows));
        if (ofSamples || smallest <= order * Rounding * largest)
            smallest = 0;
    }

    GramSpectrum(double unknown) => smallest = largest = EffectiveRank = unknown;

    /// <summary>That of a matrix too large to be measured: no figure is a number.</summary>
    internal static GramSpectrum Unknown => new(double.NaN);

    /// <summary>(Σσ)² / Σσ²; not a number when all are zero.</summary>
    internal double EffectiveRank { get; }

    /// <summary>Largest / smallest eigenvalue of A + λ I.</summary>
    internal double Condition(double damping) => (largest + damping) / (smallest + damping);
}
