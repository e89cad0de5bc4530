using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Tests.Harness;

/// <summary>Networks that several tests look at.</summary>
static class Networks
{
    /// <summary>One layer, without curvature, which is most of what any network emits.</summary>
    internal static NetworkSpec Smallest()
    {
        var b = new NetworkBuilder("Smallest", batch: 4);
        return b.SoftmaxCrossEntropy(b.Input("x", 3).Dense(2, curvature: Curvature.Off), b.Labels(2));
    }

    /// <summary>
    /// Every op of the vocabulary but those over images and three objectives, and every curvature form of dense layers; of equal widths, so that layers share
    /// methods and the text stays short.
    /// </summary>
    internal static NetworkSpec EveryOp()
    {
        var b = new NetworkBuilder("EveryOp", batch: 8) { CurvatureBlock = 6 };
        Value image = b.Input("image", 3, 6), extra = b.Input("extra", 18);
        Value x = image.Flatten().BatchRms().Dense(18, curvature: Curvature.Dual).Relu();
        x = x + x.LayerNorm().Dense(18, curvature: Curvature.Primal).Gelu();
        x = x + x.RmsNorm().Dense(18, bias: false, curvature: Curvature.Primal).Silu();
        Value side = extra.BatchNorm().Dense(18, curvature: Curvature.Blocked).LeakyRelu(0.25).Tanh();
        Value all = b.Concat(x.ModU(), side.Dense(18, curvature: Curvature.TwoSided).Sigmoid(), image.Flatten().Dense(18, curvature: Curvature.Off)).Dropout(0.5);
        return b.Huber(all.Dense(2, curvature: Curvature.Primal, name: "head"), b.Targets(2), delta: 1.5);
    }

    /// <summary>
    /// Every op over images and sequences, and both curvature forms of convolutions; one convolution of 3x3 at points, and one of
    /// 5x5, whose residual goes back so.
    /// </summary>
    internal static NetworkSpec EveryImageOp()
    {
        var b = new NetworkBuilder("EveryImageOp", batch: 4);
        Value image = b.Input("image", 4, 5, 2), sequence = b.Input("sequence", 6, 2);
        Value x = image.Conv(3, "3x3", curvature: Curvature.Channels).Relu();
        x = x.Conv(16, "5x5", curvature: Curvature.Off).Conv(3, "3x3", curvature: Curvature.Off).Conv(3, "2x2", stride: "2x2", curvature: Curvature.Patches);
        x = x.BatchRms().DepthwiseConv("1x3").GroupNorm(3).Upsample("2x2").Pad("1x0").MaxPool("2x2").AveragePool("2x2", stride: "1x1");
        x = b.Concat(x.GlobalMaxPool(), x.GlobalAveragePool(), sequence.Conv1D(2, 3).Flatten(), x.Flatten());
        return b.SoftmaxCrossEntropy(x.Dense(2, curvature: Curvature.Off), b.Labels(2));
    }

    /// <summary>
    /// The further curvature forms of convolutions: of many channels at few positions by way of the samples, and in blocks,
    /// of patches where many outputs make their Gram affordable; and from both sides.
    /// </summary>
    internal static NetworkSpec ConvolutionForms()
    {
        var b = new NetworkBuilder("ConvolutionForms", batch: 2) { CurvatureBlock = 6 };
        Value few = b.Input("few", 2, 2, 64).Conv(16, "1x2", curvature: Curvature.Channels).Conv(16, "2x2", curvature: Curvature.Dual)
            .Conv(16, "1x1", curvature: Curvature.TwoSided);
        Value many = b.Input("many", 16, 16, 8).Conv(256, "1x1", curvature: Curvature.Blocked).GlobalAveragePool();
        return b.SoftmaxCrossEntropy(b.Concat(few.Conv(16, "2x2", padding: "Valid", curvature: Curvature.Blocked).Flatten(), many)
            .Dense(2, curvature: Curvature.Off), b.Labels(2));
    }

    /// <summary>Names that need care: a namespace, outer types, keywords, and names that emitted methods use themselves.</summary>
    internal static NetworkSpec AwkwardNames()
    {
        var b = new NetworkBuilder("class", batch: 2);
        Value sum = b.Concat(b.Input("rows", 2), b.Input("output", 1), b.Input("event", 1), b.Input("c", 1), b.Input("a", 2));
        return b.BinaryCrossEntropy(sum.Dense(1, curvature: Curvature.Off), b.Targets(1)) with
        {
            Namespace = "Some.@event",
            ContainingTypes = new[] { "partial class Outer", "partial struct @struct" }.ToEquatableArray(),
        };
    }

    /// <summary>A network with values that are dropped and recomputed, those of a norm with running averages and of dropout among them.</summary>
    internal static NetworkSpec Recomputed()
    {
        var b = new NetworkBuilder("Recomputed", batch: 8);
        Value x = b.Input("x", 16).Dense(16, curvature: Curvature.Off);
        for (int i = 0; i < 3; i++)
            x = x.BatchNorm().Relu().Dropout(0.5).Dense(16, curvature: Curvature.Off);
        return b.SoftmaxCrossEntropy(x, b.Labels(16)) with { Recompute = true };
    }

    /// <summary>Convolutions and pools that follow each other for a few samples at a time.</summary>
    internal static NetworkSpec Sequenced(int batch = 32, int extent = 24)
    {
        var b = new NetworkBuilder("Sequenced", batch);
        Value x = b.Input("image", extent, extent, 1).Conv(4, "3x3").Relu().MaxPool("2x2").Conv(4, "3x3", padding: "Valid").ModU().AveragePool("2x2");
        return b.SoftmaxCrossEntropy(x.Dense(2, curvature: Curvature.Off), b.Labels(2));
    }

    /// <summary>A residual of a batch in which the tiles of one panel of weights transpose the next.</summary>
    internal static NetworkSpec PanelsAside()
    {
        var b = new NetworkBuilder("PanelsAside", batch: 96);
        return b.SoftmaxCrossEntropy(b.Input("x", 4).Dense(104, curvature: Curvature.Off).Relu().Dense(24, curvature: Curvature.Off), b.Labels(24));
    }

    /// <summary>A residual that is made transposed, each tile taking aside the sums of the one before it.</summary>
    internal static NetworkSpec SumsAside()
    {
        var b = new NetworkBuilder("SumsAside", batch: 8);
        return b.SoftmaxCrossEntropy(b.Input("x", 4).Dense(64, curvature: Curvature.Off).Relu().Dense(96, curvature: Curvature.Off), b.Labels(96));
    }

    /// <summary>A layer over inputs wide enough for zeros among them to be left out.</summary>
    internal static NetworkSpec ZerosLeftOut()
    {
        var b = new NetworkBuilder("ZerosLeftOut", batch: 16);
        return b.SoftmaxCrossEntropy(b.Input("x", 16).Dense(65, curvature: Curvature.Off), b.Labels(65));
    }

    /// <summary>Equal dense layers one after another.</summary>
    internal static NetworkSpec Deep(int layers, int width = 128)
    {
        var b = new NetworkBuilder("Deep", batch: 32);
        Value x = b.Input("x", width);
        for (int i = 0; i < layers; i++)
            x = x.Dense(width).Relu();
        return b.SoftmaxCrossEntropy(x.Dense(10), b.Labels(10));
    }
}
