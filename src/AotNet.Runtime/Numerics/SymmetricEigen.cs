using System.Runtime.CompilerServices;

namespace AotNet.Runtime;

/// <summary>
/// Eigenvalues of a symmetric matrix A = U Λ Uᵀ, and Uᵀ B for a given B: by Householder reflections to tridiagonal form and
/// implicit QL steps with Wilkinson's shift (Golub and Van Loan, Matrix Computations, 8.3). With the identity for B, the
/// rows of the result are the eigenvectors; where only the energy of some vectors along each eigenvector is asked for,
/// those vectors cost less than the eigenvectors would.
/// </summary>
static unsafe class SymmetricEigen
{
    const double Epsilon = 2.220446049250313e-16;

    /// <summary>QL steps for one eigenvalue; two are usual.</summary>
    const int MostSteps = 60;

    /// <summary>Solves one problem.</summary>
    /// <param name="a">A, order x order, of which the lower triangle is read; overwritten.</param>
    /// <param name="order">Order of A, at least 1.</param>
    /// <param name="values">The eigenvalues, in no particular order.</param>
    /// <param name="b">B, order x columns, becomes Uᵀ B; row i belongs to value i. Null when there are <paramref name="columns"/> = 0.</param>
    /// <param name="columns">Columns of B.</param>
    /// <returns>Whether all eigenvalues were found; false for values that are not finite.</returns>
    internal static bool Solve(double* a, int order, double* values, double* b = null, int columns = 0)
    {
        double[] memory = new double[2 * order];
        fixed (double* work = memory)
        {
            double* beside = work;
            Reduce(a, order, values, beside, work + order, b, columns);
            return Diagonalize(values, beside, order, b, columns);
        }
    }

    /// <summary>
    /// Tᵢ = Hᵢ Tᵢ₊₁ Hᵢ from the last row up: each reflection leaves two values of its row. The diagonal goes to
    /// <paramref name="diagonal"/>, the element beside diagonal i + 1 to <paramref name="beside"/>[i].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Reduce(double* a, int order, double* diagonal, double* beside, double* p, double* b, int columns)
    {
        beside[order - 1] = 0;
        for (int i = order - 1; i > 0; i--)
        {
            double* u = a + (nint)i * order;
            diagonal[i] = u[i];
            double tail = DoubleMath.Dot(u, u, i - 1);
            if (tail == 0)
            {
                beside[i - 1] = u[i - 1];
                continue;
            }
            // H = I - u uᵀ / h takes the row to (0, ..., 0, g).
            double last = u[i - 1], g = -Math.CopySign(Math.Sqrt(tail + last * last), last), h = g * g - last * g;
            beside[i - 1] = g;
            u[i - 1] = last - g;
            Product(a, order, u, p, i);
            double scale = DoubleMath.Dot(u, p, i) / (2 * h * h);
            for (int j = 0; j < i; j++)
                p[j] = p[j] / h - scale * u[j];
            for (int j = 0; j < i; j++)
                DoubleMath.SubtractBoth(u[j], p, p[j], u, a + (nint)j * order, j + 1);
            if (columns > 0)
                Reflect(u, h, i, b, columns);
        }
        diagonal[0] = a[0];
    }

    /// <summary>p = A u with A the leading square of which the lower triangle is stored.</summary>
    static void Product(double* a, int order, double* u, double* p, int size)
    {
        new Span<double>(p, size).Clear();
        for (int j = 0; j < size; j++)
        {
            double* row = a + (nint)j * order;
            p[j] += DoubleMath.AddAndDot(u[j], row, p, u, j) + row[j] * u[j];
        }
    }

    /// <summary>B ← (I - u uᵀ / h) B in its first rows.</summary>
    static void Reflect(double* u, double h, int size, double* b, int columns)
    {
        double[] memory = new double[columns];
        fixed (double* sums = memory)
        {
            for (int j = 0; j < size; j++)
                DoubleMath.Add(u[j], b + (nint)j * columns, sums, columns);
            for (int j = 0; j < size; j++)
                DoubleMath.Add(-u[j] / h, sums, b + (nint)j * columns, columns);
        }
    }

    /// <summary>Chases elements beside the diagonal to zero, and turns the rows of B along.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static bool Diagonalize(double* diagonal, double* beside, int order, double* b, int columns)
    {
        double norm = 0;
        for (int i = 0; i < order; i++)
            norm = Math.Max(norm, Math.Abs(diagonal[i]) + Math.Abs(beside[i]));
        if (!double.IsFinite(norm))
            return false;
        for (int first = 0; first < order; first++)
        {
            for (int steps = 0; ; steps++)
            {
                int last = first;
                while (last < order - 1 && Math.Abs(beside[last]) > Epsilon * norm)
                    last++;
                if (last == first)
                    break;
                if (steps == MostSteps)
                    return false;
                Step(diagonal, beside, first, last, b, columns);
            }
        }
        return true;
    }

    /// <summary>One QL step on the block from first to last, shifted by the eigenvalue of its leading 2 x 2 block that is nearer to its corner.</summary>
    static void Step(double* diagonal, double* beside, int first, int last, double* b, int columns)
    {
        double half = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first]);
        double shift = diagonal[first] - beside[first] / (half + Math.CopySign(Math.Sqrt(half * half + 1), half));
        double sine = 1, cosine = 1, moved = 0, bulge = diagonal[last] - shift;
        for (int i = last - 1; i >= first; i--)
        {
            double chased = sine * beside[i], rest = cosine * beside[i];
            double length = Math.Sqrt(chased * chased + bulge * bulge);
            beside[i + 1] = length;
            if (length == 0)
            {
                // The block falls apart here: what is left of it is taken up anew.
                diagonal[i + 1] -= moved;
                beside[last] = 0;
                return;
            }
            sine = chased / length;
            cosine = bulge / length;
            double corner = diagonal[i + 1] - moved, product = (diagonal[i] - corner) * sine + 2 * cosine * rest;
            moved = sine * product;
            diagonal[i + 1] = corner + moved;
            bulge = cosine * product - rest;
            if (columns > 0)
                DoubleMath.Rotate(cosine, sine, b + (nint)i * columns, b + (nint)(i + 1) * columns, columns);
        }
        diagonal[first] -= moved;
        beside[first] = bulge;
        beside[last] = 0;
    }
}
