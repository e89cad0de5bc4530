using AotNet.Peers.Images;
using AotNet.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AotNet.Peers.Recipes;

/// <summary>A network in training by libtorch: SGD with momentum, and weight decay on weights alone, from the weights of ours.</summary>
sealed class TorchTwin : IDisposable
{
    readonly long[] shape;
    readonly TorchLayers layers;
    readonly Func<TorchLayers, torch.Tensor, torch.Tensor> forward;
    readonly optim.Optimizer optimizer;
    torch.Tensor? images, labels;

    /// <param name="start">Our network before its first step.</param>
    /// <param name="forward">Logits.</param>
    /// <param name="momentum">Of SGD.</param>
    /// <param name="weightDecay">Added to the gradients of weights; biases, gains and shifts have none, as on our side.</param>
    internal TorchTwin(CompiledNetwork start, Func<TorchLayers, torch.Tensor, torch.Tensor> forward, double momentum, double weightDecay)
    {
        this.forward = forward;
        shape = [.. start.Info.Inputs[0].Shape];
        layers = new TorchLayers(start) { Training = false };
        // Its first use makes a layer; in inference mode no statistic moves.
        using (DisposeScope scope = NewDisposeScope())
            forward(layers, zeros([1, shape[2], shape[0], shape[1]]));
        optimizer = optim.SGD([new SGD.ParamGroup(layers.Weights, momentum: momentum, weight_decay: weightDecay),
            new SGD.ParamGroup(layers.Rows, momentum: momentum)], learningRate: 0, momentum: momentum);
    }

    /// <summary>Takes a batch; ours has the colours of a point beside each other, libtorch planes.</summary>
    internal void Load(ReadOnlySpan<float> inputs, ReadOnlySpan<int> classes)
    {
        Forget();
        using torch.Tensor points = tensor(inputs.ToArray(), [classes.Length, .. shape]), planes = points.permute(0, 3, 1, 2);
        images = planes.contiguous();
        var answers = new long[classes.Length];
        for (int row = 0; row < answers.Length; row++)
            answers[row] = classes[row];
        labels = tensor(answers);
    }

    /// <summary>One step on the batch; its mean loss before the update.</summary>
    internal float Step(double learningRate)
    {
        using DisposeScope scope = NewDisposeScope();
        layers.Training = true;
        foreach (optim.ILearningRateController group in optimizer.ParamGroups)
            group.LearningRate = learningRate;
        torch.Tensor loss = nn.functional.cross_entropy(forward(layers, images!), labels!);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }

    /// <summary>How many of the batch it gets right, in inference mode.</summary>
    internal long Correct()
    {
        using IDisposable quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        layers.Training = false;
        return forward(layers, images!).argmax(1).eq(labels!).sum().item<long>();
    }

    public void Dispose()
    {
        Forget();
        optimizer.Dispose();
        layers.Dispose();
    }

    void Forget()
    {
        images?.Dispose();
        labels?.Dispose();
    }
}
