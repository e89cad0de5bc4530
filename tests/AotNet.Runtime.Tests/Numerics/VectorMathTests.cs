using System.Runtime.Intrinsics;
using Xunit.Abstractions;

namespace AotNet.Runtime.Tests.Numerics;

public sealed class VectorMathTests(ITestOutputHelper output)
{
    /// <summary>A function in its three forms, and in double precision.</summary>
    public sealed record Function(string Name, Func<Vector256<float>, Vector256<float>> Narrow,
        Func<Vector512<float>, Vector512<float>> Wide, Func<float, float> Scalar, Func<double, double> Exact)
    {
        public override string ToString() => Name;
    }

    static readonly Function[] Elementary =
    [
        new("exp", VectorMath.Exp, VectorMath.Exp, VectorMath.Exp, Math.Exp),
        new("log", VectorMath.Log, VectorMath.Log, VectorMath.Log, Math.Log),
        new("tanh", VectorMath.Tanh, VectorMath.Tanh, VectorMath.Tanh, Math.Tanh),
        new("sigmoid", VectorMath.Sigmoid, VectorMath.Sigmoid, VectorMath.Sigmoid, Sigmoid),
        new("erf", VectorMath.Erf, VectorMath.Erf, VectorMath.Erf, Erf),
    ];

    static readonly Function[] Activations =
    [
        new("gelu", VectorMath.Gelu, VectorMath.Gelu, VectorMath.Gelu, x => x < -40 ? 0 : x * Normal(x)),
        new("gelu'", VectorMath.GeluGradient, VectorMath.GeluGradient, VectorMath.GeluGradient,
            x => Math.Abs(x) > 40 ? Math.Max(Math.Sign(x), 0) : Normal(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)),
        new("silu", VectorMath.Silu, VectorMath.Silu, VectorMath.Silu, x => x < -800 ? 0 : x * Sigmoid(x)),
        new("silu'", VectorMath.SiluGradient, VectorMath.SiluGradient, VectorMath.SiluGradient,
            x => Math.Abs(x) > 800 ? Math.Max(Math.Sign(x), 0) : Sigmoid(x) * (1 + x * Sigmoid(-x))),
    ];

    public static TheoryData<string> ElementaryNames => [.. Elementary.Select(function => function.Name)];

