using TorchSharp;
using static TorchSharp.torch;

namespace AotNet.Peers.Images;

/// <summary>Keywords from 49 frames of 40 features, convolved over time.</summary>
static class KeywordNet
{
    internal static IEnumerable<ImageNetwork> Batches =>
    [
        ImageNetwork.Of<KeywordNet1>("keywords 49x40", 1, static network => network.Step, Forward),
        ImageNetwork.Of<KeywordNet32>("keywords 49x40", 32, static network => network.Step, Forward),
        ImageNetwork.Of<KeywordNet128>("keywords 49x40", 128, static network => network.Step, Forward),
    ];

    /// <summary>The same for libtorch.</summary>
    static torch.Tensor Forward(TorchLayers layers, torch.Tensor x)
    {
        x = nn.functional.max_pool1d(layers.Conv1D("conv1d1", x, 5, padding: 2).relu_(), 2);
        x = nn.functional.max_pool1d(layers.Conv1D("conv1d2", x, 3, padding: 1).relu_(), 2);
        x = layers.Conv1D("conv1d3", x, 3, padding: 1).relu_();
        return layers.Dense("dense1", x.mean([2]));
    }
}

[Network(Batch = 1)]
sealed partial class KeywordNet1
{
    static Objective Define([Shape(49, 40)] Tensor image, [Classes(12)] Labels label)
    {
        Tensor x = image.Conv1D(64, kernel: 5).Relu().MaxPool(2);
        x = x.Conv1D(64, kernel: 3).Relu().MaxPool(2).Conv1D(96, kernel: 3).Relu();
        return Objective.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(12), label);
    }
}

[Network(Batch = 32)]
sealed partial class KeywordNet32
{
    static Objective Define([Shape(49, 40)] Tensor image, [Classes(12)] Labels label)
    {
        Tensor x = image.Conv1D(64, kernel: 5).Relu().MaxPool(2);
        x = x.Conv1D(64, kernel: 3).Relu().MaxPool(2).Conv1D(96, kernel: 3).Relu();
        return Objective.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(12), label);
    }
}

[Network(Batch = 128)]
sealed partial class KeywordNet128
{
    static Objective Define([Shape(49, 40)] Tensor image, [Classes(12)] Labels label)
    {
        Tensor x = image.Conv1D(64, kernel: 5).Relu().MaxPool(2);
        x = x.Conv1D(64, kernel: 3).Relu().MaxPool(2).Conv1D(96, kernel: 3).Relu();
        return Objective.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(12), label);
    }
}
