using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Reference.Meanings;

/// <summary>What an op does to its inputs, and what its residual says about them. One kind of op is one file.</summary>
abstract class OpMeaning
{
    /// <summary>The value, rows x width.</summary>
    internal abstract Matrix Forward(OpCall call);

    /// <summary>
    /// Writes the gradient of each learned tensor (mean over the rows) and returns the residual of each input (per
    /// sample, not divided by the rows), given the residual of the value.
    /// </summary>
    internal abstract Matrix[] Backward(OpCall call, Matrix residual);

    /// <summary>The meaning of an op that is neither a parameter of <c>Define</c> nor the objective.</summary>
    internal static OpMeaning Of(Op op) => op switch
    {
        ReluOp => new ElementMeaning(static x => Math.Max(x, 0), static x => x > 0 ? 1 : 0),
        LeakyReluOp leaky => ElementMeaning.LeakyRelu(SpecialFunctions.AsWritten(leaky.Slope)),
        ModUOp => new ElementMeaning(Math.Abs, static x => x > 0 ? 1 : x < 0 ? -1 : 0),
        TanhOp => new ElementMeaning(Math.Tanh, static x => 1 - Math.Tanh(x) * Math.Tanh(x)),
        SigmoidOp => ElementMeaning.Sigmoid,
        GeluOp => ElementMeaning.Gelu,
        SiluOp => ElementMeaning.Silu,
        DenseOp dense => new DenseMeaning(dense.Bias),
        ConvOp conv => new ConvMeaning(conv),
        MaxPoolOp pool => new MaxPoolMeaning(pool),
        AveragePoolOp pool => new AveragePoolMeaning(pool),
        UpsampleOp upsample => new UpsampleMeaning(upsample),
        PadOp pad => new PadMeaning(pad),
        GroupNormOp norm => new GroupNormMeaning(norm.Groups, SpecialFunctions.AsWritten(norm.Epsilon)),
        BatchRmsOp rms => new BatchRmsMeaning(rms),
        BatchNormOp norm => new BatchNormMeaning(SpecialFunctions.AsWritten(norm.Momentum), SpecialFunctions.AsWritten(norm.Epsilon)),
        LayerNormOp norm => new RowNormMeaning(SpecialFunctions.AsWritten(norm.Epsilon), centres: true),
        RmsNormOp norm => new RowNormMeaning(SpecialFunctions.AsWritten(norm.Epsilon), centres: false),
        DropoutOp dropout => new DropoutMeaning(SpecialFunctions.AsWritten(dropout.Rate)),
        AddOp => new AddMeaning(),
        ConcatOp => new ConcatMeaning(),
        FlattenOp => new FlattenMeaning(),
        _ => throw new ArgumentException($"{op.Method} has no declared meaning.", nameof(op)),
    };
}

/// <summary>One op at work on one batch.</summary>
sealed class OpCall(ReferenceNetwork network, Node node, Matrix[] inputs, bool training)
{
    readonly Dictionary<string, Matrix> saved = [];

    internal ReferenceNetwork Network => network;

    internal Node Node => node;

    /// <summary>Values of the node's inputs, rows x width each.</summary>
    internal Matrix[] Inputs => inputs;

    /// <summary>The first input.</summary>
    internal Matrix X => inputs[0];

    internal int Rows => inputs[0].Rows;

    /// <summary>Shape of one sample of the first input.</summary>
    internal Shape InputShape => network.Graph.Nodes[node.Inputs[0]].Shape;

    /// <summary>A row per position of an image, in place of one per sample: the same values. A row of features is one position.</summary>
    internal Matrix ByPosition(Matrix values) => new(values.Rows * node.Shape.Positions, values.Columns / node.Shape.Positions, values.Values);

    /// <summary>The other way round.</summary>
    internal Matrix BySample(Matrix values) => new(values.Rows / node.Shape.Positions, values.Columns * node.Shape.Positions, values.Values);

    /// <summary>Mean over samples, sum over positions, of a row per position: how gradients add up.</summary>
    internal Matrix GradientMeans(Matrix byPosition) => node.Shape.Positions * byPosition.ColumnMeans();

    internal bool Training => training;

    /// <summary>Gradients of the learned tensors, mean over the rows, filled by the backward pass.</summary>
    internal Dictionary<string, Matrix> Gradients { get; } = [];

    /// <summary>A tensor that the layer keeps between steps.</summary>
    internal Matrix Tensor(string name) => network.Tensors[node.Name + "." + name];

    /// <summary>Keeps a value of the forward pass for the backward pass.</summary>
    internal Matrix Save(string name, Matrix value) => saved[name] = value;

    internal Matrix Saved(string name) => saved[name];
}
