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
        new("Huber", static x => x.Tanh(), static (b, y) => b.Huber(y, b.Targets(OutputWidth), 0.3)),
    ];

    /// <summary>Width of the network's output.</summary>
    public const int OutputWidth = 4;

    /// <summary>The network, for an input of shape 2x3x1.</summary>
    public NetworkSpec Spec(int batch, Curvature curvature = Curvature.Off)
    {
        var builder = new NetworkBuilder("Op_" + Name + "_" + curvature, batch) { CurvatureBlock = 4 };
        Value body = Body(builder.Input("x", 2, 3, 1).Dense(7, curvature: curvature, name: "before"));
        Value last = body.Dense(OutputWidth, curvature: curvature, name: "after");
        return Ending is null ? builder.MeanSquaredError(last, builder.Targets(OutputWidth)) : Ending(builder, last);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
