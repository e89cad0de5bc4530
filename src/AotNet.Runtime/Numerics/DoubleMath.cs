using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AotNet.Runtime;

/// <summary>Loops over doubles that measurements are made of, four lanes at a time.</summary>
static unsafe class DoubleMath
{
    /// <summary>Σ x y.</summary>
    internal static double Dot(double* x, double* y, int length)
    {
        Vector256<double> even = default, odd = default;
        int i = 0;
        for (; i + 8 <= length; i += 8)
        {
            even = Fma.MultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), even);
            odd = Fma.MultiplyAdd(Vector256.Load(x + i + 4), Vector256.Load(y + i + 4), odd);
        }
        double sum = Vector256.Sum(even + odd);
        for (; i < length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>y += factor x.</summary>
    internal static void Add(double factor, double* x, double* y, int length)
    {
        var f = Vector256.Create(factor);
        int i = 0;
        for (; i + 4 <= length; i += 4)
            Fma.MultiplyAdd(f, Vector256.Load(x + i), Vector256.Load(y + i)).Store(y + i);
        for (; i < length; i++)
            y[i] += factor * x[i];
    }

    /// <summary>sum += factor x, and Σ x y, in one pass over x.</summary>
    internal static double AddAndDot(double factor, double* x, double* sum, double* y, int length)
    {
        var f = Vector256.Create(factor);
        Vector256<double> products = default;
        int i = 0;
        for (; i + 4 <= length; i += 4)
        {
            Vector256<double> value = Vector256.Load(x + i);
            Fma.MultiplyAdd(f, value, Vector256.Load(sum + i)).Store(sum + i);
            products = Fma.MultiplyAdd(value, Vector256.Load(y + i), products);
        }
        double total = Vector256.Sum(products);
        for (; i < length; i++)
        {
            sum[i] += factor * x[i];
            total += x[i] * y[i];
        }
        return total;
    }

    /// <summary>y -= p u + q v.</summary>
    internal static void SubtractBoth(double p, double* u, double q, double* v, double* y, int length)
    {
        Vector256<double> first = Vector256.Create(-p), second = Vector256.Create(-q);
        int i = 0;
        for (; i + 4 <= length; i += 4)
        {
            Vector256<double> value = Fma.MultiplyAdd(first, Vector256.Load(u + i), Vector256.Load(y + i));
            Fma.MultiplyAdd(second, Vector256.Load(v + i), value).Store(y + i);
        }
        for (; i < length; i++)
            y[i] -= p * u[i] + q * v[i];
    }

    /// <summary>The plane rotation x ← c x - s y, y ← s x + c y.</summary>
    internal static void Rotate(double cosine, double sine, double* x, double* y, int length)
    {
        Vector256<double> c = Vector256.Create(cosine), s = Vector256.Create(sine);
        int i = 0;
        for (; i + 4 <= length; i += 4)
        {
            Vector256<double> a = Vector256.Load(x + i), b = Vector256.Load(y + i);
            (c * a - s * b).Store(x + i);
            Fma.MultiplyAdd(s, a, c * b).Store(y + i);
        }
        for (; i < length; i++)
            (x[i], y[i]) = (cosine * x[i] - sine * y[i], sine * x[i] + cosine * y[i]);
    }

    /// <summary>The transpose of rows x columns.</summary>
    internal static double[] Transpose(double[] source, int rows, int columns)
    {
        double[] target = new double[source.Length];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                target[c * rows + r] = source[r * columns + c];
        return target;
    }

    /// <summary>X Yᵀ of matrices whose rows have one length.</summary>
    internal static double[] Products(double[] x, int xRows, double[] y, int yRows, int length)
    {
        double[] products = new double[xRows * yRows];
        fixed (double* px = x, py = y)
        {
            for (int i = 0; i < xRows; i++)
                for (int j = 0; j < yRows; j++)
                    products[i * yRows + j] = Dot(px + (nint)i * length, py + (nint)j * length, length);
        }
        return products;
    }

    /// <summary>The lower triangle of P Pᵀ.</summary>
    /// <param name="p">rows x length.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="length">Length of each.</param>
    /// <param name="gram">rows x rows, written up to its diagonal.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gram(double* p, int rows, int length, double* gram)
    {
        for (int i = 0; i < rows; i++)
        {
            double* x = p + (nint)i * length;
            int j = 0;
            for (; j + 4 <= i + 1; j += 4)
            {
                // Four rows at once, so that x is loaded once for all of them.
                double* y0 = p + (nint)j * length, y1 = y0 + length, y2 = y1 + length, y3 = y2 + length;
                Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
                int k = 0;
                for (; k + 4 <= length; k += 4)
                {
                    Vector256<double> value = Vector256.Load(x + k);
                    s0 = Fma.MultiplyAdd(value, Vector256.Load(y0 + k), s0);
                    s1 = Fma.MultiplyAdd(value, Vector256.Load(y1 + k), s1);
                    s2 = Fma.MultiplyAdd(value, Vector256.Load(y2 + k), s2);
                    s3 = Fma.MultiplyAdd(value, Vector256.Load(y3 + k), s3);
                }
                double t0 = Vector256.Sum(s0), t1 = Vector256.Sum(s1), t2 = Vector256.Sum(s2), t3 = Vector256.Sum(s3);
                for (; k < length; k++)
                {
                    t0 += x[k] * y0[k];
                    t1 += x[k] * y1[k];
                    t2 += x[k] * y2[k];
                    t3 += x[k] * y3[k];
                }
                double* row = gram + (nint)i * rows + j;
                (row[0], row[1], row[2], row[3]) = (t0, t1, t2, t3);
            }
            for (; j <= i; j++)
                gram[(nint)i * rows + j] = Dot(x, p + (nint)j * length, length);
        }
    }
}
