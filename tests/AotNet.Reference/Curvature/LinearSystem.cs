namespace AotNet.Reference.Curvature;

/// <summary>Dense linear systems by Gaussian elimination with partial pivoting.</summary>
public static class LinearSystem
{
    /// <summary>X such that <paramref name="matrix"/> X = <paramref name="rightSide"/>.</summary>
    /// <exception cref="ArgumentException">The matrix is singular.</exception>
    public static Matrix Solve(Matrix matrix, Matrix rightSide)
    {
        Matrix a = matrix.Copy(), x = rightSide.Copy();
        int order = a.Rows;
        for (int pivot = 0; pivot < order; pivot++)
        {
            int largest = Enumerable.Range(pivot, order - pivot).MaxBy(row => Math.Abs(a[row, pivot]));
            if (a[largest, pivot] == 0)
                throw new ArgumentException("The matrix is singular.", nameof(matrix));
            SwapRows(a, pivot, largest);
            SwapRows(x, pivot, largest);
            for (int row = pivot + 1; row < order; row++)
            {
                double factor = a[row, pivot] / a[pivot, pivot];
                AddRow(a, row, pivot, -factor);
                AddRow(x, row, pivot, -factor);
            }
        }
        for (int row = order - 1; row >= 0; row--)
        {
            for (int known = row + 1; known < order; known++)
                AddRow(x, row, known, -a[row, known]);
            for (int c = 0; c < x.Columns; c++)
                x[row, c] /= a[row, row];
        }
        return x;
    }

    static void SwapRows(Matrix matrix, int first, int second)
    {
        for (int c = 0; c < matrix.Columns; c++)
            (matrix[first, c], matrix[second, c]) = (matrix[second, c], matrix[first, c]);
    }

    static void AddRow(Matrix matrix, int target, int source, double factor)
    {
        for (int c = 0; c < matrix.Columns; c++)
            matrix[target, c] += factor * matrix[source, c];
    }
}
