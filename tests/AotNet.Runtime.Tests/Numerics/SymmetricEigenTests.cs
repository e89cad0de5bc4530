using MathNet.Numerics.LinearAlgebra;

namespace AotNet.Runtime.Tests;

/// <summary>The eigensolver and what is made of it, against MathNet.Numerics.</summary>
public sealed unsafe class SymmetricEigenTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(61)]
    [InlineData(200)]
    public void Random_matrices(int order) => Check(Symmetric(Draw(order, order, order)));

    /// <summary>Gram matrices of few samples: most eigenvalues are zero.</summary>
    [Theory]
    [InlineData(40, 3)]
    [InlineData(65, 64)]
    [InlineData(100, 1)]
    public void Gram_matrices_of_low_rank(int order, int rank)
    {
        Matrix<double> factor = Draw(order, rank, order + rank);
        Check(factor * factor.Transpose());
    }

    /// <summary>Eigenvalues from 1e-12 to 1, in both orders of magnitude along the diagonal.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Graded_matrices(bool descending)
    {
        const int order = 50;
        Matrix<double> grades = Matrix<double>.Build.DenseDiagonal(order, order, i => Math.Pow(10, -6.0 * (descending ? i : order - 1 - i) / (order - 1)));
        Check(grades * Symmetric(Draw(order, order, 5)) * grades);
    }

    public static TheoryData<string> Awkward { get; } = ["zero", "identity", "diagonal", "ones", "tridiagonal", "equal pairs", "huge", "tiny", "permuted block"];

    [Theory]
    [MemberData(nameof(Awkward))]
    public void Awkward_matrices(string kind)
    {
        const int order = 21;
        Check(Matrix<double>.Build.Dense(order, order, (i, j) => kind switch
        {
            "zero" => 0,
            "identity" => i == j ? 1 : 0,
            "diagonal" => i == j ? i - 7 : 0,
            "ones" => 1,
            "tridiagonal" => i == j ? 2 : Math.Abs(i - j) == 1 ? -1 : 0,
            "equal pairs" => i / 2 == j / 2 ? i == j ? 3 : 1 : 0,
            "huge" => 1e70 * Math.Cos(i * j + i + j),
            "tiny" => 1e-70 * Math.Cos(i * j + i + j),
            _ => (i + j) % 3 == 0 ? 1.0 / (1 + i + j) : 0,
        }));
    }

    [Fact]
    public void Values_that_are_not_finite_are_refused_in_finite_time()
    {
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity })
        {
            double[] a = Flat(Symmetric(Draw(9, 9, 1)));
            a[3 * 9 + 1] = bad;
            double[] values = new double[9];
            fixed (double* pa = a, pv = values)
                Assert.False(SymmetricEigen.Solve(pa, 9, pv));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 4)]
    [InlineData(30, 33)]
    public void Gram_products(int rows, int length)
    {
        Matrix<double> p = Draw(rows, length, rows);
        double[] gram = new double[rows * rows];
        fixed (double* pp = Flat(p), pg = gram)
            DoubleMath.Gram(pp, rows, length, pg);
        Matrix<double> expected = p * p.Transpose();
        for (int i = 0; i < rows; i++)
            for (int j = 0; j <= i; j++)
                Assert.Equal(expected[i, j], gram[i * rows + j], 1e-12 * length);
    }

    [Theory]
    [InlineData(30, 12)] // contracts: nothing is lost
    [InlineData(12, 30)] // expands
    [InlineData(17, 17)]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    public void Null_space_loss_by_singular_value_decomposition(int inputs, int outputs)
    {
        const int rows = 11;
        foreach (int dropped in new[] { 0, Math.Min(inputs, outputs) / 3 })
        {
            // The last rows of W repeat the first ones, all but for a part of 1e-5: singular values beneath the threshold.
            Matrix<double> stored = Draw(inputs, outputs, 3);
            for (int j = 0; j < dropped; j++)
                stored.SetColumn(outputs - 1 - j, stored.Column(j) * (1 + 1e-5));
            Matrix<double> residual = Draw(rows, outputs, 4);
            var svd = stored.Transpose().Svd();
            double lost = 0;
            for (int i = 0; i < outputs; i++)
            {
                if (i >= svd.S.Count || svd.S[i] < 1e-3 * svd.S[0])
                    lost += Math.Pow((residual * svd.U.Column(i)).L2Norm(), 2);
            }
            double expected = lost / Math.Pow(residual.FrobeniusNorm(), 2);
            double actual = WeightSpectrum.NullSpaceLoss(Flat(stored), inputs, outputs, Flat(residual), rows);
            Assert.Equal(expected, actual, 1e-9);
            if (dropped == 0 && outputs <= inputs)
                Assert.Equal(0, actual);
        }
    }

    [Fact]
    public void The_null_space_of_no_weights_takes_all_and_that_of_no_residual_says_nothing()
    {
        Assert.Equal(1, WeightSpectrum.NullSpaceLoss(new double[12], 4, 3, [1, 2, 3], 1));
        Assert.Equal(1, WeightSpectrum.NullSpaceLoss(new double[12], 3, 4, [1, 2, 3, 4], 1));
        Assert.Equal(double.NaN, WeightSpectrum.NullSpaceLoss(Flat(Draw(4, 3, 1)), 4, 3, new double[3], 1));
        Assert.Equal(double.NaN, WeightSpectrum.NullSpaceLoss([double.NaN, 1, 1, 1], 2, 2, [1, 1], 1));
    }

    [Theory]
    [InlineData(40, 9)]
    [InlineData(9, 40)]
    [InlineData(1, 6)]
    public void Spectrum_of_a_Gram_matrix(int rows, int order)
    {
        Matrix<double> x = Draw(rows, order, 8);
        Vector<double> values = (x.Transpose() * x / rows).Evd(Symmetricity.Symmetric).EigenValues.Map(static value => value.Real);
        var spectrum = new GramSpectrum(Flat(x), rows, order);
        Close(Math.Pow(values.Sum(), 2) / values.PointwisePower(2).Sum(), spectrum.EffectiveRank);
        Close((values.Maximum() + 0.3) / (Math.Max(values.Minimum(), 0) + 0.3), spectrum.Condition(0.3));
        if (rows < order)
            Assert.Equal(double.PositiveInfinity, spectrum.Condition(0));
        else
            Close(values.Maximum() / values.Minimum(), spectrum.Condition(0));

        static void Close(double expected, double actual) => Assert.InRange(actual, expected * (1 - 1e-9), expected * (1 + 1e-9));
    }

    /// <summary>Eigenvalues against MathNet's; A = U Λ Uᵀ with orthonormal U; and any right side is turned as the identity is.</summary>
    static void Check(Matrix<double> matrix)
    {
        int order = matrix.RowCount;
        double norm = Math.Max(matrix.FrobeniusNorm(), double.Epsilon), tolerance = 1e-14 * order;
        double[] values = Solve(matrix, Matrix<double>.Build.DenseIdentity(order), out Matrix<double> vectors);
        double[] expected = [.. matrix.Evd(Symmetricity.Symmetric).EigenValues.Select(static value => value.Real).Order()];
        Assert.All(values.Order().Zip(expected), pair => Assert.InRange(Math.Abs(pair.First - pair.Second) / norm, 0, tolerance));

        Assert.InRange((vectors * vectors.Transpose() - Matrix<double>.Build.DenseIdentity(order)).FrobeniusNorm(), 0, tolerance);
        Matrix<double> again = vectors.Transpose() * Matrix<double>.Build.DenseDiagonal(order, order, i => values[i]) * vectors;
        Assert.InRange((again - matrix).FrobeniusNorm() / norm, 0, tolerance);

        Matrix<double> side = Draw(order, 5, 77);
        Assert.Equal(values, Solve(matrix, side, out Matrix<double> turned));
        Assert.InRange((vectors * side - turned).FrobeniusNorm(), 0, tolerance * side.FrobeniusNorm());
        Assert.Equal(values, Solve(matrix, Matrix<double>.Build.Dense(order, 1), out _));
    }

    static double[] Solve(Matrix<double> matrix, Matrix<double> side, out Matrix<double> turned)
    {
        double[] values = new double[matrix.RowCount], b = Flat(side);
        fixed (double* pa = Flat(matrix), pv = values, pb = b)
            Assert.True(SymmetricEigen.Solve(pa, matrix.RowCount, pv, pb, side.ColumnCount));
        turned = Matrix<double>.Build.DenseOfRowMajor(side.RowCount, side.ColumnCount, b);
        return values;
    }

    static double[] Flat(Matrix<double> matrix) => matrix.ToRowMajorArray();

    static Matrix<double> Symmetric(Matrix<double> matrix) => matrix + matrix.Transpose();

    static Matrix<double> Draw(int rows, int columns, int seed)
    {
        var random = new System.Random(seed);
        return Matrix<double>.Build.Dense(rows, columns, (_, _) => random.NextDouble() * 2 - 1);
    }
}
