using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>A network that was declared and compiled in this program.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Batch">Rows of a step.</param>
/// <param name="Create">Makes one, given the number of threads, and its step.</param>
abstract record TrainedNetwork(string Name, int Batch, Func<int, (CompiledNetwork Network, StepCall Step)> Create)
{
    /// <summary>Makes a network by its generated <c>Create</c>.</summary>
    protected static Func<int, (CompiledNetwork Network, StepCall Step)> Creator<T>(Func<T, StepCall> step)
        where T : CompiledNetwork, INetwork<T> => threads =>
        {
            T network = T.Create(seed: 1, threads);
            return (network, step(network));
        };
}
