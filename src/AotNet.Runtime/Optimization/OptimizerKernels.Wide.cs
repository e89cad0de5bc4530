using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using D = System.Runtime.Intrinsics.Vector512<double>;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vec = System.Runtime.Intrinsics.Vector512;

namespace AotNet.Runtime;

public static unsafe partial class OptimizerKernels
{
    /// <summary>The 512-bit form; apart from sums over lanes, the 256-bit form differs only in its aliases.</summary>
    internal static partial class Wide
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

        /// <summary>Sums of products of four short rows with y, side by side because each sum alone waits for itself.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static void FourDots(float* x, nint stride, float* y, float* sums, nint count)
        {
            V sum0 = V.Zero, sum1 = V.Zero, sum2 = V.Zero, sum3 = V.Zero;
            for (nint i = 0; i < count; i += 16, x += 16)
            {
                V right = *(V*)(y + i);
                sum0 = Vec.FusedMultiplyAdd(*(V*)x, right, sum0);
                sum1 = Vec.FusedMultiplyAdd(*(V*)(x + stride), right, sum1);
                sum2 = Vec.FusedMultiplyAdd(*(V*)(x + 2 * stride), right, sum2);
                sum3 = Vec.FusedMultiplyAdd(*(V*)(x + 3 * stride), right, sum3);
            }
            *(Vector128<float>*)sums = SumsOfEight(sum0.GetLower() + sum0.GetUpper(), sum1.GetLower() + sum1.GetUpper(),
                sum2.GetLower() + sum2.GetUpper(), sum3.GetLower() + sum3.GetUpper());
        }

        /// <summary>The step on one row, and the sum of products of its weights as they were with y, added up as <see cref="Dot"/> does.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static float UpdateRow<TRule>(TRule rule, float* w, V left, float* right, float* m, float* v, float* y, nint columns)
            where TRule : struct, IRule<TRule>
        {
            V sum = V.Zero;
            for (nint i = 0; i < columns; i += 16)
            {
                sum = Vec.FusedMultiplyAdd(*(V*)(w + i), *(V*)(y + i), sum);
                Apply(rule, w + i, left * *(V*)(right + i), m + i, v + i);
            }
            return SumOfEight(sum.GetLower() + sum.GetUpper());
        }

        /// <summary>Products of a row with y, those sixteen apart added up, and then the halves.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<float> Products(float* x, float* y, nint count)
        {
            V sum = V.Zero;
            nint i = 0;
            for (; i <= count - 64; i += 64)
            {
                sum = Vec.FusedMultiplyAdd(*(V*)(x + i), *(V*)(y + i), sum);
                sum = Vec.FusedMultiplyAdd(*(V*)(x + i + 16), *(V*)(y + i + 16), sum);
                sum = Vec.FusedMultiplyAdd(*(V*)(x + i + 32), *(V*)(y + i + 32), sum);
                sum = Vec.FusedMultiplyAdd(*(V*)(x + i + 48), *(V*)(y + i + 48), sum);
            }
            for (; i < count; i += 16)
                sum = Vec.FusedMultiplyAdd(*(V*)(x + i), *(V*)(y + i), sum);
            return sum.GetLower() + sum.GetUpper();
        }

        internal static float Dot(float* x, float* y, nint count)
        {
            return SumOfEight(Products(x, y, count));
        }

        /// <summary>Sums of products of each row of w with y.</summary>
        internal static void Dots(float* w, float* y, float* sums, nint rows, nint columns, nint stride)
        {
            // Long rows are all read by the same few loads, because a processor foresees a load by its distance from the one before at
            // the same place of the code.
            const int ShortRow = 64;
            float* halves = stackalloc float[4 * 8];
            nint row = 0;
            for (; row <= rows - 4; row += 4, w += 4 * stride)
            {
                if (columns <= ShortRow)
                {
                    FourDots(w, stride, y, sums + row, columns);
                    continue;
                }
                for (nint i = 0; i < 4; i++)
                    *(Vector256<float>*)(halves + 8 * i) = Products(w + i * stride, y, columns);
                *(Vector128<float>*)(sums + row) = SumsOfEight(*(Vector256<float>*)halves, *(Vector256<float>*)(halves + 8),
                    *(Vector256<float>*)(halves + 16), *(Vector256<float>*)(halves + 24));
            }
            for (; row < rows; row++, w += stride)
                sums[row] = Dot(w, y, columns);
        }

        internal static double ChunkSumOfSquares(float* g, int count)
        {
            D sum0 = D.Zero, sum1 = D.Zero;
            for (int i = 0; i < count; i += 16)
            {
                (D x0, D x1) = Vec.Widen(*(V*)(g + i));
                sum0 = Vec.FusedMultiplyAdd(x0, x0, sum0);
                sum1 = Vec.FusedMultiplyAdd(x1, x1, sum1);
            }
            D sum = sum0 + sum1;
            return SumOfFour(sum.GetLower() + sum.GetUpper());
        }
    }
}
