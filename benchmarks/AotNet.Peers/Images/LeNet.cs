using TorchSharp;
using static TorchSharp.torch;

namespace AotNet.Peers.Images;

/// <summary>The classes of digits: two convolutions with pools, three dense layers (LeCun et al. 1998).</summary>
static class LeNet
{
    internal static IEnumerable<ImageNetwork> Batches =>
    [
        ImageNetwork.Of<LeNet1>("LeNet-5", 1, static network => network.Step, Forward),
        ImageNetwork.Of<LeNet32>("LeNet-5", 32, static network => network.Step, Forward),
        ImageNetwork.Of<LeNet128>("LeNet-5", 128, static network => network.Step, Forward),
    ];

    /// <summary>The same for libtorch.</summary>
    static torch.Tensor Forward(TorchLayers layers, torch.Tensor x)
    {
        x = layers.Conv("conv1", x, 5, padding: 2).relu_();
        x = nn.functional.max_pool2d(x, [2, 2]);
        x = layers.Conv("conv2", x, 5).relu_();
        x = nn.functional.max_pool2d(x, [2, 2]);
        x = layers.Dense("dense1", x).relu_();
        x = layers.Dense("dense2", x).relu_();
        return layers.Dense("dense3", x);
    }
}

[Network(Batch = 1)]
sealed partial class LeNet1
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(6, kernel: 5).Relu().MaxPool(2);
        x = x.Conv(16, kernel: 5, padding: Padding.Valid).Relu().MaxPool(2);
        x = x.Dense(120).Relu().Dense(84).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

[Network(Batch = 32)]
sealed partial class LeNet32
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(6, kernel: 5).Relu().MaxPool(2);
        x = x.Conv(16, kernel: 5, padding: Padding.Valid).Relu().MaxPool(2);
        x = x.Dense(120).Relu().Dense(84).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

[Network(Batch = 128)]
sealed partial class LeNet128
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(6, kernel: 5).Relu().MaxPool(2);
        x = x.Conv(16, kernel: 5, padding: Padding.Valid).Relu().MaxPool(2);
        x = x.Dense(120).Relu().Dense(84).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}
