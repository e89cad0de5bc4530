using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using D = System.Runtime.Intrinsics.Vector256<double>;
using V = System.Runtime.Intrinsics.Vector256<float>;
using Vec = System.Runtime.Intrinsics.Vector256;

namespace AotNet.Runtime;

public static unsafe partial class OptimizerKernels
{
    /// <summary>The 256-bit form; apart from sums over lanes, the 512-bit form differs only in its aliases.</summary>
    internal static partial class Narrow
    {
        /// <summary>A walk over weights, compiled once per update rule.</summary>
        interface ILoop
        {
            void Run<TRule>(in UpdateArguments a)
                where TRule : struct, IRule<TRule>;
        }

        internal static void UpdateTile(in UpdateArguments a, float* w, float* g, float* m, float* v, long rows, long columns, nint stride,
            nint gradientStride) => Dispatch(a, new Tile(w, g, m, v, rows, columns, stride, gradientStride));

        internal static void UpdateOuter(in UpdateArguments a, in OuterProduct product, float* w, float* m, float* v) =>
            Dispatch(a, new Outer(product, w, m, v));

        /// <summary>Gradients that lie in memory.</summary>
        readonly struct Tile(float* w, float* g, float* m, float* v, long rows, long columns, nint stride, nint gradientStride) : ILoop
        {
            [SkipLocalsInit]
            public void Run<TRule>(in UpdateArguments a)
                where TRule : struct, IRule<TRule>
            {
                TRule rule = TRule.Of(a);
                float* weights = w, gradients = g, first = m, second = v;
                nint count = (nint)columns;
                for (long row = 0; row < rows; row++)
                {
                    for (nint i = 0; i < count; i += V.Count)
                        Apply(rule, weights + i, *(V*)(gradients + i), first + i, second + i);
                    weights += stride;
                    gradients += gradientStride;
                    first += stride;
                    second += stride;
                }
            }
        }

        /// <summary>Gradients that are the outer product of two vectors: of one sample.</summary>
        readonly struct Outer(in OuterProduct product, float* w, float* m, float* v) : ILoop
        {
            readonly OuterProduct product = product;

            [SkipLocalsInit]
            public void Run<TRule>(in UpdateArguments a)
                where TRule : struct, IRule<TRule>
            {
                TRule rule = TRule.Of(a);
                float* weights = w, first = m, second = v, right = product.Right, residual = product.Residual;
                float* residuals = product.InputResidual, lefts = product.Left;
                nint rows = product.Rows, columns = product.Columns, stride = product.Stride;
                for (nint row = 0; row < rows; row++)
                {
                    if (residuals != null)
                        residuals[row] = Dot(weights, residual, columns);
                    V left = Vec.Create(lefts[row]);
                    for (nint i = 0; i < columns; i += V.Count)
                        Apply(rule, weights + i, left * *(V*)(right + i), first + i, second + i);
                    weights += stride;
                    first += stride;
                    second += stride;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Apply<TRule>(TRule rule, float* w, V gradient, float* m, float* v)
            where TRule : struct, IRule<TRule>
        {
            V weight = *(V*)w;
            V first = TRule.KeepsFirst ? *(V*)m : V.Zero, second = TRule.KeepsSecond ? *(V*)v : V.Zero;
            *(V*)w = rule.Step(weight, weight, gradient, ref first, ref second);
            if (TRule.KeepsFirst)
                *(V*)m = first;
            if (TRule.KeepsSecond)
                *(V*)v = second;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static float Dot(float* x, float* y, nint count)
        {
            V sum0 = V.Zero, sum1 = V.Zero;
            for (nint i = 0; i < count; i += 16)
            {
                sum0 = Vec.FusedMultiplyAdd(*(V*)(x + i), *(V*)(y + i), sum0);
                sum1 = Vec.FusedMultiplyAdd(*(V*)(x + i + 8), *(V*)(y + i + 8), sum1);
            }
            return SumOfEight(sum0 + sum1);
        }

        internal static double ChunkSumOfSquares(float* g, int count)
        {
            D sum0 = D.Zero, sum1 = D.Zero, sum2 = D.Zero, sum3 = D.Zero;
            for (int i = 0; i < count; i += 16)
            {
                (D x0, D x1) = Vec.Widen(*(V*)(g + i));
                (D x2, D x3) = Vec.Widen(*(V*)(g + i + 8));
                sum0 = Vec.FusedMultiplyAdd(x0, x0, sum0);
                sum1 = Vec.FusedMultiplyAdd(x1, x1, sum1);
                sum2 = Vec.FusedMultiplyAdd(x2, x2, sum2);
                sum3 = Vec.FusedMultiplyAdd(x3, x3, sum3);
            }
            return SumOfFour(sum0 + sum2 + (sum1 + sum3));
        }
    }
}
