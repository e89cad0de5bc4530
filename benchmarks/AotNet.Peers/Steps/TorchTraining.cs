using AotNet.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AotNet.Peers.Steps;

/// <summary>How a network is written for libtorch; the same mathematics each time.</summary>
enum TorchStyle
{
    /// <summary><c>nn.Sequential</c> of <c>Linear</c> and <c>ReLU</c> modules.</summary>
    Modules,

    /// <summary><c>functional.linear</c> and ReLU in place on the parameters themselves.</summary>
    Functions,
}

/// <summary>The same network in training by libtorch, from the same weights, on the same data.</summary>
sealed class TorchTraining : IDisposable
{
    readonly torch.Tensor[] inputs = new torch.Tensor[StepData.Batches], labels = new torch.Tensor[StepData.Batches];
    readonly List<Linear> layers = [];
    readonly nn.Module<torch.Tensor, torch.Tensor> model;
    readonly torch.Tensor[] weights, biases;
    readonly TorchStyle style;
    readonly optim.Optimizer optimizer;
    int next;

    /// <param name="start">Our network before its first step, whose weights are copied.</param>
    /// <param name="widths">Inputs, hidden widths and outputs.</param>
    /// <param name="data">What it is trained on.</param>
    /// <param name="rule">Update rule.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="style">How it is written.</param>
    internal TorchTraining(CompiledNetwork start, int[] widths, StepData data, StepRule rule, double learningRate, TorchStyle style)
    {
        this.style = style;
        for (int i = 0; i < StepData.Batches; i++)
        {
            int[] classes = data.Labels(i);
            inputs[i] = tensor(data.Inputs(i), [classes.Length, widths[0]]);
            labels[i] = tensor([.. classes.Select(static label => (long)label)]);
        }
        model = Model(start, widths);
        (weights, biases) = ([.. layers.Select(static layer => layer.weight!)], [.. layers.Select(static layer => layer.bias!)]);
        optimizer = rule == StepRule.Sgd
            ? optim.SGD(model.parameters(), learningRate, momentum: 0.9)
            : optim.Adam(model.parameters(), learningRate);
    }

    /// <summary>One step on the next batch; its loss, which is not waited for unless it is asked for.</summary>
    internal float Step(bool wantsLoss)
    {
        int batch = next++ % StepData.Batches;
        using DisposeScope scope = NewDisposeScope();
        torch.Tensor loss = nn.functional.cross_entropy(Forward(inputs[batch]), labels[batch]);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return wantsLoss ? loss.item<float>() : 0;
    }

    /// <summary>So many steps.</summary>
    internal void Run(int times)
    {
        for (int i = 0; i < times; i++)
            Step(wantsLoss: false);
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

    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
        foreach (torch.Tensor tensor in inputs.Concat(labels))
            tensor.Dispose();
    }

    torch.Tensor Forward(torch.Tensor x)
    {
        if (style == TorchStyle.Modules)
            return model.forward(x);
        for (int i = 0; i < weights.Length; i++)
        {
            x = nn.functional.linear(x, weights[i], biases[i]);
            if (i < weights.Length - 1)
                x = x.relu_();
        }
        return x;
    }

    nn.Module<torch.Tensor, torch.Tensor> Model(CompiledNetwork start, int[] widths)
    {
        var parts = new List<(string, nn.Module<torch.Tensor, torch.Tensor>)>();
        for (int i = 0; i + 1 < widths.Length; i++)
        {
            Linear layer = nn.Linear(widths[i], widths[i + 1]);
            using (no_grad())
            {
                // Ours holds weights as inputs x outputs.
                using torch.Tensor weight = tensor(start.Parameters[$"dense{i + 1}.weight"].ToArray(), [widths[i], widths[i + 1]]);
                using torch.Tensor transposed = weight.t();
                using torch.Tensor bias = tensor(start.Parameters[$"dense{i + 1}.bias"].ToArray());
                layer.weight!.copy_(transposed);
                layer.bias!.copy_(bias);
            }
            layers.Add(layer);
            parts.Add(($"linear{i}", layer));
            if (i + 2 < widths.Length)
                parts.Add(($"relu{i}", nn.ReLU(inplace: true)));
        }
        return nn.Sequential(parts);
    }
}
