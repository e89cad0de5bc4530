using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>The generated call of a training step.</summary>
delegate float StepCall(ReadOnlySpan<float> x, ReadOnlySpan<int> label);

/// <summary>A network that was declared and compiled in this program, ReLU between its layers, softmax cross-entropy behind them.</summary>
/// <param name="Name">Widths with hyphens.</param>
/// <param name="Batch">Rows of a step.</param>
/// <param name="Create">Makes one, given the number of threads, and its step.</param>
sealed record StepNetwork(string Name, int Batch, Func<int, (CompiledNetwork Network, StepCall Step)> Create)
{
    /// <summary>Inputs, hidden widths and outputs.</summary>
    internal int[] Widths { get; } = [.. Name.Split('-').Select(int.Parse)];

    internal static StepNetwork Of<T>(string name, int batch, Func<T, StepCall> step) where T : CompiledNetwork, INetwork<T> =>
        new(name, batch, threads =>
        {
            T network = T.Create(seed: 1, threads);
            return (network, step(network));
        });

    /// <summary>All of them: five topologies, four batches.</summary>
    internal static IReadOnlyList<StepNetwork> All { get; } =
    [
        .. WideMlp.Batches, .. SmallMlp.Batches, .. NarrowMlp.Batches, .. TinyMlp.Batches, .. ContractiveMlp.Batches,
    ];
}
