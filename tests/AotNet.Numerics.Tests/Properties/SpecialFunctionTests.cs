using AotNet.Reference;

namespace AotNet.Numerics.Tests.Properties;

/// <summary>The error function against published values, and its symmetries.</summary>
public sealed class SpecialFunctionTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0.5204998778130465377)]
    [InlineData(1, 0.8427007929497148693)]
    [InlineData(2, 0.9953222650189527342)]
    [InlineData(2.5, 0.9995930479825550411)]
    [InlineData(3.5, 0.9999992569016276586)]
    [InlineData(6, 1)]
    public void Error_function(double x, double expected)
    {
        Assert.Equal(expected, SpecialFunctions.Erf(x), 1e-15);
        Assert.Equal(-expected, SpecialFunctions.Erf(-x), 1e-15);
    }

    [Fact]
    public void The_two_formulas_meet_where_one_takes_over()
    {
        Assert.Equal(SpecialFunctions.Erf(2.9999999999), SpecialFunctions.Erf(3.0000000001), 1e-13);
        Assert.Equal(1, SpecialFunctions.NormalDistribution(-3 + 1e-12) / SpecialFunctions.NormalDistribution(-3 - 1e-12), 1e-10);
    }

    [Fact]
    public void The_normal_distribution_keeps_its_digits_far_out() =>
        Assert.Equal(1, SpecialFunctions.NormalDistribution(-10) / 7.619853024160526e-24, 1e-13);

    [Fact]
    public void Sigmoid_does_not_overflow()
    {
        Assert.Equal(0, SpecialFunctions.Sigmoid(-1e4));
        Assert.Equal(1, SpecialFunctions.Sigmoid(1e4));
        Assert.Equal(1, SpecialFunctions.Sigmoid(3) + SpecialFunctions.Sigmoid(-3), 1e-15);
    }
}
