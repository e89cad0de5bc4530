using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AotNet.Peers.Libraries;

/// <summary>How a network is written for libtorch; the same mathematics each time.</summary>
enum TorchStyle
{
    /// <summary><c>nn.Sequential</c> of <c>Linear</c> and <c>ReLU</c> modules.</summary>
    Modules,

    /// <summary><c>functional.linear</c> and ReLU in place on the parameters themselves.</summary>
    Functions,
}

/// <summary>Dense layers with ReLU between them, softmax cross-entropy behind them, and an optimiser.</summary>
sealed class TorchMlp : IDisposable
{
    /// <summary>Weight of the past in the first moment, unless another one is given.</summary>
    internal const double Momentum = 0.9;

    readonly List<Linear> layers = [];
    readonly nn.Module<torch.Tensor, torch.Tensor> model;
    readonly torch.Tensor[] weights, biases;
    readonly TorchStyle style;
    readonly optim.Optimizer optimizer;

    /// <param name="widths">Inputs, hidden widths and outputs.</param>
    /// <param name="rule">Update rule.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="style">How it is written.</param>
    /// <param name="momentum">Weight of the past in the first moment.</param>
    internal TorchMlp(IReadOnlyList<int> widths, StepRule rule, double learningRate, TorchStyle style, double momentum = Momentum)
    {
        this.style = style;
        var parts = new List<(string, nn.Module<torch.Tensor, torch.Tensor>)>();
        for (int i = 0; i + 1 < widths.Count; i++)
        {
            layers.Add(nn.Linear(widths[i], widths[i + 1]));
            parts.Add(($"linear{i}", layers[i]));
            if (i + 2 < widths.Count)
                parts.Add(($"relu{i}", nn.ReLU(inplace: true)));
        }
        model = nn.Sequential(parts);
        weights = [.. layers.Select(static layer => layer.weight!)];
        biases = [.. layers.Select(static layer => layer.bias!)];
        optimizer = rule == StepRule.Sgd
            ? optim.SGD(model.parameters(), learningRate, momentum: momentum)
            : optim.Adam(model.parameters(), learningRate, beta1: momentum);
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

    /// <summary>Replaces a layer's weights, given as inputs x outputs, and its bias.</summary>
    internal void SetLayer(int index, float[] weight, float[] bias)
    {
        Linear layer = layers[index];
        using (no_grad())
        {
            using torch.Tensor values = tensor(weight, [weight.Length / bias.Length, bias.Length]);
            using torch.Tensor transposed = values.t();
            using torch.Tensor shift = tensor(bias);
            layer.weight!.copy_(transposed);
            layer.bias!.copy_(shift);
        }
    }

    /// <summary>Logits; the caller disposes of them, or its scope does.</summary>
    internal torch.Tensor Forward(torch.Tensor x)
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

    /// <summary>Forward, loss, backward, update.</summary>
    /// <returns>The mean loss before the update; 0 unless it is asked for, for asking takes time.</returns>
    internal float Step(torch.Tensor x, torch.Tensor label, bool wantsLoss = false)
    {
        using DisposeScope scope = NewDisposeScope();
        torch.Tensor loss = nn.functional.cross_entropy(Forward(x), label);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return wantsLoss ? loss.item<float>() : 0;
    }

    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
    }
}
