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
                // Everything is inlined here, so that no call takes the rule's coefficients out of their registers.
                for (nint row = 0; row < rows; row++)
                {
                    V left = Vec.Create(lefts[row]);
                    if (residuals != null)
                        residuals[row] = UpdateRow(rule, weights, left, right, first, second, residual, columns);
                    else
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
                *(V*)m = Flush(first);
            if (TRule.KeepsSecond)
                *(V*)v = Flush(second);
        }

        /// <summary>
        /// Zero in place of what no update can feel: moments of weights without a gradient decay until they are denormal,
        /// and with those many processors compute far more slowly.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V Flush(V x) => Vec.ConditionalSelect(Vec.LessThan(Vec.Abs(x), Vec.Create(LeastMoment)), V.Zero, x);

        /// <summary>Sums of products of four rows with y, side by side because each sum alone waits for itself.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static void FourDots(float* x, nint stride, float* y, float* sums, nint count)
        {
            // Eight sums take all registers there are; the halves of each belong to the lanes of one 512-bit sum.
            V low0 = V.Zero, low1 = V.Zero, low2 = V.Zero, low3 = V.Zero;
            V high0 = V.Zero, high1 = V.Zero, high2 = V.Zero, high3 = V.Zero;
            for (nint i = 0; i < count; i += 16, x += 16)
            {
                V right = *(V*)(y + i);
                low0 = Vec.FusedMultiplyAdd(*(V*)x, right, low0);
                low1 = Vec.FusedMultiplyAdd(*(V*)(x + stride), right, low1);
                low2 = Vec.FusedMultiplyAdd(*(V*)(x + 2 * stride), right, low2);
                low3 = Vec.FusedMultiplyAdd(*(V*)(x + 3 * stride), right, low3);
                right = *(V*)(y + i + 8);
                high0 = Vec.FusedMultiplyAdd(*(V*)(x + 8), right, high0);
                high1 = Vec.FusedMultiplyAdd(*(V*)(x + 8 + stride), right, high1);
                high2 = Vec.FusedMultiplyAdd(*(V*)(x + 8 + 2 * stride), right, high2);
                high3 = Vec.FusedMultiplyAdd(*(V*)(x + 8 + 3 * stride), right, high3);
            }
            *(Vector128<float>*)sums = SumsOfEight(low0 + high0, low1 + high1, low2 + high2, low3 + high3);
        }

        /// <summary>The step on one row, and the sum of products of its weights as they were with y, added up as <see cref="Dot"/> does.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static float UpdateRow<TRule>(TRule rule, float* w, V left, float* right, float* m, float* v, float* y, nint columns)
            where TRule : struct, IRule<TRule>
        {
            V sum0 = V.Zero, sum1 = V.Zero;
            for (nint i = 0; i < columns; i += 16)
            {
                sum0 = Vec.FusedMultiplyAdd(*(V*)(w + i), *(V*)(y + i), sum0);
                Apply(rule, w + i, left * *(V*)(right + i), m + i, v + i);
                sum1 = Vec.FusedMultiplyAdd(*(V*)(w + i + 8), *(V*)(y + i + 8), sum1);
                Apply(rule, w + i + 8, left * *(V*)(right + i + 8), m + i + 8, v + i + 8);
            }
            return SumOfEight(sum0 + sum1);
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

        /// <summary>Sums of products of each row of w with y.</summary>
        internal static void Dots(float* w, float* y, float* sums, nint rows, nint columns, nint stride)
        {
            nint row = 0;
            for (; row <= rows - 4; row += 4, w += 4 * stride)
                FourDots(w, stride, y, sums + row, columns);
            for (; row < rows; row++, w += stride)
                sums[row] = Dot(w, y, columns);
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
