using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<float>;
using Vec = System.Runtime.Intrinsics.Vector512;

namespace AotNet.Runtime;

public static unsafe partial class OptimizerKernels
{
    internal static partial class Wide
    {
        /// <summary>One step of an update rule on one vector of weights.</summary>
        interface IRule<TSelf>
            where TSelf : struct, IRule<TSelf>
        {
            /// <summary>The rule with the coefficients of a step.</summary>
            static abstract TSelf Of(in UpdateArguments a);

            /// <summary>Whether it keeps a first moment.</summary>
            static abstract bool KeepsFirst { get; }

            /// <summary>Whether it keeps a second moment.</summary>
            static abstract bool KeepsSecond { get; }

            /// <summary>The new weight, from <paramref name="start"/>: the weight, or what decoupled decay left of it.</summary>
            V Step(V weight, V start, V gradient, ref V first, ref V second);
        }

        /// <summary>Runs a loop with the rule of a step; each pair is compiled apart, so that loops have no branches inside.</summary>
        static void Dispatch<TLoop>(in UpdateArguments a, in TLoop loop)
            where TLoop : struct, ILoop
        {
            switch (a.Rule)
            {
                case UpdateRule.Descent: Dispatch<Descent, TLoop>(a, loop); break;
                case UpdateRule.HeavyBall: Dispatch<HeavyBall, TLoop>(a, loop); break;
                case UpdateRule.Nesterov: Dispatch<Nesterov, TLoop>(a, loop); break;
                case UpdateRule.Sgd2: Dispatch<Sgd2, TLoop>(a, loop); break;
                case UpdateRule.Adam: Dispatch<Adam, TLoop>(a, loop); break;
                case UpdateRule.RmsProp: Dispatch<RmsProp, TLoop>(a, loop); break;
                case UpdateRule.RmsPropMomentum: Dispatch<RmsPropMomentum, TLoop>(a, loop); break;
                default: Dispatch<Adagrad, TLoop>(a, loop); break;
            }
        }

        static void Dispatch<TRule, TLoop>(in UpdateArguments a, in TLoop loop)
            where TRule : struct, IRule<TRule>
            where TLoop : struct, ILoop
        {
            if (a.TakesGradientAsItIs)
                loop.Run<TRule>(a);
            else
                loop.Run<Shaped<TRule>>(a);
        }

        /// <summary>A rule whose gradient is scaled, limited and given L2 decay first, and whose weights decay apart from it.</summary>
        readonly struct Shaped<TRule>(in UpdateArguments a) : IRule<Shaped<TRule>>
            where TRule : struct, IRule<TRule>
        {
            readonly TRule rule = TRule.Of(a);
            readonly V scale = Vec.Create(a.GradientScale), limit = Vec.Create(a.GradientLimit);
            readonly V gradientDecay = Vec.Create(a.GradientDecay), negativeDecay = Vec.Create(-a.WeightDecay);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Shaped<TRule> Of(in UpdateArguments a) => new(a);

            public static bool KeepsFirst => TRule.KeepsFirst;

            public static bool KeepsSecond => TRule.KeepsSecond;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Step(V weight, V start, V gradient, ref V first, ref V second)
            {
                gradient = Vec.FusedMultiplyAdd(gradientDecay, weight, Limit(gradient * scale, limit));
                return rule.Step(weight, Vec.FusedMultiplyAdd(negativeDecay, start, start), gradient, ref first, ref second);
            }
        }

        readonly struct Descent(in UpdateArguments a) : IRule<Descent>
        {
            readonly V negativeRate = Vec.Create(-a.Rate);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Descent Of(in UpdateArguments a) => new(a);

            public static bool KeepsFirst => false;

            public static bool KeepsSecond => false;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Step(V weight, V start, V gradient, ref V first, ref V second) =>
                Vec.FusedMultiplyAdd(negativeRate, gradient, start);
        }

        readonly struct HeavyBall(in UpdateArguments a) : IRule<HeavyBall>
        {
            readonly V negativeRate = Vec.Create(-a.Rate), momentum = Vec.Create(a.Momentum);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static HeavyBall Of(in UpdateArguments a) => new(a);

            public static bool KeepsFirst => true;

            public static bool KeepsSecond => false;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Step(V weight, V start, V gradient, ref V first, ref V second)
            {
                first = Vec.FusedMultiplyAdd(momentum, first, gradient);
                return Vec.FusedMultiplyAdd(negativeRate, first, start);
            }
        }

        readonly struct Nesterov(in UpdateArguments a) : IRule<Nesterov>
        {
            readonly V negativeRate = Vec.Create(-a.Rate), momentum = Vec.Create(a.Momentum);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Nesterov Of(in UpdateArguments a) => new(a);

            public static bool KeepsFirst => true;

            public static bool KeepsSecond => false;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Step(V weight, V start, V gradient, ref V first, ref V second)
            {
                first = Vec.FusedMultiplyAdd(momentum, first, gradient);
                return Vec.FusedMultiplyAdd(negativeRate, Vec.FusedMultiplyAdd(momentum, first, gradient), start);
            }
        }

