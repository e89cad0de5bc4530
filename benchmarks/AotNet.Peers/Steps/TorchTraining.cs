using AotNet.Peers.Libraries;
using AotNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace AotNet.Peers.Steps;

/// <summary>The same network in training by libtorch, from the same weights, on the same data.</summary>
sealed class TorchTraining : IDisposable
{
    readonly torch.Tensor[] inputs = new torch.Tensor[StepData.Batches], labels = new torch.Tensor[StepData.Batches];
    readonly TorchMlp model;
    int next;

    /// <param name="start">Our network before its first step, whose weights are copied.</param>
    /// <param name="widths">Inputs, hidden widths and outputs.</param>
    /// <param name="data">What it is trained on.</param>
    /// <param name="rule">Update rule.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="style">How it is written.</param>
    internal TorchTraining(CompiledNetwork start, int[] widths, StepData data, StepRule rule, double learningRate, TorchStyle style)
    {
        for (int i = 0; i < StepData.Batches; i++)
        {
            int[] classes = data.Labels(i);
            inputs[i] = tensor(data.Inputs(i), [classes.Length, widths[0]]);
            labels[i] = tensor([.. classes.Select(static label => (long)label)]);
        }
        model = new TorchMlp(widths, rule, learningRate, style);
        for (int i = 0; i + 1 < widths.Length; i++)
        {
            string layer = $"dense{i + 1}";
            model.SetLayer(i, start.Parameters[layer + ".weight"].ToArray(), start.Parameters[layer + ".bias"].ToArray());
        }
    }

    /// <summary>Learning rate of the next step.</summary>
    internal double LearningRate
    {
        set => model.LearningRate = value;
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
        model.Dispose();
        foreach (torch.Tensor tensor in inputs.Concat(labels))
            tensor.Dispose();
    }

    float Step(bool wantsLoss)
    {
        int batch = next++ % StepData.Batches;
        return model.Step(inputs[batch], labels[batch], wantsLoss);
    }
}
