using AotNet.Compiler;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Specification;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>Writes a <see cref="NetworkSpec"/> in code, with the vocabulary's names and defaults.</summary>
public sealed class NetworkBuilder(string name, int batch)
{
    readonly List<ParameterSpec> parameters = [];
    readonly List<Call> calls = [];

    /// <summary>Largest order of a system in blocked layers.</summary>
    public int CurvatureBlock { get; init; } = 500;

    /// <summary>Whether Gram matrices and factors are kept between steps.</summary>
    public bool AveragedCurvature { get; init; }

    /// <summary>Declares a parameter <c>[Shape(...)] Tensor</c>.</summary>
    public Value Input(string parameter, params int[] extents) => Parameter(parameter, ParameterKind.Tensor, extents);

    /// <summary>Declares a parameter <c>[Classes(n)] Labels</c>.</summary>
    public Value Labels(int classes) => Parameter("label", ParameterKind.Labels, [classes]);

    /// <summary>Declares a parameter <c>[Shape(...)] Targets</c>.</summary>
    public Value Targets(params int[] extents) => Parameter("target", ParameterKind.Targets, extents);

    /// <summary>The features of all parts side by side.</summary>
    public Value Concat(params Value[] parts) => Add("Concat", parts);

    /// <summary>Cross-entropy of softmax.</summary>
    public NetworkSpec SoftmaxCrossEntropy(Value logits, Value labels) => Finish(Add("SoftmaxCrossEntropy", [logits, labels]));

    /// <summary>Mean squared error.</summary>
    public NetworkSpec MeanSquaredError(Value output, Value targets) => Finish(Add("MeanSquaredError", [output, targets]));

    /// <summary>Cross-entropy of sigmoid.</summary>
    public NetworkSpec BinaryCrossEntropy(Value logits, Value targets) => Finish(Add("BinaryCrossEntropy", [logits, targets]));

    /// <summary>Huber loss.</summary>
    public NetworkSpec Huber(Value output, Value targets, double delta = 1) =>
        Finish(Add("Huber", [output, targets], new Constant(delta)));

    /// <summary>The graph of a specification that must be valid.</summary>
    public static Graph GraphOf(NetworkSpec spec)
    {
        (Graph? graph, EquatableArray<GraphDiagnostic> diagnostics) = GraphBuilder.Build(spec);
        return graph ?? throw new InvalidOperationException(string.Join("; ", diagnostics));
    }

    internal Value Add(string method, Value[] operands, params Constant[] arguments)
    {
        var value = new Value(this, IsCall: true, calls.Count);
        calls.Add(new Call(method, operands, arguments));
        return value;
    }

    Value Parameter(string parameter, ParameterKind kind, int[] extents)
    {
        parameters.Add(new ParameterSpec(parameter, kind, extents.ToEquatableArray()));
        return new Value(this, IsCall: false, parameters.Count - 1);
    }

    NetworkSpec Finish(Value result) => new()
    {
        Namespace = "",
        Name = name,
        Batch = batch,
        CurvatureBlock = CurvatureBlock,
        AveragedCurvature = AveragedCurvature,
        Parameters = parameters.ToEquatableArray(),
        Calls = calls.Select(call => new CallSpec(
            call.Method, call.Operands.Select(Number).ToEquatableArray(), call.Arguments.ToEquatableArray())).ToEquatableArray(),
        Result = Number(result),
    };

    int Number(Value value) => value.IsCall ? parameters.Count + value.Index : value.Index;

    sealed record Call(string Method, Value[] Operands, Constant[] Arguments);
}

/// <summary>A value of the network being written: the vocabulary's <c>Tensor</c>.</summary>
public sealed record Value(NetworkBuilder Builder, bool IsCall, int Index)
{
    /// <summary>y = W x + b.</summary>
    public Value Dense(int outputs, bool bias = true, Curvature curvature = Curvature.Auto, string? name = null) => Call("Dense",
        new Constant(outputs), new Constant(bias ? 1 : 0), new Constant(0, "He"), new Constant((int)curvature), new Constant(0, name));

    /// <summary>Convolution. Windows as <c>3x3</c>; padding <c>Same</c>, <c>Valid</c> or as <c>1x1</c>.</summary>
    public Value Conv(int channels, string kernel, string? stride = null, string? padding = null, string? dilation = null, int groups = 1,
        bool bias = true, Curvature curvature = Curvature.Off, string? name = null) => Call("Conv", new Constant(channels), Text(kernel),
            Text(stride), Text(padding), Text(dilation), new Constant(groups), new Constant(bias ? 1 : 0), new Constant(0, "He"),
            new Constant((int)curvature), Text(name));

