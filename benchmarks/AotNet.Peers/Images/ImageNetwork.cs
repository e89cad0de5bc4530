using AotNet.Peers.Steps;
using AotNet.Runtime;
using TorchSharp;

namespace AotNet.Peers.Images;

/// <summary>A convolutional network, and the same for libtorch: <paramref name="Forward"/> makes its logits.</summary>
sealed record ImageNetwork(string Name, int Batch, Func<int, (CompiledNetwork Network, StepCall Step)> Create,
    Func<TorchLayers, torch.Tensor, torch.Tensor> Forward) : TrainedNetwork(Name, Batch, Create)
{
    /// <summary>All of them: five topologies, three batches.</summary>
    internal static IReadOnlyList<ImageNetwork> All { get; } =
    [
        .. LeNet.Batches, .. AuthorsNet.Batches, .. ResNet8.Batches, .. MobileNet.Batches, .. KeywordNet.Batches,
    ];

    /// <summary>How many times faster than libtorch a step is to be at least.</summary>
    internal double Goal => Batch switch { 1 => 4, 32 => 1.5, _ => 1.2 };

    internal static ImageNetwork Of<T>(string name, int batch, Func<T, StepCall> step, Func<TorchLayers, torch.Tensor, torch.Tensor> forward)
        where T : CompiledNetwork, INetwork<T> => new(name, batch, Creator(step), forward);
}
