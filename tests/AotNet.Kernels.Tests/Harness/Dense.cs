namespace AotNet.Kernels.Tests.Harness;

/// <summary>Dense linear algebra in double precision: what the kernels are held to.</summary>
static class Dense
{
    /// <summary>A⁻¹ B by Gaussian elimination with row exchanges.</summary>
    internal static double[,] Solve(double[,] a, double[,] b)
    {
        int n = a.GetLength(0), columns = b.GetLength(1);
        double[,] u = (double[,])a.Clone(), x = (double[,])b.Clone();
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            for (int i = k + 1; i < n; i++)
                if (Math.Abs(u[i, k]) > Math.Abs(u[pivot, k]))
                    pivot = i;
            Exchange(u, k, pivot);
            Exchange(x, k, pivot);
            for (int i = k + 1; i < n; i++)
            {
                double factor = u[i, k] / u[k, k];
                for (int j = k; j < n; j++)
                    u[i, j] -= factor * u[k, j];
                for (int j = 0; j < columns; j++)
                    x[i, j] -= factor * x[k, j];
            }
        }
        for (int i = n - 1; i >= 0; i--)
            for (int j = 0; j < columns; j++)
            {
                for (int k = i + 1; k < n; k++)
                    x[i, j] -= u[i, k] * x[k, j];
                x[i, j] /= u[i, i];
            }
        return x;
    }

    /// <summary>‖actual - expected‖ / ‖expected‖.</summary>
    internal static double Error(double[,] expected, Func<int, int, float> actual)
    {
        double error = 0, norm = 0;
        for (int i = 0; i < expected.GetLength(0); i++)
            for (int j = 0; j < expected.GetLength(1); j++)
            {
                error += Math.Pow(expected[i, j] - actual(i, j), 2);
                norm += expected[i, j] * expected[i, j];
            }
        return Math.Sqrt(error / Math.Max(norm, 1e-30));
    }

    static void Exchange(double[,] matrix, int i, int j)
    {
        for (int k = 0; k < matrix.GetLength(1); k++)
            (matrix[i, k], matrix[j, k]) = (matrix[j, k], matrix[i, k]);
    }
}
