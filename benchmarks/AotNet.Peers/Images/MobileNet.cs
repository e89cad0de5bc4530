using TorchSharp;
using static TorchSharp.torch;

namespace AotNet.Peers.Images;

/// <summary>Depthwise and 1x1 convolutions in turn (Howard et al. 2017), in small.</summary>
static class MobileNet
{
    internal static IEnumerable<ImageNetwork> Batches =>
    [
        ImageNetwork.Of<MobileNet1>("MobileNet-like", 1, static network => network.Step, Forward),
        ImageNetwork.Of<MobileNet32>("MobileNet-like", 32, static network => network.Step, Forward),
        ImageNetwork.Of<MobileNet128>("MobileNet-like", 128, static network => network.Step, Forward),
    ];

    /// <summary>The same for libtorch.</summary>
    static torch.Tensor Forward(TorchLayers layers, torch.Tensor x)
    {
        x = layers.Conv("conv1", x, 3, padding: 1).relu_();
        for (int i = 1; i <= 4; i++)
        {
            x = layers.Conv($"depthwiseconv{i}", x, 3, i % 2 == 0 ? 2 : 1, padding: 1, groups: x.shape[1]).relu_();
            x = layers.Conv($"conv{i + 1}", x, 1).relu_();
        }
        return layers.Dense("dense1", x.mean([2, 3]));
    }
}

[Network(Batch = 1)]
sealed partial class MobileNet1
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(32, kernel: 3).Relu();
        foreach ((int channels, int stride) in new[] { (64, 1), (128, 2), (128, 1), (256, 2) })
            x = x.DepthwiseConv(3, stride: stride, padding: 1).Relu().Conv(channels, kernel: 1).Relu();
        return Objective.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(10), label);
    }
}

[Network(Batch = 32)]
sealed partial class MobileNet32
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(32, kernel: 3).Relu();
        foreach ((int channels, int stride) in new[] { (64, 1), (128, 2), (128, 1), (256, 2) })
            x = x.DepthwiseConv(3, stride: stride, padding: 1).Relu().Conv(channels, kernel: 1).Relu();
        return Objective.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(10), label);
    }
}

[Network(Batch = 128)]
sealed partial class MobileNet128
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(32, kernel: 3).Relu();
        foreach ((int channels, int stride) in new[] { (64, 1), (128, 2), (128, 1), (256, 2) })
            x = x.DepthwiseConv(3, stride: stride, padding: 1).Relu().Conv(channels, kernel: 1).Relu();
        return Objective.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(10), label);
    }
}
