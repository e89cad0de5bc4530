using AotNet.Compiler.Specification;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>
/// A small network around one op: a dense layer before it, so that the op's residual shows in that layer's gradient, and
/// one behind it. Every op of the vocabulary has at least one.
/// </summary>
/// <param name="Name">Name of the case.</param>
/// <param name="Body">What stands between the layers.</param>
/// <param name="Ending">How the network ends, given its builder and last value; mean squared error unless set.</param>
public sealed record OpCase(string Name, Func<Value, Value> Body, Func<NetworkBuilder, Value, NetworkSpec>? Ending = null)
{
    /// <summary>Whether a convolution of an image of 5x4x3 to 6 channels stands before the body in place of a dense layer.</summary>
    public bool IsImage { get; init; }

    /// <summary>Every op, and the ways in which values fan out and meet.</summary>
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new("Dense", static x => x.Dense(5, curvature: Curvature.Off)),
        new("DenseNoBias", static x => x.Dense(5, bias: false, curvature: Curvature.Off)),
        new("Relu", static x => x.Relu()),
        new("LeakyRelu", static x => x.LeakyRelu(0.2)),
        new("ModU", static x => x.ModU()),
        new("Tanh", static x => x.Tanh()),
        new("Sigmoid", static x => x.Sigmoid()),
        new("Gelu", static x => x.Gelu()),
        new("Silu", static x => x.Silu()),
        new("BatchRms", static x => x.BatchRms()),
        new("BatchRmsSettings", static x => x.BatchRms(0.9, 0.3)),
        new("BatchRmsTrueGradient", static x => x.BatchRms(trueGradient: true)),
        new("BatchRmsTrueGradientSettings", static x => x.Tanh().BatchRms(0.6, 0.3, trueGradient: true)),
        new("RmsNorm", static x => x.RmsNorm(0.01)),
        new("LayerNorm", static x => x.LayerNorm(0.01)),
        new("BatchNorm", static x => x.BatchNorm(0.3, 0.01)),
        new("Dropout", static x => x.Dropout(0.4)),
        new("Add", static x => x + x.Dense(7, curvature: Curvature.Off).Tanh()),
        new("AddTwice", static x => x + x),
        new("Concat", static x => x.Builder.Concat(x.Tanh(), x, x.Dense(3, curvature: Curvature.Off).Sigmoid())),
        new("ConcatTwice", static x => x.Builder.Concat(x, x)),
        new("Flatten", static x => x.Flatten().Tanh() + x),
        new("FanOut", static x => x.Tanh() + x.Sigmoid() + x.Dense(7, curvature: Curvature.Off).Silu() + x),
        new("SoftmaxCrossEntropy", static x => x.Tanh(), static (b, y) => b.SoftmaxCrossEntropy(y, b.Labels(OutputWidth))),
        new("BinaryCrossEntropy", static x => x.Tanh(), static (b, y) => b.BinaryCrossEntropy(y, b.Targets(OutputWidth))),
        Image("Conv", static x => x.Conv(5, "3x3")),
        Image("ConvValid", static x => x.Conv(5, "2x3", padding: "Valid", bias: false)),
        Image("ConvPadded", static x => x.Conv(18, "3x3", padding: "2x1")),
        Image("ConvStrided", static x => x.Conv(5, "3x3", stride: "2x2")),
        Image("ConvUneven", static x => x.Conv(5, "2x3", stride: "3x2", padding: "1x0")),
        Image("ConvSkipping", static x => x.Conv(5, "1x1", stride: "2x3")),
        Image("ConvDilated", static x => x.Conv(5, "3x2", dilation: "2x2")),
        Image("ConvDilatedStrided", static x => x.Conv(5, "3x3", stride: "2x3", dilation: "2x2", padding: "3x3")),
        Image("ConvOne", static x => x.Conv(17, "1x1")),
        Image("ConvGroups", static x => x.Conv(10, "3x3", groups: 2)),
        Image("ConvGroupsStrided", static x => x.Conv(9, "3x3", stride: "2x1", groups: 3)),
        Large("ConvWideGroups", static x => x.Conv(32, "3x3").Conv(32, "2x2", groups: 2)),
        Large("ConvDeep", static x => x.Conv(70, "3x3").Conv(50, "3x3")),
        Large("ConvAtPoints", static x => x.Conv(48, "3x3").Relu().Conv(64, "3x3").Relu().Conv(64, "5x5")),
        Image("ConvWhole", static x => x.Conv(5, "5x4", padding: "Valid")),
        Image("DepthwiseConv", static x => x.DepthwiseConv("3x3")),
        Image("DepthwiseConvStrided", static x => x.DepthwiseConv("3x2", stride: "2x2", padding: "1x1", dilation: "1x2", bias: false)),
        Large("DepthwiseConvWide", static x => x.Conv(70, "1x1").DepthwiseConv("3x3")),
        Image("MaxPool", static x => x.MaxPool("2x2")),
        Image("MaxPoolOverlapping", static x => x.MaxPool("3x3", stride: "1x2", padding: "1x2")),
        Image("MaxPoolPaper", static x => x.MaxPool("3x3", stride: "2x2", padding: "1x1", paper: true)),
        Image("AveragePool", static x => x.AveragePool("2x2")),
        Image("AveragePoolOverlapping", static x => x.AveragePool("3x2", stride: "2x1", padding: "1x1")),
        Image("GlobalAveragePool", static x => x.GlobalAveragePool()),
        Image("GlobalMaxPool", static x => x.GlobalMaxPool()),
        Image("Upsample", static x => x.Upsample("2x3")),
        Image("Pad", static x => x.Pad("1x2")),
        Image("ImageTanh", static x => x.Tanh()),
        Image("ImageSigmoid", static x => x.Sigmoid()),
        Image("ImageBatchRms", static x => x.BatchRms()),
        Image("ImageBatchNorm", static x => x.BatchNorm(0.3, 0.01)),
        Image("ImageLayerNorm", static x => x.LayerNorm(0.01)),
        Image("ImageRmsNorm", static x => x.RmsNorm(0.01)),
        Image("GroupNorm", static x => x.GroupNorm(3, 0.01)),
        Image("ImageDropout", static x => x.Dropout(0.4)),
        Image("ChannelDropout", static x => x.Dropout(0.4, channels: true)),
        Image("Residual", static x => x + x.Conv(6, "3x3").Relu()),
        Image("ImageConcat", static x => x.Builder.Concat(x, x.Conv(3, "1x1"), x.MaxPool("3x3", stride: "1x1", padding: "1x1"))),
        Image("ImageFlatten", static x => x.Flatten().Tanh()),
        Image("ImageFanOut", static x => x.Builder.Concat(x.Flatten(), x.GlobalAveragePool(), x.Dense(3))),
        Large("FlattenWhole", static x => x.Conv(16, "3x3").Flatten().Sigmoid()),
        Large("ImageDense", static x => x.Conv(32, "3x3").Dense(6)),
        Image("ImageOutput", static x => x.Conv(2, "3x3"), static (b, y) => b.MeanSquaredError(y.Dense(20).Tanh(), b.Targets(5, 4))),
        new("Conv1D", static x => x, static (b, _) => b.MeanSquaredError(
            b.Input("sequence", 9, 2).Conv1D(5, 3).Conv1D(4, 3, stride: 2, padding: "0x1", dilation: 2).MaxPool("2x2").BatchRms().Dense(4), b.Targets(4))) { IsBare = true },
        new("ImageInput", static x => x, static (b, _) => b.MeanSquaredError(Mixed(b), b.Targets(4))) { IsBare = true },
        new("PixelOutput", static x => x, static (b, _) => b.MeanSquaredError(b.Input("image", 4, 3, 2).Conv(5, "3x3").Relu().Conv(2, "3x3"), b.Targets(4, 3, 2))) { IsBare = true },
        new("Huber", static x => x.Tanh(), static (b, y) => b.Huber(y, b.Targets(OutputWidth), 0.3)),
    ];

    /// <summary>Width of the network's output.</summary>
    public const int OutputWidth = 4;

    /// <summary>Whether it has too many weights for a difference of each: another case has the same ops in small.</summary>
    public bool IsLarge { get; init; }

    /// <summary>Whether the ending is the whole network.</summary>
    public bool IsBare { get; init; }

    /// <summary>The network, for an input of shape 2x3x1, or 5x4x3 for images.</summary>
    public NetworkSpec Spec(int batch, Curvature curvature = Curvature.Off)
    {
        var builder = new NetworkBuilder("Op_" + Name + "_" + curvature, batch) { CurvatureBlock = 4 };
        if (IsBare)
            return Ending!(builder, null!);
        Value body = Body(IsImage
            ? builder.Input("x", 5, 4, 3).Conv(6, "3x3", name: "before")
            : builder.Input("x", 2, 3, 1).Dense(7, curvature: curvature, name: "before"));
        Value last = body.Dense(OutputWidth, curvature: curvature, name: "after");
        return Ending is null ? builder.MeanSquaredError(last, builder.Targets(OutputWidth)) : Ending(builder, last);
    }

    static OpCase Large(string name, Func<Value, Value> body) => new(name, body) { IsImage = true, IsLarge = true };

    static OpCase Image(string name, Func<Value, Value> body, Func<NetworkBuilder, Value, NetworkSpec>? ending = null) =>
        new(name, body, ending) { IsImage = true };

    /// <summary>An image that some read sample by sample and others position by position.</summary>
    static Value Mixed(NetworkBuilder builder)
    {
        Value image = builder.Input("image", 4, 4, 3);
        return builder.Concat(image.BatchRms().Conv(4, "3x3", stride: "2x2").Flatten(), image.Conv(5, "3x3").AveragePool("2x2").Flatten(), image.Flatten()).Dense(4);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
