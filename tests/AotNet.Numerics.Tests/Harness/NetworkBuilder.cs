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

    /// <summary>Batch normalisation.</summary>
    public Value BatchNorm(double momentum = 0.1, double epsilon = 1e-5) => Call("BatchNorm", new Constant(momentum), new Constant(epsilon));

    /// <summary>Dropout.</summary>
    public Value Dropout(double rate) => Call("Dropout", new Constant(rate));

    /// <summary>The same values as one row.</summary>
    public Value Flatten() => Call("Flatten");

    /// <summary>An activation by its vocabulary name.</summary>
    public Value Activation(string method) => method == "LeakyRelu" ? LeakyRelu() : Call(method);

    /// <summary>Element-wise sum.</summary>
    public static Value operator +(Value left, Value right) => left.Builder.Add("Add", [left, right]);

    Value Call(string method, params Constant[] arguments) => Builder.Add(method, [this], arguments);
}
