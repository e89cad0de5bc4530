namespace AotNet.Reference.Consistency;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations: slow, and plainly right.</summary>
public static class JacobiEigen
{
    /// <summary>A = U diag(values) Uᵀ, U's columns being the eigenvectors.</summary>
    public static (double[] Values, Matrix Vectors) Of(Matrix symmetric)
    {
        Matrix a = symmetric.Copy(), u = Matrix.Of(a.Rows, a.Rows, static (r, c) => r == c ? 1 : 0);
        double enough = 1e-28 * a.SquaredNorm();
        while (OffDiagonal(a) > enough)
        {
            for (int p = 0; p < a.Rows; p++)
                for (int q = p + 1; q < a.Rows; q++)
                    Rotate(a, u, p, q);
        }
        return ([.. Enumerable.Range(0, a.Rows).Select(i => a[i, i])], u);
    }

    static double OffDiagonal(Matrix a)
    {
        double sum = 0;
        for (int r = 0; r < a.Rows; r++)
            for (int c = 0; c < a.Columns; c++)
                sum += r == c ? 0 : a[r, c] * a[r, c];
        return sum;
    }

    /// <summary>A ← JᵀAJ and U ← UJ with the rotation J of p and q that takes a[p, q] to zero.</summary>
    static void Rotate(Matrix a, Matrix u, int p, int q)
    {
        if (a[p, q] == 0)
            return;
        double angle = 0.5 * Math.Atan2(2 * a[p, q], a[q, q] - a[p, p]);
        (double sine, double cosine) = Math.SinCos(angle);
        for (int i = 0; i < a.Rows; i++)
            (a[i, p], a[i, q]) = (cosine * a[i, p] - sine * a[i, q], sine * a[i, p] + cosine * a[i, q]);
        for (int i = 0; i < a.Rows; i++)
            (a[p, i], a[q, i]) = (cosine * a[p, i] - sine * a[q, i], sine * a[p, i] + cosine * a[q, i]);
        for (int i = 0; i < u.Rows; i++)
            (u[i, p], u[i, q]) = (cosine * u[i, p] - sine * u[i, q], sine * u[i, p] + cosine * u[i, q]);
    }
}
