using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using D = System.Runtime.Intrinsics.Vector256<double>;
using V = System.Runtime.Intrinsics.Vector256<float>;
using Vec = System.Runtime.Intrinsics.Vector256;

namespace AotNet.Runtime;

public static unsafe partial class OptimizerKernels
{
    /// <summary>The 256-bit form; apart from the sum of squares, the 512-bit form differs only in its aliases.</summary>
    internal static class Narrow
    {
        internal static void Update(in UpdateArguments a, float* w, float* g, float* m, float* v, long count)
        {
            switch (a.Rule)
            {
                case UpdateRule.Descent: Descent(a, w, g, count); break;
                case UpdateRule.HeavyBall: HeavyBall(a, w, g, m, count); break;
                case UpdateRule.Nesterov: Nesterov(a, w, g, m, count); break;
                case UpdateRule.Sgd2: Sgd2(a, w, g, m, count); break;
                case UpdateRule.Adam: Adam(a, w, g, m, v, count); break;
                case UpdateRule.RmsProp: RmsProp(a, w, g, v, count); break;
                case UpdateRule.RmsPropMomentum: RmsPropMomentum(a, w, g, m, v, count); break;
                default: Adagrad(a, w, g, v, count); break;
            }
        }

        static void Descent(in UpdateArguments a, float* w, float* g, long count)
        {
            V negativeRate = Vec.Create(-a.Rate);
            for (long i = 0; i < count; i += V.Count)
            {
                V weight = *(V*)(w + i);
                V gradient = Gradient(a, *(V*)(g + i), weight);
                *(V*)(w + i) = Vec.FusedMultiplyAdd(negativeRate, gradient, Decayed(a, weight));
            }
        }

        static void HeavyBall(in UpdateArguments a, float* w, float* g, float* m, long count)
        {
            V negativeRate = Vec.Create(-a.Rate), momentum = Vec.Create(a.Momentum);
            for (long i = 0; i < count; i += V.Count)
            {
                V weight = *(V*)(w + i);
                V gradient = Gradient(a, *(V*)(g + i), weight);
                V moment = Vec.FusedMultiplyAdd(momentum, *(V*)(m + i), gradient);
                *(V*)(m + i) = moment;
                *(V*)(w + i) = Vec.FusedMultiplyAdd(negativeRate, moment, Decayed(a, weight));
            }
        }

        static void Nesterov(in UpdateArguments a, float* w, float* g, float* m, long count)
        {
            V negativeRate = Vec.Create(-a.Rate), momentum = Vec.Create(a.Momentum);
            for (long i = 0; i < count; i += V.Count)
            {
                V weight = *(V*)(w + i);
                V gradient = Gradient(a, *(V*)(g + i), weight);
                V moment = Vec.FusedMultiplyAdd(momentum, *(V*)(m + i), gradient);
                *(V*)(m + i) = moment;
                V ahead = Vec.FusedMultiplyAdd(momentum, moment, gradient);
                *(V*)(w + i) = Vec.FusedMultiplyAdd(negativeRate, ahead, Decayed(a, weight));
            }
        }

        static void Sgd2(in UpdateArguments a, float* w, float* g, float* m, long count)
        {
            V rate = Vec.Create(a.Rate), momentum = Vec.Create(a.Momentum);
            V negativeNew = Vec.Create(-a.NewGradient), negativeDecay = Vec.Create(-a.MomentumDecay);
            for (long i = 0; i < count; i += V.Count)
            {
                V weight = *(V*)(w + i);
                V gradient = Gradient(a, *(V*)(g + i), weight);
                V moment = momentum * *(V*)(m + i);
                moment = Vec.FusedMultiplyAdd(negativeNew, gradient, moment);
                moment = Vec.FusedMultiplyAdd(negativeDecay, weight, moment);
                *(V*)(m + i) = moment;
                *(V*)(w + i) = Vec.FusedMultiplyAdd(rate, moment, Decayed(a, weight));
            }
        }