    /// <summary>Depthwise convolution.</summary>
    public Value DepthwiseConv(string kernel, string? stride = null, string? padding = null, string? dilation = null, bool bias = true) =>
        Call("DepthwiseConv", Text(kernel), Text(stride), Text(padding), Text(dilation), new Constant(bias ? 1 : 0), new Constant(0, "He"), Text(null));

    /// <summary>Convolution over a sequence.</summary>
    public Value Conv1D(int channels, int kernel, int stride = 1, string? padding = null, int dilation = 1, int groups = 1,
        Curvature curvature = Curvature.Off) => Call("Conv1D", new Constant(channels), new Constant(kernel), new Constant(stride), Text(padding),
            new Constant(dilation), new Constant(groups), new Constant(1), new Constant(0, "He"), new Constant((int)curvature), Text(null));

    /// <summary>Largest values.</summary>
    public Value MaxPool(string window, string? stride = null, string? padding = null, bool paper = false) =>
        Call("MaxPool", Text(window), Text(stride), Text(padding), new Constant(paper ? 1 : 0));

    /// <summary>Means.</summary>
    public Value AveragePool(string window, string? stride = null, string? padding = null) =>
        Call("AveragePool", Text(window), Text(stride), Text(padding));

    /// <summary>Means over all positions.</summary>
    public Value GlobalAveragePool() => Call("GlobalAveragePool");

    /// <summary>Largest values over all positions.</summary>
    public Value GlobalMaxPool() => Call("GlobalMaxPool");

    /// <summary>Repeated positions.</summary>
    public Value Upsample(string factor) => Call("Upsample", Text(factor));

    /// <summary>Zeros around the image.</summary>
    public Value Pad(string padding) => Call("Pad", Text(padding));

    /// <summary>max(x, 0).</summary>
    public Value Relu() => Call("Relu");

    /// <summary>x above zero, slope x elsewhere.</summary>
    public Value LeakyRelu(double slope = 0.01) => Call("LeakyRelu", new Constant(slope));

    /// <summary>|x|.</summary>
    public Value ModU() => Call("ModU");

    /// <summary>tanh(x).</summary>
    public Value Tanh() => Call("Tanh");

    /// <summary>1 / (1 + exp(-x)).</summary>
    public Value Sigmoid() => Call("Sigmoid");

    /// <summary>x Φ(x).</summary>
    public Value Gelu() => Call("Gelu");

    /// <summary>x sigmoid(x).</summary>
    public Value Silu() => Call("Silu");

    /// <summary>Division by the running root mean square.</summary>
    public Value BatchRms(double momentum = 0.1, double epsilon = 0, bool trueGradient = false) =>
        Call("BatchRms", new Constant(momentum), new Constant(epsilon), new Constant(trueGradient ? 1 : 0));

    /// <summary>RMSNorm.</summary>
    public Value RmsNorm(double epsilon = 1e-5) => Call("RmsNorm", new Constant(epsilon));

    /// <summary>LayerNorm.</summary>
    public Value LayerNorm(double epsilon = 1e-5) => Call("LayerNorm", new Constant(epsilon));

    /// <summary>Group normalisation.</summary>
    public Value GroupNorm(int groups, double epsilon = 1e-5) => Call("GroupNorm", new Constant(groups), new Constant(epsilon));

    /// <summary>Batch normalisation.</summary>
    public Value BatchNorm(double momentum = 0.1, double epsilon = 1e-5) => Call("BatchNorm", new Constant(momentum), new Constant(epsilon));

    /// <summary>Dropout.</summary>
    public Value Dropout(double rate, bool channels = false) => Call("Dropout", new Constant(rate), new Constant(channels ? 1 : 0));

    /// <summary>The same values as one row.</summary>
    public Value Flatten() => Call("Flatten");

    /// <summary>An activation by its vocabulary name.</summary>
    public Value Activation(string method) => method == "LeakyRelu" ? LeakyRelu() : Call(method);

    /// <summary>Element-wise sum.</summary>
    public static Value operator +(Value left, Value right) => left.Builder.Add("Add", [left, right]);

    Value Call(string method, params Constant[] arguments) => Builder.Add(method, [this], arguments);

    static Constant Text(string? text) => new(0, text);
}
