namespace AotNet.Peers.Steps;

/// <summary>So small that overheads are all there is.</summary>
static class TinyMlp
{
    internal const string Name = "20-16-16-2";

    internal static IEnumerable<StepNetwork> Batches =>
    [
        StepNetwork.Of<TinyMlp1>(Name, 1, static network => network.Step),
        StepNetwork.Of<TinyMlp32>(Name, 32, static network => network.Step),
        StepNetwork.Of<TinyMlp128>(Name, 128, static network => network.Step),
        StepNetwork.Of<TinyMlp512>(Name, 512, static network => network.Step),
    ];
}

[Network(Batch = 1)]
sealed partial class TinyMlp1
{
    static Objective Define([Shape(20)] Tensor x, [Classes(2)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(16).Relu().Dense(16).Relu().Dense(2), label);
}

[Network(Batch = 32)]
sealed partial class TinyMlp32
{
    static Objective Define([Shape(20)] Tensor x, [Classes(2)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(16).Relu().Dense(16).Relu().Dense(2), label);
}

[Network(Batch = 128)]
sealed partial class TinyMlp128
{
    static Objective Define([Shape(20)] Tensor x, [Classes(2)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(16).Relu().Dense(16).Relu().Dense(2), label);
}

[Network(Batch = 512)]
sealed partial class TinyMlp512
{
    static Objective Define([Shape(20)] Tensor x, [Classes(2)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(16).Relu().Dense(16).Relu().Dense(2), label);
}
