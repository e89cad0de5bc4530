using TorchSharp;
using static TorchSharp.torch;

namespace AotNet.Peers.Images;

/// <summary>The convolutional network of the method's authors, 5x5x32, 5x5x32, 5x5x64, 4x4x64, 1x1x10, with pools of 3x3/2.</summary>
static class AuthorsNet
{
    internal const string Name = "authors' CIFAR network";

    internal static IEnumerable<ImageNetwork> Batches =>
    [
        ImageNetwork.Of<AuthorsNet1>(Name, 1, static network => network.Step, Forward),
        ImageNetwork.Of<AuthorsNet32>(Name, 32, static network => network.Step, Forward),
        ImageNetwork.Of<AuthorsNet128>(Name, 128, static network => network.Step, Forward),
    ];

    /// <summary>The same for libtorch.</summary>
    static torch.Tensor Forward(TorchLayers layers, torch.Tensor x)
    {
        foreach (string layer in (string[])["conv1", "conv2", "conv3"])
        {
            x = layers.Conv(layer, x, 5, padding: 2).relu_();
            x = nn.functional.max_pool2d(x, [3, 3], [2, 2], [1, 1]);
        }
        x = layers.Conv("conv4", x, 4).relu_();
        return layers.Conv("conv5", x, 1).flatten(1);
    }
}

[Network(Batch = 1)]
sealed partial class AuthorsNet1
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(32, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(32, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(64, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(64, kernel: 4, padding: Padding.Valid).Relu();
        return Objective.SoftmaxCrossEntropy(x.Conv(10, kernel: 1).Flatten(), label);
    }
}

[Network(Batch = 32)]
sealed partial class AuthorsNet32
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(32, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(32, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(64, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(64, kernel: 4, padding: Padding.Valid).Relu();
        return Objective.SoftmaxCrossEntropy(x.Conv(10, kernel: 1).Flatten(), label);
    }
}

[Network(Batch = 128)]
sealed partial class AuthorsNet128
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(32, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(32, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(64, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(64, kernel: 4, padding: Padding.Valid).Relu();
        return Objective.SoftmaxCrossEntropy(x.Conv(10, kernel: 1).Flatten(), label);
    }
}
