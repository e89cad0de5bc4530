using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Compiler.Graphs;

/// <summary>Which op each vocabulary method stands for.</summary>
static class OpTable
{
    static readonly Dictionary<string, Func<CallReader, Op?>> Parsers = new()
    {
        ["Dense"] = DenseOp.Parse,
        ["Conv"] = ConvOp.Parse,
        ["DepthwiseConv"] = ConvOp.ParseDepthwise,
        ["Conv1D"] = ConvOp.ParseSequence,
        ["MaxPool"] = MaxPoolOp.Parse,
        ["AveragePool"] = AveragePoolOp.Parse,
        ["GlobalAveragePool"] = static _ => new AveragePoolOp(null),
        ["GlobalMaxPool"] = static _ => new MaxPoolOp(null, false),
        ["Upsample"] = UpsampleOp.Parse,
        ["Pad"] = PadOp.Parse,
        ["Relu"] = static _ => new ReluOp(),
        ["LeakyRelu"] = LeakyReluOp.Parse,
        ["ModU"] = static _ => new ModUOp(),
        ["Tanh"] = static _ => new TanhOp(),
        ["Sigmoid"] = static _ => new SigmoidOp(),
        ["Gelu"] = static _ => new GeluOp(),
        ["Silu"] = static _ => new SiluOp(),
        ["BatchRms"] = BatchRmsOp.Parse,
        ["RmsNorm"] = RmsNormOp.Parse,
        ["LayerNorm"] = LayerNormOp.Parse,
        ["GroupNorm"] = GroupNormOp.Parse,
        ["BatchNorm"] = BatchNormOp.Parse,
        ["Dropout"] = DropoutOp.Parse,
        ["Add"] = static _ => new AddOp(),
        ["Concat"] = ConcatOp.Parse,
        ["Flatten"] = static _ => new FlattenOp(),
        ["SoftmaxCrossEntropy"] = static _ => new SoftmaxCrossEntropyOp(),
        ["MeanSquaredError"] = static _ => new MeanSquaredErrorOp(),
        ["BinaryCrossEntropy"] = static _ => new BinaryCrossEntropyOp(),
        ["Huber"] = HuberOp.Parse,
    };

    /// <summary>The vocabulary's methods.</summary>
    internal static IEnumerable<string> Methods => Parsers.Keys;

    /// <summary>The op that a call declares; null after reporting a bad argument.</summary>
    internal static Op? Parse(CallReader call) => Parsers[call.Call.Method](call);
}
