using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Tests;

/// <summary>Which form a convolution takes by its request, its sizes, the budget and averages.</summary>
public sealed class ConvolutionChoiceTests
{
    [Theory]
    [InlineData(Curvature.Auto, false, 4096, "patches-dual", 8)] // 8 windows, 1,025 values of a patch
    [InlineData(Curvature.Auto, true, 4096, "channels", 65)] // samples have no averages, and the Gram of patches costs too much
    [InlineData(Curvature.Auto, true, 64, "channels-blocked", 50)]
    [InlineData(Curvature.Auto, false, 8, "patches-dual", 8)]
    [InlineData(Curvature.Auto, false, 7, "channels-blocked", 50)]
    [InlineData(Curvature.Dual, false, 7, "patches-dual", 8)]
    [InlineData(Curvature.Dual, true, 4096, "channels", 65)]
    [InlineData(Curvature.Dual, true, 64, "channels-blocked", 50)]
    [InlineData(Curvature.Patches, false, 7, "patches-dual", 8)]
    [InlineData(Curvature.Patches, true, 7, "patches", 1025)]
    [InlineData(Curvature.Primal, false, 4096, "patches", 1025)]
    [InlineData(Curvature.Primal, false, 1024, "channels", 65)]
    [InlineData(Curvature.Channels, true, 7, "channels", 65)]
    [InlineData(Curvature.Blocked, false, 4096, "channels-blocked", 50)]
    [InlineData(Curvature.Off, false, 4096, "off", 0)]
    public void A_last_layer_of_one_window_a_sample(Curvature request, bool averaged, int budget, string form, int order)
    {
        var b = new NetworkBuilder("Last", batch: 8) { AveragedCurvature = averaged, CurvatureBlock = 50 };
        Value x = b.Input("x", 4, 4, 64).Conv(64, "4x4", padding: "Valid", curvature: request);
        Check(b.SoftmaxCrossEntropy(x.Dense(2, curvature: Curvature.Off), b.Labels(2)) with { CurvatureBudget = budget }, form, order);
    }

    [Theory]
    [InlineData(Curvature.Auto, "patches", 145)] // 98,304 windows, of which every tenth counts
    [InlineData(Curvature.Dual, "patches", 145)] // more than the dual form takes
    [InlineData(Curvature.Blocked, "patches-blocked", 145)]
    public void An_early_layer_of_many_windows(Curvature request, string form, int order)
    {
        var b = new NetworkBuilder("Early", batch: 96);
        Value x = b.Input("x", 32, 32, 16).Conv(16, "3x3", curvature: request).GlobalAveragePool();
        Check(b.SoftmaxCrossEntropy(x.Dense(2, curvature: Curvature.Off), b.Labels(2)), form, order);
    }

    [Fact]
    public void Patches_that_are_no_tensor_in_size_are_not_laid_out_for_the_dual_form()
    {
        var b = new NetworkBuilder("Large", batch: 576);
        Value x = b.Input("x", 4, 4, 4000).Conv(1, "3x3", curvature: Curvature.Dual);
        Check(b.SoftmaxCrossEntropy(x.Dense(2, curvature: Curvature.Off), b.Labels(2)), "channels", 4001);
    }

    [Theory]
    [InlineData(200, 4, "channels-dual", 4)]
    [InlineData(200, 400, "channels", 201)]
    public void Channels_are_seen_from_the_positions_where_these_are_fewer(int channels, int batch, string form, int order)
    {
        var b = new NetworkBuilder("Narrow", batch);
        Value x = b.Input("x", 1, 1, channels).Upsample("1x1").Conv(32, "1x1", curvature: Curvature.Channels);
        Check(b.SoftmaxCrossEntropy(x.Dense(2, curvature: Curvature.Off), b.Labels(2)), form, order);
    }

    [Fact]
    public void Blocks_are_of_patches_where_many_outputs_make_their_Gram_affordable()
    {
        var b = new NetworkBuilder("Outputs", batch: 64) { CurvatureBlock = 48 };
        Value x = b.Input("x", 8, 8, 16).Conv(128, "3x3", curvature: Curvature.Blocked).GlobalAveragePool();
        Check(b.SoftmaxCrossEntropy(x.Dense(2, curvature: Curvature.Off), b.Labels(2)), "patches-blocked", 48);
    }

    static void Check(NetworkSpec spec, string form, int order)
    {
        Plan plan = Planner.Plan(NetworkBuilder.GraphOf(spec));
        LayerCurvature curvature = plan.Curvatures.First(curvature => plan.Graph.Nodes[curvature.Node].Name == "conv1");
        Assert.Equal((form, order), (curvature.FormName, curvature.Order));
        Assert.Contains($"conv1: {form}, order {order}", PlanPrinter.Print(plan));
    }
}
