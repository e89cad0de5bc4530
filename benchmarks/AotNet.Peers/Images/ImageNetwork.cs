using AotNet.Peers.Steps;
using AotNet.Runtime;
using TorchSharp;

namespace AotNet.Peers.Images;

/// <summary>A convolutional network that was declared and compiled in this program, and the same for libtorch.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Batch">Rows of a step.</param>
/// <param name="Create">Makes one, given the number of threads, and its step.</param>
/// <param name="Forward">Logits by libtorch.</param>
sealed record ImageNetwork(string Name, int Batch, Func<int, (CompiledNetwork Network, StepCall Step)> Create,
    Func<TorchLayers, torch.Tensor, torch.Tensor> Forward)
{
    /// <summary>All of them: five topologies, three batches.</summary>
    internal static IReadOnlyList<ImageNetwork> All { get; } =
    [
        .. LeNet.Batches, .. AuthorsNet.Batches, .. ResNet8.Batches, .. MobileNet.Batches, .. KeywordNet.Batches,
    ];

    /// <summary>How many times faster than libtorch a step is to be at least.</summary>
    internal double Goal => Batch switch { 1 => 4, 32 => 1.5, _ => 1.2 };

    internal static ImageNetwork Of<T>(string name, int batch, Func<T, StepCall> step, Func<TorchLayers, torch.Tensor, torch.Tensor> forward)
        where T : CompiledNetwork, INetwork<T> => new(name, batch, threads =>
        {
            T network = T.Create(seed: 1, threads);
            return (network, step(network));
        }, forward);
}
