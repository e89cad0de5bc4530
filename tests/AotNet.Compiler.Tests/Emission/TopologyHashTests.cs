using System.Text.RegularExpressions;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Tests;

/// <summary>The hash that ties a checkpoint to a topology: what is computed, not how it is trained.</summary>
public sealed class TopologyHashTests
{
    [Fact]
    public void BatchDoesNotCount() => Assert.Equal(HashOf(Network(batch: 8)), HashOf(Network(batch: 64)));

    [Fact]
    public void LimitsDoNotCount() => Assert.Equal(HashOf(Network()), HashOf(Network() with { MaxMemory = 1 << 30, CurvatureBlock = 3, Recompute = true }));

    [Fact]
    public void ClassNameDoesNotCount() => Assert.Equal(HashOf(Network()), HashOf(Network() with { Name = "M", Namespace = "Elsewhere" }));

    [Theory]
    [InlineData("Glorot", 0)]
    [InlineData("Zero", 0)]
    [InlineData("Normal", 0.1)]
    public void InitializersDoNotCount(string initializer, double sigma) =>
        Assert.Equal(HashOf(Network()), HashOf(Network(initializer: new Constant(sigma, initializer))));

    [Theory]
    [InlineData(Curvature.Primal)]
    [InlineData(Curvature.Dual)]
    [InlineData(Curvature.Blocked)]
    [InlineData(Curvature.Off)]
    public void CurvatureDoesNotCount(Curvature curvature) => Assert.Equal(HashOf(Network()), HashOf(Network(curvature: curvature)));

    [Fact]
    public void EverythingElseCounts()
    {
        NetworkSpec[] different =
        [
            Network(), Network(width: 9), Network(bias: false), Network(slope: 0.5), Network(inputs: 6), Network(name: "first"),
        ];
        Assert.Equal(different.Length, different.Select(HashOf).Distinct().Count());
    }

    static NetworkSpec Network(int batch = 8, int inputs = 5, int width = 8, bool bias = true, double slope = 0.25,
        Constant? initializer = null, Curvature curvature = Curvature.Auto, string? name = null)
    {
        var b = new NetworkBuilder("N", batch);
        Value x = b.Input("x", inputs);
        Value dense = b.Add("Dense", [x], new Constant(width), new Constant(bias ? 1 : 0), initializer ?? new Constant(0, "He"),
            new Constant((int)curvature), new Constant(0, name));
        return b.SoftmaxCrossEntropy(dense.LeakyRelu(slope).Dense(3), b.Labels(3));
    }

    static string HashOf(NetworkSpec spec)
    {
        string text = NetworkCompiler.Compile(spec).Sources[0].Text;
        Match match = Regex.Match(text, "const string TopologyHash = \"([0-9a-f]{16})\";");
        Assert.True(match.Success);
        return match.Groups[1].Value;
    }
}
