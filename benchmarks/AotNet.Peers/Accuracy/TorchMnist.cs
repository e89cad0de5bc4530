using System.Globalization;
using AotNet.Peers.Libraries;
using AotNet.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace AotNet.Peers.Accuracy;

/// <summary>
/// MNIST in a process of its own, as a user of TorchSharp writes it: files to tensors, standardised pixels, a permutation an
/// epoch, batches by <c>index_select</c>, accuracy on the test set after each epoch. Prints a line as our trainer does.
/// </summary>
static class TorchMnist
{
    internal const string Verb = "torch-mnist";

    static readonly int[] Widths = [MnistFiles.Features, 512, 256, MnistFiles.Classes];

    internal static void Train(string folder, Settings settings, int threads, long seed)
    {
        LibTorch.Require(threads);
        random.manual_seed(seed);
        (torch.Tensor images, torch.Tensor labels) = Load(folder, "train");
        (torch.Tensor testImages, torch.Tensor testLabels) = Load(folder, "t10k");
        Standardize(images, testImages, settings.LeavesZeros);
        using var model = new TorchMlp(Widths, Settings.Rule(settings.Optimizer), settings.LearningRate, TorchStyle.Functions, settings.Momentum);
        long samples = images.shape[0], steps = settings.Epochs * ((samples + settings.Batch - 1) / settings.Batch), step = 0;
        Schedule schedule = settings.Schedule;
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            using torch.Tensor order = randperm(samples);
            for (long start = 0; start < samples; start += settings.Batch, step++)
            {
                model.LearningRate = schedule.RateAt(step, steps);
                using torch.Tensor chosen = order.narrow(0, start, Math.Min(settings.Batch, samples - start));
                using torch.Tensor batch = images.index_select(0, chosen), answers = labels.index_select(0, chosen);
                model.Step(batch, answers);
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $$"""{"event":"epoch","epoch":{{epoch}},"test_accuracy":{{Accuracy(model, testImages, testLabels)}}}"""));
        }
    }

    static void Standardize(torch.Tensor images, torch.Tensor testImages, bool leavesZeros)
    {
        using DisposeScope scope = NewDisposeScope();
        if (leavesZeros)
        {
            torch.Tensor size = images.norm().div(Math.Sqrt(images.numel()));
            images.div_(size);
            testImages.div_(size);
            return;
        }
        torch.Tensor mean = images.mean(), deviation = images.std();
        images.sub_(mean).div_(deviation);
        testImages.sub_(mean).div_(deviation);
    }

    static double Accuracy(TorchMlp model, torch.Tensor images, torch.Tensor labels)
    {
        using IDisposable quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return model.Forward(images).argmax(1).eq(labels).to(ScalarType.Float64).mean().item<double>();
    }

    static (torch.Tensor Images, torch.Tensor Labels) Load(string folder, string prefix)
    {
        (byte[] pixels, byte[] classes) = MnistFiles.Read(folder, prefix);
        using torch.Tensor bytes = tensor(pixels, [classes.Length, MnistFiles.Features]), answers = tensor(classes);
        return (bytes.to(ScalarType.Float32), answers.to(ScalarType.Int64));
    }
}
