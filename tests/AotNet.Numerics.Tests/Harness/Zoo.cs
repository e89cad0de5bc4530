using AotNet.Compiler.Specification;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>Networks that several tests share.</summary>
public static class Zoo
{
    /// <summary>
    /// Every op in one network, with residual connections, fan-out and two inputs; wide enough to be worth more than one
    /// thread at <paramref name="width"/> 96 and a batch of 40.
    /// </summary>
    public static NetworkSpec Everything(int batch, Curvature curvature, int width, string suffix = "")
    {
        var builder = new NetworkBuilder($"Everything_{curvature}_{width}{suffix}", batch) { CurvatureBlock = Math.Max(width / 3, 4) };
        Value image = builder.Input("image", width / 2, 2, 1), extra = builder.Input("extra", 5);
        Value x = image.Flatten().BatchRms().Dense(width, curvature: curvature).ModU();
        x += x.LayerNorm().Dense(width, curvature: curvature).Gelu();
        x += x.RmsNorm().Dense(width, bias: false, curvature: curvature).Silu().Dropout(0.2);
        x = x.BatchNorm().Dense(width - 3, curvature: curvature).Relu();
        x = builder.Concat(x, extra, x.Dense(7, curvature: curvature).Tanh(), extra.Dense(3, curvature: curvature).Sigmoid());
        x = x.BatchRms().Dense(width / 2, curvature: curvature).LeakyRelu(0.1);
        return builder.SoftmaxCrossEntropy(x.Dense(10, curvature: curvature), builder.Labels(10));
    }

    /// <summary>Convolutions of all kinds, pools and norms over images of 12x12x3, with a residual connection and a concatenation.</summary>
    public static NetworkSpec Images(int batch, Curvature curvature)
    {
        var builder = new NetworkBuilder($"Images_{curvature}", batch);
        Value x = builder.Input("image", 12, 12, 3).Conv(16, "3x3", curvature: curvature).BatchRms().ModU().MaxPool("3x3", "2x2", "1x1");
        x += x.GroupNorm(4).Conv(16, "3x3", curvature: curvature).Relu();
        x = builder.Concat(x, x.DepthwiseConv("3x3").BatchNorm().Silu(), x.Conv(8, "1x1", groups: 2).LayerNorm()).Dropout(0.2, channels: true);
        x = x.Upsample("2x2").AveragePool("3x3", "1x1").Pad("1x1").Conv(20, "3x3", stride: "2x2", curvature: curvature).Tanh();
        Value ends = builder.Concat(x.GlobalAveragePool(), x.GlobalMaxPool(), x.Conv(3, "3x3", dilation: "2x2", curvature: curvature).Flatten());
        return builder.SoftmaxCrossEntropy(ends.Dense(10, curvature: Curvature.Auto), builder.Labels(10));
    }

    /// <summary>Convolutions of many channels over few positions: by way of the samples, by channels and by patches, in blocks of both, and from both sides.</summary>
    public static NetworkSpec FewPositions(int batch)
    {
        var builder = new NetworkBuilder("FewPositions", batch) { CurvatureBlock = 24 };
        Value x = builder.Input("image", 1, 1, 300).Conv(64, "1x1", curvature: Curvature.Channels).ModU().Upsample("2x2");
        x = x.Conv(48, "2x2", padding: "Valid", curvature: Curvature.Dual).ModU().Upsample("3x3").Conv(40, "1x1", curvature: Curvature.TwoSided).ModU();
        x = x.Conv(256, "1x1", curvature: Curvature.Blocked).ModU();
        return builder.SoftmaxCrossEntropy(x.Conv(8, "3x3", curvature: Curvature.Blocked).Flatten().Dense(10, curvature: Curvature.Off), builder.Labels(10));
    }

    /// <summary>Two inputs, one of so many values that all threads load it, 1,650 of a row at a batch of 40.</summary>
    public static NetworkSpec WideInputs(int batch)
    {
        var builder = new NetworkBuilder("WideInputs", batch);
        Value few = builder.Input("few", 5), many = builder.Input("many", 1650);
        Value x = builder.Concat(few, many.Dense(20, curvature: Curvature.Off).Tanh());
        return builder.SoftmaxCrossEntropy(x.Dense(10, curvature: Curvature.Off), builder.Labels(10));
    }

    /// <summary>A smooth, well-conditioned network of three layers: for whatever is about something else than ops.</summary>
    public static NetworkSpec Smooth(string name, int batch, Curvature curvature = Curvature.Off, int block = 6, bool averaged = false)
    {
        var builder = new NetworkBuilder(name, batch) { CurvatureBlock = block, AveragedCurvature = averaged };
        Value x = builder.Input("x", 11).Dense(17, curvature: curvature).Tanh().Dense(9, bias: false, curvature: curvature).Tanh();
        return builder.MeanSquaredError(x.Dense(4, curvature: curvature), builder.Targets(4));
    }
}
