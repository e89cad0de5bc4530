using TorchSharp;
using static TorchSharp.torch;

namespace AotNet.Peers.Images;

/// <summary>
/// Three residual blocks of 16, 32 and 64 channels with batch normalisation (He et al. 2016); at batch 128 that of
/// samples/CifarResNet.
/// </summary>
static class ResNet8
{
    internal static IEnumerable<ImageNetwork> Batches =>
    [
        ImageNetwork.Of<ResNet81>("ResNet-8", 1, static network => network.Step, Forward),
        ImageNetwork.Of<ResNet832>("ResNet-8", 32, static network => network.Step, Forward),
        ImageNetwork.Of<CifarResNet>("ResNet-8", 128, static network => network.Step, Forward),
    ];

    /// <summary>The same for libtorch.</summary>
    internal static torch.Tensor Forward(TorchLayers layers, torch.Tensor x)
    {
        x = layers.BatchNorm("batchnorm1", layers.Conv("conv1", x, 3, padding: 1)).relu_();
        int conv = 2, norm = 2;
        for (int stage = 0; stage < 3; stage++)
        {
            int stride = stage == 0 ? 1 : 2;
            torch.Tensor y = layers.BatchNorm($"batchnorm{norm++}", layers.Conv($"conv{conv++}", x, 3, stride, padding: 1)).relu_();
            y = layers.BatchNorm($"batchnorm{norm++}", layers.Conv($"conv{conv++}", y, 3, padding: 1));
            x = (y + (stride == 1 ? x : layers.Conv($"conv{conv++}", x, 1, stride))).relu_();
        }
        return layers.Dense("dense1", x.mean([2, 3]));
    }
}

[Network(Batch = 1)]
sealed partial class ResNet81
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(16, kernel: 3, bias: false).BatchNorm().Relu();
        for (int stage = 0; stage < 3; stage++)
            x = Block(x, 16 << stage, stride: stage == 0 ? 1 : 2);
        return Objective.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(10), label);
    }

    static Tensor Block(Tensor x, int channels, int stride)
    {
        Tensor y = x.Conv(channels, kernel: 3, stride: stride, bias: false).BatchNorm().Relu().Conv(channels, kernel: 3, bias: false).BatchNorm();
        return (y + (stride == 1 ? x : x.Conv(channels, kernel: 1, stride: stride, bias: false))).Relu();
    }
}

[Network(Batch = 32)]
sealed partial class ResNet832
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(16, kernel: 3, bias: false).BatchNorm().Relu();
        for (int stage = 0; stage < 3; stage++)
            x = Block(x, 16 << stage, stride: stage == 0 ? 1 : 2);
        return Objective.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(10), label);
    }

    static Tensor Block(Tensor x, int channels, int stride)
    {
        Tensor y = x.Conv(channels, kernel: 3, stride: stride, bias: false).BatchNorm().Relu().Conv(channels, kernel: 3, bias: false).BatchNorm();
        return (y + (stride == 1 ? x : x.Conv(channels, kernel: 1, stride: stride, bias: false))).Relu();
    }
}
