namespace AotNet.Peers.Steps;

/// <summary>Layers of one tile or two.</summary>
static class NarrowMlp
{
    internal const string Name = "64-64-64-4";

    internal static IEnumerable<StepNetwork> Batches =>
    [
        StepNetwork.Of<NarrowMlp1>(Name, 1, static network => network.Step),
        StepNetwork.Of<NarrowMlp32>(Name, 32, static network => network.Step),
        StepNetwork.Of<NarrowMlp128>(Name, 128, static network => network.Step),
        StepNetwork.Of<NarrowMlp512>(Name, 512, static network => network.Step),
    ];
}

[Network(Batch = 1)]
sealed partial class NarrowMlp1
{
    static Objective Define([Shape(64)] Tensor x, [Classes(4)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(64).Relu().Dense(64).Relu().Dense(4), label);
}

[Network(Batch = 32)]
sealed partial class NarrowMlp32
{
    static Objective Define([Shape(64)] Tensor x, [Classes(4)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(64).Relu().Dense(64).Relu().Dense(4), label);
}

[Network(Batch = 128)]
sealed partial class NarrowMlp128
{
    static Objective Define([Shape(64)] Tensor x, [Classes(4)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(64).Relu().Dense(64).Relu().Dense(4), label);
}

[Network(Batch = 512)]
sealed partial class NarrowMlp512
{
    static Objective Define([Shape(64)] Tensor x, [Classes(4)] Labels label) =>
        Objective.SoftmaxCrossEntropy(x.Dense(64).Relu().Dense(64).Relu().Dense(4), label);
}
