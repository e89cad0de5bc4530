using System.ComponentModel;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AotNet.Runtime;

/// <summary>Matrix products of any shape, for passes that run now and then: small code comes before speed.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PlainProducts
{
    /// <summary>C[m, n] = bias + A[m, k] B[k, n]. Columns of B and C up to a multiple of 16 are padding, zero in B.</summary>
    /// <param name="a">A.</param>
    /// <param name="strideA">Floats from row to row of A.</param>
    /// <param name="b">B.</param>
    /// <param name="strideB">Floats from row to row of B.</param>
    /// <param name="bias">n values, padded like B; null for none.</param>
    /// <param name="c">C, written with its padding.</param>
    /// <param name="strideC">Floats from row to row of C.</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="k">Length of each sum.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="context">The workers, who share rows.</param>
    public static void Of(float* a, int strideA, float* b, int strideB, float* bias, float* c, int strideC, int m, int k, int n,
        in KernelContext context)
    {
        context.Split(m, out int first, out int last);
        for (int row = first; row < last; row++)
        {
            float* x = a + (nint)row * strideA, y = c + (nint)row * strideC;
            for (int column = 0; column < n; column += 16)
            {
                Vector256<float> low = bias == null ? default : Vector256.Load(bias + column);
                Vector256<float> high = bias == null ? default : Vector256.Load(bias + column + 8);
                float* w = b + column;
                for (int i = 0; i < k; i++, w += strideB)
                {
                    var factor = Vector256.Create(x[i]);
                    low = Fma.MultiplyAdd(factor, Vector256.Load(w), low);
                    high = Fma.MultiplyAdd(factor, Vector256.Load(w + 8), high);
                }
                low.Store(y + column);
                high.Store(y + column + 8);
            }
        }
    }

    /// <summary>C[m, n] = A[m, k] B[n, k]ᵀ. Columns of A and B up to a multiple of 16 are padding, zero in both.</summary>
    /// <inheritdoc cref="Of"/>
    public static void OfTransposed(float* a, int strideA, float* b, int strideB, float* bias, float* c, int strideC, int m, int k, int n,
        in KernelContext context)
    {
        context.Split(m, out int first, out int last);
        for (int row = first; row < last; row++)
        {
            float* x = a + (nint)row * strideA, y = c + (nint)row * strideC;
            for (int column = 0; column < n; column++)
            {
                float* w = b + (nint)column * strideB;
                Vector256<float> even = default, odd = default;
                for (int i = 0; i < k; i += 16)
                {
                    even = Fma.MultiplyAdd(Vector256.Load(x + i), Vector256.Load(w + i), even);
                    odd = Fma.MultiplyAdd(Vector256.Load(x + i + 8), Vector256.Load(w + i + 8), odd);
                }
                y[column] = Vector256.Sum(even + odd) + (bias == null ? 0f : bias[column]);
            }
            new Span<float>(y + n, strideC - n).Clear();
        }
    }
}
