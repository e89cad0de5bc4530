namespace AotNet.Peers.Steps;

/// <summary>Ten hidden layers whose widths never grow.</summary>
static class ContractiveMlp
{
    internal const string Name = "784-400-360-320-280-240-200-160-120-80-40-10";

    internal static IEnumerable<StepNetwork> Batches =>
    [
        StepNetwork.Of<ContractiveMlp1>(Name, 1, static network => network.Step),
        StepNetwork.Of<ContractiveMlp32>(Name, 32, static network => network.Step),
        StepNetwork.Of<ContractiveMlp128>(Name, 128, static network => network.Step),
        StepNetwork.Of<ContractiveMlp512>(Name, 512, static network => network.Step),
    ];
}

[Network(Batch = 1)]
sealed partial class ContractiveMlp1
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label)
    {
        for (int width = 400; width >= 40; width -= 40)
            x = x.Dense(width).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

[Network(Batch = 32, AveragedCurvature = false)]
sealed partial class ContractiveMlp32
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label)
    {
        for (int width = 400; width >= 40; width -= 40)
            x = x.Dense(width).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

[Network(Batch = 128, AveragedCurvature = false)]
sealed partial class ContractiveMlp128
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label)
    {
        for (int width = 400; width >= 40; width -= 40)
            x = x.Dense(width).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

[Network(Batch = 512, AveragedCurvature = false)]
sealed partial class ContractiveMlp512
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label)
    {
        for (int width = 400; width >= 40; width -= 40)
            x = x.Dense(width).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}
