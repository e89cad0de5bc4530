using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>One of our networks in training.</summary>
sealed class OwnTraining : IDisposable
{
    readonly StepData data;
    readonly StepCall step;
    int next;

    internal OwnTraining(TrainedNetwork network, StepData data, Optimizer optimizer, int threads)
    {
        this.data = data;
        (Network, step) = network.Create(threads);
        Network.Optimizer = optimizer;
    }

    internal CompiledNetwork Network { get; }

    /// <summary>One step on the next batch; its loss.</summary>
    internal float Step()
    {
        int batch = next++ % StepData.Batches;
        return step(data.Inputs(batch), data.Labels(batch));
    }

    /// <summary>So many steps.</summary>
    internal void Run(int times)
    {
        for (int i = 0; i < times; i++)
            Step();
    }

    public void Dispose() => Network.Dispose();
}