        readonly struct Sgd2(in UpdateArguments a) : IRule<Sgd2>
        {
            readonly V rate = Vec.Create(a.Rate), momentum = Vec.Create(a.Momentum);
            readonly V negativeNew = Vec.Create(-a.NewGradient), negativeDecay = Vec.Create(-a.MomentumDecay);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Sgd2 Of(in UpdateArguments a) => new(a);

            public static bool KeepsFirst => true;

            public static bool KeepsSecond => false;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Step(V weight, V start, V gradient, ref V first, ref V second)
            {
                first = Vec.FusedMultiplyAdd(negativeDecay, weight, Vec.FusedMultiplyAdd(negativeNew, gradient, momentum * first));
                return Vec.FusedMultiplyAdd(rate, first, start);
            }
        }

        readonly struct Adam(in UpdateArguments a) : IRule<Adam>
        {
            readonly V negativeRate = Vec.Create(-a.Rate), momentum = Vec.Create(a.Momentum), newGradient = Vec.Create(a.NewGradient);
            readonly V secondMomentum = Vec.Create(a.SecondMomentum), newSquare = Vec.Create(a.NewSquare);
            readonly V rootScale = Vec.Create(a.RootScale), epsilon = Vec.Create(a.Epsilon);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Adam Of(in UpdateArguments a) => new(a);

            public static bool KeepsFirst => true;

            public static bool KeepsSecond => true;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Step(V weight, V start, V gradient, ref V first, ref V second)
            {
                first = Vec.FusedMultiplyAdd(momentum, first, newGradient * gradient);
                second = Vec.FusedMultiplyAdd(secondMomentum, second, newSquare * (gradient * gradient));
                return Vec.FusedMultiplyAdd(negativeRate, first / Vec.FusedMultiplyAdd(Vec.Sqrt(second), rootScale, epsilon), start);
            }
        }

        readonly struct RmsProp(in UpdateArguments a) : IRule<RmsProp>
        {
            readonly V negativeRate = Vec.Create(-a.Rate), epsilon = Vec.Create(a.Epsilon);
            readonly V secondMomentum = Vec.Create(a.SecondMomentum), newSquare = Vec.Create(a.NewSquare);
            readonly V stepScale = Vec.Create(a.StepScale), stepLimit = Vec.Create(a.StepLimit);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static RmsProp Of(in UpdateArguments a) => new(a);

            public static bool KeepsFirst => false;

            public static bool KeepsSecond => true;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Step(V weight, V start, V gradient, ref V first, ref V second) =>
                Vec.FusedMultiplyAdd(negativeRate, Direction(gradient, ref second), start);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            internal V Direction(V gradient, ref V second)
            {
                second = Vec.FusedMultiplyAdd(secondMomentum, second, newSquare * (gradient * gradient));
                return Limit(gradient / (Vec.Sqrt(second) + epsilon) * stepScale, stepLimit);
            }
        }

        readonly struct RmsPropMomentum(in UpdateArguments a) : IRule<RmsPropMomentum>
        {
            readonly RmsProp plain = new(a);
            readonly V negativeRate = Vec.Create(-a.Rate), momentum = Vec.Create(a.Momentum);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static RmsPropMomentum Of(in UpdateArguments a) => new(a);

            public static bool KeepsFirst => true;

            public static bool KeepsSecond => true;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Step(V weight, V start, V gradient, ref V first, ref V second)
            {
                first = Vec.FusedMultiplyAdd(momentum, first, plain.Direction(gradient, ref second));
                return Vec.FusedMultiplyAdd(negativeRate, first, start);
            }
        }

        readonly struct Adagrad(in UpdateArguments a) : IRule<Adagrad>
        {
            readonly V negativeRate = Vec.Create(-a.Rate), epsilon = Vec.Create(a.Epsilon);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Adagrad Of(in UpdateArguments a) => new(a);

            public static bool KeepsFirst => false;

            public static bool KeepsSecond => true;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public V Step(V weight, V start, V gradient, ref V first, ref V second)
            {
                second = Vec.FusedMultiplyAdd(gradient, gradient, second);
                return Vec.FusedMultiplyAdd(negativeRate, gradient / (Vec.Sqrt(second) + epsilon), start);
            }
        }

        /// <summary>x within ±<paramref name="limit"/>; NaN stays.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V Limit(V x, V limit)
        {
            x = Vec.ConditionalSelect(Vec.GreaterThan(x, limit), limit, x);
            return Vec.ConditionalSelect(Vec.LessThan(x, -limit), -limit, x);
        }
    }
}