        static void Adam(in UpdateArguments a, float* w, float* g, float* m, float* v, long count)
        {
            V negativeRate = Vec.Create(-a.Rate), momentum = Vec.Create(a.Momentum), newGradient = Vec.Create(a.NewGradient);
            V rootScale = Vec.Create(a.RootScale), epsilon = Vec.Create(a.Epsilon);
            for (long i = 0; i < count; i += V.Count)
            {
                V weight = *(V*)(w + i);
                V gradient = Gradient(a, *(V*)(g + i), weight);
                V moment = Vec.FusedMultiplyAdd(momentum, *(V*)(m + i), newGradient * gradient);
                V square = Square(a, gradient, *(V*)(v + i));
                *(V*)(m + i) = moment;
                *(V*)(v + i) = square;
                V step = moment / Vec.FusedMultiplyAdd(Vec.Sqrt(square), rootScale, epsilon);
                *(V*)(w + i) = Vec.FusedMultiplyAdd(negativeRate, step, Decayed(a, weight));
            }
        }

        static void RmsProp(in UpdateArguments a, float* w, float* g, float* v, long count)
        {
            V negativeRate = Vec.Create(-a.Rate);
            for (long i = 0; i < count; i += V.Count)
            {
                V weight = *(V*)(w + i);
                V gradient = Gradient(a, *(V*)(g + i), weight);
                V square = Square(a, gradient, *(V*)(v + i));
                *(V*)(v + i) = square;
                *(V*)(w + i) = Vec.FusedMultiplyAdd(negativeRate, RmsStep(a, gradient, square), Decayed(a, weight));
            }
        }

        static void RmsPropMomentum(in UpdateArguments a, float* w, float* g, float* m, float* v, long count)
        {
            V negativeRate = Vec.Create(-a.Rate), momentum = Vec.Create(a.Momentum);
            for (long i = 0; i < count; i += V.Count)
            {
                V weight = *(V*)(w + i);
                V gradient = Gradient(a, *(V*)(g + i), weight);
                V square = Square(a, gradient, *(V*)(v + i));
                V moment = Vec.FusedMultiplyAdd(momentum, *(V*)(m + i), RmsStep(a, gradient, square));
                *(V*)(v + i) = square;
                *(V*)(m + i) = moment;
                *(V*)(w + i) = Vec.FusedMultiplyAdd(negativeRate, moment, Decayed(a, weight));
            }
        }

        static void Adagrad(in UpdateArguments a, float* w, float* g, float* v, long count)
        {
            V negativeRate = Vec.Create(-a.Rate), epsilon = Vec.Create(a.Epsilon);
            for (long i = 0; i < count; i += V.Count)
            {
                V weight = *(V*)(w + i);
                V gradient = Gradient(a, *(V*)(g + i), weight);
                V square = Vec.FusedMultiplyAdd(gradient, gradient, *(V*)(v + i));
                *(V*)(v + i) = square;
                V step = gradient / (Vec.Sqrt(square) + epsilon);
                *(V*)(w + i) = Vec.FusedMultiplyAdd(negativeRate, step, Decayed(a, weight));
            }
        }

        internal static void Scale(float* g, long count, float factor)
        {
            V factors = Vec.Create(factor);
            for (long i = 0; i < count; i += V.Count)
                *(V*)(g + i) *= factors;
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

        /// <summary>The gradient scaled, limited, and with L2 decay.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V Gradient(in UpdateArguments a, V gradient, V weight)
        {
            gradient = Limit(gradient * Vec.Create(a.GradientScale), a.GradientLimit);
            return Vec.FusedMultiplyAdd(Vec.Create(a.GradientDecay), weight, gradient);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V Decayed(in UpdateArguments a, V weight) => Vec.FusedMultiplyAdd(Vec.Create(-a.WeightDecay), weight, weight);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V Square(in UpdateArguments a, V gradient, V square) =>
            Vec.FusedMultiplyAdd(Vec.Create(a.SecondMomentum), square, Vec.Create(a.NewSquare) * (gradient * gradient));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V RmsStep(in UpdateArguments a, V gradient, V square) =>
            Limit(gradient / (Vec.Sqrt(square) + Vec.Create(a.Epsilon)) * Vec.Create(a.StepScale), a.StepLimit);

        /// <summary>x within ±<paramref name="limit"/>; NaN stays.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V Limit(V x, float limit)
        {
            x = Vec.ConditionalSelect(Vec.GreaterThan(x, Vec.Create(limit)), Vec.Create(limit), x);
            return Vec.ConditionalSelect(Vec.LessThan(x, Vec.Create(-limit)), Vec.Create(-limit), x);
        }
    }

    static double SumOfFour(Vector256<double> x) => x.GetElement(0) + x.GetElement(2) + (x.GetElement(1) + x.GetElement(3));
}
