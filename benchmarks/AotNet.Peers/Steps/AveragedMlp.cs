namespace AotNet.Peers.Steps;

/// <summary>The layers of <see cref="ContractiveMlp"/>, with Gram matrices that last from step to step.</summary>
static class AveragedMlp
{
    internal static IEnumerable<StepNetwork> Batches =>
    [
        StepNetwork.Of<AveragedMlp32>(ContractiveMlp.Name, 32, static network => network.Step),
        StepNetwork.Of<AveragedMlp128>(ContractiveMlp.Name, 128, static network => network.Step),
        StepNetwork.Of<AveragedMlp512>(ContractiveMlp.Name, 512, static network => network.Step),
    ];
}

[Network(Batch = 32, AveragedCurvature = true)]
sealed partial class AveragedMlp32
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label)
    {
        for (int width = 400; width >= 40; width -= 40)
            x = x.Dense(width).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

[Network(Batch = 128, AveragedCurvature = true)]
sealed partial class AveragedMlp128
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label)
    {
        for (int width = 400; width >= 40; width -= 40)
            x = x.Dense(width).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

[Network(Batch = 512, AveragedCurvature = true)]
sealed partial class AveragedMlp512
{
    static Objective Define([Shape(784)] Tensor x, [Classes(10)] Labels label)
    {
        for (int width = 400; width >= 40; width -= 40)
            x = x.Dense(width).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}
