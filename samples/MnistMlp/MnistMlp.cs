using AotNet;

/// <summary>
/// 28x28 grey images, ten classes: MNIST. The plain network of two hidden layers with ReLU that every library can write,
/// which benchmarks/AotNet.Peers races against libtorch's.
/// </summary>
[Network(Batch = 128)]
public sealed partial class MnistMlp
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(image.Dense(512).Relu().Dense(256).Relu().Dense(10), label);
}
