using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Tests;

/// <summary>Which passes of a convolution are made at points, by its sizes and the batch.</summary>
public sealed class PointsChoiceTests
{
    [Theory]
    [InlineData(32, 64, "3x3", "1x1", true, true)]
    [InlineData(32, 32, "5x5", "1x1", true, true)]
    [InlineData(1, 32, "5x5", "1x1", true, false)] // a single sample leaves gradients that are exactly zero
    [InlineData(7, 64, "3x3", "1x1", true, false)]
    [InlineData(32, 64, "3x3", "2x2", false, false)]
    [InlineData(32, 64, "4x4", "1x1", false, false)]
    [InlineData(32, 64, "3x5", "1x1", false, false)]
    public void Of_images_of_8x8(int batch, int channels, string kernel, string stride, bool products, bool gradient)
    {
        Plan plan = PlanOf(batch, channels, kernel, stride);
        Assert.Equal(products ? 1 : 0, SampleSequence.Flat(plan.Forward).OfType<WinogradConvolution>().Count());
        Assert.Equal(products ? 1 : 0, SampleSequence.Flat(plan.Backward).OfType<WinogradConvolution>().Count());
        Assert.Equal(gradient ? 1 : 0, SampleSequence.Flat(plan.Backward).OfType<WinogradGradient>().Count());
        Assert.Equal(gradient ? 1 : 0, SampleSequence.Flat(plan.Backward).OfType<WinogradWeightGradient>().Count());
    }

    [Theory]
    [InlineData(32, 32, 4)]
    [InlineData(32, 160, 1)] // 409,600 sums of one portion
    [InlineData(9, 64, 4)]
    public void Portions_leave_sums_in_near_caches(int batch, int channels, int portions) =>
        Assert.Equal(portions, PlanOf(batch, channels, "3x3", "1x1").Backward.OfType<WinogradGradient>().Single().Portions);

    /// <summary>What is made at points counts as the work of the definition.</summary>
    [Fact]
    public void Work_is_that_of_the_definition()
    {
        Plan plan = PlanOf(32, 64, "3x3", "1x1");
        long definition = 2L * 32 * 64 * (9 * 64) * 64;
        Assert.Equal(definition, SampleSequence.Flat(plan.Forward).OfType<WinogradConvolution>().Single().Flops(32));
        Assert.Equal(definition, SampleSequence.Flat(plan.Backward).OfType<WinogradGradient>().Single().Flops(32));
    }

    static Plan PlanOf(int batch, int channels, string kernel, string stride)
    {
        var b = new NetworkBuilder("Points", batch);
        Value x = b.Input("x", 8, 8, 3).Conv(channels, "1x1", curvature: Curvature.Off).Relu().Conv(channels, kernel, stride: stride, curvature: Curvature.Off);
        return Planner.Plan(NetworkBuilder.GraphOf(b.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(2, curvature: Curvature.Off), b.Labels(2))));
    }
}
