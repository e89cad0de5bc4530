namespace AotNet.Peers.Steps;

/// <summary>The usual network of two equal hidden layers.</summary>
static class WideMlp
{
    internal const string Name = "784-512-512-10";

    internal static IEnumerable<StepNetwork> Batches =>
    [
        StepNetwork.Of<WideMlp1>(Name, 1, static network => network.Step),
        StepNetwork.Of<WideMlp32>(Name, 32, static network => network.Step),
        StepNetwork.Of<WideMlp128>(Name, 128, static network => network.Step),
        StepNetwork.Of<WideMlp512>(Name, 512, static network => network.Step),
    ];
}

[Network(Batch = 1)]
sealed partial class WideMlp1
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(512).Relu().Dense(512).Relu().Dense(10), label);
}

[Network(Batch = 32)]
sealed partial class WideMlp32
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(512).Relu().Dense(512).Relu().Dense(10), label);
}

[Network(Batch = 128)]
sealed partial class WideMlp128
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(512).Relu().Dense(512).Relu().Dense(10), label);
}

[Network(Batch = 512)]
sealed partial class WideMlp512
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(512).Relu().Dense(512).Relu().Dense(10), label);
}
