namespace AotNet.Peers.Steps;

/// <summary>A small classifier of images.</summary>
static class SmallMlp
{
    internal const string Name = "784-128-64-10";

    internal static IEnumerable<StepNetwork> Batches =>
    [
        StepNetwork.Of<SmallMlp1>(Name, 1, static network => network.Step),
        StepNetwork.Of<SmallMlp32>(Name, 32, static network => network.Step),
        StepNetwork.Of<SmallMlp128>(Name, 128, static network => network.Step),
        StepNetwork.Of<SmallMlp512>(Name, 512, static network => network.Step),
    ];
}

[Network(Batch = 1)]
sealed partial class SmallMlp1
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(128).Relu().Dense(64).Relu().Dense(10), label);
}

[Network(Batch = 32)]
sealed partial class SmallMlp32
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(128).Relu().Dense(64).Relu().Dense(10), label);
}

[Network(Batch = 128)]
sealed partial class SmallMlp128
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(128).Relu().Dense(64).Relu().Dense(10), label);
}

[Network(Batch = 512)]
sealed partial class SmallMlp512
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(128).Relu().Dense(64).Relu().Dense(10), label);
}
