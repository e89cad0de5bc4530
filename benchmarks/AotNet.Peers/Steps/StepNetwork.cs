using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>The generated call of a training step.</summary>
delegate float StepCall(ReadOnlySpan<float> x, ReadOnlySpan<int> label);

/// <summary>Dense layers, ReLU between them, softmax cross-entropy behind them; the name is their widths with hyphens.</summary>
sealed record StepNetwork(string Name, int Batch, Func<int, (CompiledNetwork Network, StepCall Step)> Create) : TrainedNetwork(Name, Batch, Create)
{
    /// <summary>Inputs, hidden widths and outputs.</summary>
    internal int[] Widths { get; } = [.. Name.Split('-').Select(int.Parse)];

    internal static StepNetwork Of<T>(string name, int batch, Func<T, StepCall> step) where T : CompiledNetwork, INetwork<T> =>
        new(name, batch, Creator(step));

    /// <summary>All of them: five topologies, four batches.</summary>
    internal static IReadOnlyList<StepNetwork> All { get; } =
    [
        .. WideMlp.Batches, .. SmallMlp.Batches, .. NarrowMlp.Batches, .. TinyMlp.Batches, .. ContractiveMlp.Batches,
    ];
}