    public static TheoryData<string> AllNames => [.. Elementary.Concat(Activations).Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(ElementaryNames))]
    public void Is_within_two_units_in_the_last_place_on_16_777_216_inputs(string name)
    {
        Function function = Find(name);
        (double worst, float at) = FloatGrid.Worst(x =>
        {
            Vector512<float> y = function.Wide(x);
            (double Units, float At) worst = default;
            for (int lane = 0; lane < Vector512<float>.Count; lane++)
            {
                double units = UnitsInTheLastPlace(y[lane], function.Exact(x[lane]));
                if (units > worst.Units)
                    worst = (units, x[lane]);
            }
            return worst;
        });
        output.WriteLine($"{name}: at most {worst:F3} units in the last place, at {at:R}");
        Assert.True(worst <= 2, $"{name}({at:R}) is off by {worst:F2} units in the last place.");
    }

    [Theory]
    [InlineData("gelu", 5, 0)]
    [InlineData("gelu'", 5, 0)]
    [InlineData("silu", 3, 60)] // a sigmoid below the normal numbers has lost digits, which x multiplies
    [InlineData("silu'", 6, 60)]
    public void Activations_are_within_some_units_of_their_largest_term_on_16_777_216_inputs(string name, double bound, int denormals)
    {
        Function function = Find(name);
        (double worst, float at) = FloatGrid.Worst(x =>
        {
            Vector512<float> y = function.Wide(x);
            (double Units, float At) worst = default;
            for (int lane = 0; lane < Vector512<float>.Count; lane++)
            {
                double exact = function.Exact(x[lane]);
                double units = double.IsFinite(exact) && Math.Abs(exact) <= float.MaxValue
                    ? Math.Max(0, Math.Abs(y[lane] - exact) - denormals * (double)float.Epsilon) / UnitAt(LargestTerm(name, x[lane], exact))
                    : UnitsInTheLastPlace(y[lane], exact);
                if (units > worst.Units)
                    worst = (units, x[lane]);
            }
            return worst;
        });
        output.WriteLine($"{name}: at most {worst:F3} units in the last place of the largest term, at {at:R}");
        Assert.True(worst <= bound, $"{name}({at:R}) is off by {worst:F2} units in the last place.");
    }

    /// <summary>Derivatives are sums that pass through zero, where no relative error can be small.</summary>
    static double LargestTerm(string name, double x, double exact) => name switch
    {
        "gelu'" => Math.Max(Normal(x), Math.Abs(exact)),
        "silu'" => Math.Max(Sigmoid(x), Math.Abs(exact)),
        _ => Math.Abs(exact),
    };

    [Theory]
    [MemberData(nameof(AllNames))]
    public void Widths_and_scalars_agree_bit_for_bit_on_16_777_216_inputs(string name)
    {
        Function function = Find(name);
        (double differing, float at) = FloatGrid.Worst(x =>
        {
            Vector512<int> wide = function.Wide(x).AsInt32();
            var narrow = Vector512.Create(function.Narrow(x.GetLower()), function.Narrow(x.GetUpper())).AsInt32();
            int lane = (int)(x.AsUInt32()[0] >> 12) % Vector512<float>.Count;
            float scalar = function.Scalar(x[lane]), vector = wide.AsSingle()[lane];
            // A NaN's payload is the one thing that may differ, and nobody reads it.
            Vector512<int> bothNaN = ~(Vector512.Equals(wide.AsSingle(), wide.AsSingle()).AsInt32()
                | Vector512.Equals(narrow.AsSingle(), narrow.AsSingle()).AsInt32());
            bool same = (wide | bothNaN) == (narrow | bothNaN) && (vector.Equals(scalar) && float.IsNegative(vector) == float.IsNegative(scalar) || float.IsNaN(vector));
            return (same ? 0 : 1, x[lane]);
        });
        Assert.True(differing == 0, $"{name} depends on the width for an input near {at:R}.");
    }

    [Theory]
    [InlineData("exp", float.NegativeInfinity, 0f)]
    [InlineData("exp", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("exp", 88.73f, float.PositiveInfinity)]
    [InlineData("exp", -104f, 0f)]
    [InlineData("exp", 0f, 1f)]
    [InlineData("exp", float.Epsilon, 1f)]
    [InlineData("log", 0f, float.NegativeInfinity)]
    [InlineData("log", -1f, float.NaN)]
    [InlineData("log", float.NegativeInfinity, float.NaN)]
    [InlineData("log", -float.Epsilon, float.NaN)]
    [InlineData("log", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("log", 1f, 0f)]
    [InlineData("tanh", float.PositiveInfinity, 1f)]
    [InlineData("tanh", float.NegativeInfinity, -1f)]
    [InlineData("tanh", float.Epsilon, float.Epsilon)]
    [InlineData("sigmoid", float.PositiveInfinity, 1f)]
    [InlineData("sigmoid", float.NegativeInfinity, 0f)]
    [InlineData("sigmoid", 0f, 0.5f)]
    [InlineData("erf", float.PositiveInfinity, 1f)]
    [InlineData("erf", float.NegativeInfinity, -1f)]
    [InlineData("erf", 0f, 0f)]
    [InlineData("gelu", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("gelu", float.NegativeInfinity, 0f)]
    [InlineData("gelu", float.MaxValue, float.MaxValue)]
    [InlineData("gelu", float.MinValue, 0f)]
    [InlineData("gelu'", float.PositiveInfinity, 1f)]
    [InlineData("gelu'", float.NegativeInfinity, 0f)]
    [InlineData("gelu'", 0f, 0.5f)]
    [InlineData("silu", float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData("silu", float.NegativeInfinity, 0f)]
    [InlineData("silu", float.MinValue, 0f)]
    [InlineData("silu'", float.PositiveInfinity, 1f)]
    [InlineData("silu'", float.NegativeInfinity, 0f)]
    [InlineData("silu'", 0f, 0.5f)]
    public void Limits_are_defined(string name, float x, float expected) => Assert.Equal(expected, Find(name).Scalar(x));

    [Theory]
    [MemberData(nameof(AllNames))]
    public void NaN_stays_NaN_in_its_own_lane(string name)
    {
        Function function = Find(name);
        Vector512<float> y = function.Wide(Vector512<float>.One.WithElement(5, float.NaN).WithElement(6, -float.NaN));
        for (int lane = 0; lane < Vector512<float>.Count; lane++)
            Assert.Equal(lane is 5 or 6, float.IsNaN(y[lane]));
    }

    [Fact]
    public void Signs_of_zero_are_kept_by_odd_functions_and_ignored_by_the_logarithm()
    {
        Assert.Equal(float.NegativeInfinity, VectorMath.Log(-0f));
        Assert.True(float.IsNegative(VectorMath.Tanh(-0f)));
        Assert.True(float.IsNegative(VectorMath.Erf(-0f)));
        Assert.False(float.IsNegative(VectorMath.Tanh(0f)));
    }

    [Fact]
    public void Reductions_have_one_order_and_agree_between_widths()
    {
        // Values of very different size: any other order of addition gives other bits.
        var random = new System.Random(7);
        for (int round = 0; round < 1000; round++)
        {
            float[] v = [.. Enumerable.Range(0, 16).Select(_ => (float)(random.NextDouble() - 0.5) * MathF.Pow(10, random.Next(-3, 4)))];
            Vector512<float> x = Vector512.Create(v);
            float[] eight = [.. Enumerable.Range(0, 8).Select(i => v[i] + v[i + 8])];
            float[] four = [.. Enumerable.Range(0, 4).Select(i => eight[i] + eight[i + 4])];
            Assert.Equal(four[0] + four[2] + (four[1] + four[3]), VectorMath.Sum(x));
            Assert.Equal(VectorMath.Sum(x), VectorMath.Sum(x.GetLower() + x.GetUpper()));
            Assert.Equal(v.Max(), VectorMath.Max(x));
            Assert.Equal(v.Take(8).Max(), VectorMath.Max(x.GetLower()));
        }
        for (int lane = 0; lane < 16; lane++)
        {
            Assert.True(float.IsNaN(VectorMath.Max(Vector512<float>.One.WithElement(lane, float.NaN))));
            Assert.Equal(2f, VectorMath.Max(Vector512<float>.One.WithElement(lane, 2f)));
        }
    }

    static Function Find(string name) => Elementary.Concat(Activations).Single(function => function.Name == name);

    /// <summary>Distance of a result from the exact value in units of the last place of the rounded exact value.</summary>
    static double UnitsInTheLastPlace(float found, double exact)
    {
        if (double.IsNaN(exact))
            return float.IsNaN(found) ? 0 : double.PositiveInfinity;
        float rounded = (float)exact;
        if (found == rounded)
            return 0;
        if (!float.IsFinite(found) || !float.IsFinite(rounded))
            return double.PositiveInfinity;
        return Math.Abs(found - exact) / UnitAt(rounded);
    }

    /// <summary>What the last place of a number is worth in single precision.</summary>
    static double UnitAt(double value)
    {
        float magnitude = Math.Abs((float)value);
        return (double)MathF.BitIncrement(magnitude) - magnitude;
    }

    static double Sigmoid(double x) => x > 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>Φ(x); below 0 by the complement of the error function, which does not cancel.</summary>
    static double Normal(double x)
    {
        double z = -x / Math.Sqrt(2);
        return z < 2 ? (1 - Erf(z)) / 2 : z > 30 ? 0 : ErfcFraction(z) / 2;
    }

    /// <summary>1 - erf(z) for z from 2 by its continued fraction (Abramowitz and Stegun 7.1.14).</summary>
    static double ErfcFraction(double z)
    {
        double fraction = z;
        for (int k = 80; k >= 1; k--)
            fraction = z + k / 2.0 / fraction;
        return Math.Exp(-z * z) / Math.Sqrt(Math.PI) / fraction;
    }

    /// <summary>2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, all terms positive.</summary>
    static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (double.IsNaN(x) || a > 6)
            return double.IsNaN(x) ? x : Math.Sign(x);
        double term = a, sum = a;
        for (int n = 1; term > 1e-17 * sum; n++)
        {
            term *= 2 * a * a / (2 * n + 1);
            sum += term;
        }
        return Math.CopySign(2 / Math.Sqrt(Math.PI) * Math.Exp(-a * a) * sum, x);
    }
}
