using AotNet.Peers.Libraries;
using AotNet.Peers.Steps;
using AotNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace AotNet.Peers.Images;

/// <summary>The same network in training by libtorch, from the same weights, on the same images.</summary>
sealed class TorchImages : IDisposable
{
    readonly torch.Tensor[] inputs = new torch.Tensor[StepData.Batches], labels = new torch.Tensor[StepData.Batches];
    readonly TorchLayers layers;
    readonly Func<TorchLayers, torch.Tensor, torch.Tensor> forward;
    readonly optim.Optimizer optimizer;
    int next;

    internal TorchImages(CompiledNetwork start, ImageNetwork network, StepData data, StepRule rule, double learningRate)
    {
        forward = network.Forward;
        long[] shape = [.. start.Info.Inputs[0].Shape];
        for (int i = 0; i < StepData.Batches; i++)
        {
            int[] classes = data.Labels(i);
            using torch.Tensor ours = tensor(data.Inputs(i), [classes.Length, .. shape]);
            inputs[i] = (shape.Length == 3 ? ours.permute(0, 3, 1, 2) : ours.permute(0, 2, 1)).contiguous().clone();
            labels[i] = tensor([.. classes.Select(static label => (long)label)]);
        }
        layers = new TorchLayers(start);
        using (DisposeScope scope = NewDisposeScope())
            forward(layers, inputs[0]);
        optimizer = rule == StepRule.Sgd
            ? optim.SGD(layers.Parameters, learningRate, momentum: 0.9)
            : optim.Adam(layers.Parameters, learningRate);
    }

    /// <summary>Learning rate of the next step.</summary>
    internal double LearningRate
    {
        set
        {
            foreach (optim.ILearningRateController group in optimizer.ParamGroups)
                group.LearningRate = value;
        }
    }

    /// <summary>One step on the next batch; its loss.</summary>
    internal float Step() => Step(wantsLoss: true);

    /// <summary>So many steps, whose losses nobody reads.</summary>
    internal void Run(int times)
    {
        for (int i = 0; i < times; i++)
            Step(wantsLoss: false);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        layers.Dispose();
        foreach (torch.Tensor tensor in inputs.Concat(labels))
            tensor.Dispose();
    }

    float Step(bool wantsLoss)
    {
        using DisposeScope scope = NewDisposeScope();
        int batch = next++ % StepData.Batches;
        torch.Tensor loss = nn.functional.cross_entropy(forward(layers, inputs[batch]), labels[batch]);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return wantsLoss ? loss.item<float>() : 0;
    }
}
