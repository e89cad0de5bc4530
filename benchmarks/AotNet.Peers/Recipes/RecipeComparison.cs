using AotNet.Peers.Harness;
using AotNet.Peers.Images;
using AotNet.Peers.Libraries;
using AotNet.Runtime;
using AotNet.Training;
using AotNet.Training.Data;
using AotNet.Training.Loop;

namespace AotNet.Peers.Recipes;

/// <summary>The verb <c>recipe</c>: what samples/CifarResNet and the same network by libtorch reach on CIFAR-10.</summary>
/// <param name="path">CIFAR-10, in any form that the sample reads.</param>
/// <param name="epochs">Epochs of each run.</param>
/// <param name="seeds">A run each.</param>
/// <param name="threads">On both sides.</param>
sealed class RecipeComparison(string path, int epochs, IReadOnlyList<int> seeds, int threads)
{
    /// <summary>Flags of <c>train</c>; seed and epochs are added.</summary>
    static readonly (string Flag, string Value)[] Recipe =
    [
        (RunFlags.Optimizer, "sgd"), (RunFlags.LearningRate, "0.1"), (RunFlags.WeightDecay, "1e-4"), (RunFlags.Schedule, "linear"),
        (RunFlags.Augment, "crop:4,flip"),
    ];

    /// <summary>Normal quantile of what is called noise: a difference that 19 of 20 equals keep below.</summary>
    const double Quantile = 1.96;

    readonly NetworkInfo info = InfoOf<CifarResNet>();

    internal Report Run()
    {
        LibTorch.Require(threads);
        RunSettings[] runs = [.. seeds.Select(Settings)];
        TrainingData data = Read(runs[0]);
        string plural = threads == 1 ? "" : "s";
        var report = new Report($"{nameof(CifarResNet)} by one recipe, {threads} thread{plural} on both sides", null);
        report.Line($"{LibTorch.Version}.");
        report.Line();
        report.Line($"`train {string.Join(' ', Recipe.Select(static part => $"--{part.Flag} {part.Value}"))} --epochs {epochs}`, batch {runs[0].Batch}, on "
            + $"{data.Train.Samples.Length} images. Both sides start from the same weights and take their steps in turn on the same augmented "
            + $"batches; the losses of the first {Twins.CheckedSteps} steps agree to {Twins.LossTolerance:g1}. Accuracy in per cent on the "
            + $"{data.Test!.Samples.Length} test images after each epoch; seconds are those of the steps so far, batches in memory.");
        Table table = report.Table("seed", "epoch", "ours", "libtorch", "difference", "ours s", "libtorch s", "libtorch / ours");
        var last = new List<(double Ours, double Theirs)>();
        foreach (RunSettings run in runs)
        {
            using var twins = new Twins(CifarResNet.Create(run.Seed, threads), ResNet8.Forward, run, data);
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                (Reached ours, Reached theirs) = twins.Epoch(epoch);
                table.Row($"{run.Seed}", $"{epoch + 1}", Percent(ours.Accuracy), Percent(theirs.Accuracy), Points(ours.Accuracy - theirs.Accuracy),
                    Timing.Figure(ours.Seconds), Timing.Figure(theirs.Seconds), Timing.Figure(theirs.Seconds / ours.Seconds));
                if (epoch == epochs - 1)
                    last.Add((ours.Accuracy, theirs.Accuracy));
            }
        }
        Conclude(report, last.Average(static run => run.Ours), last.Average(static run => run.Theirs), data.Test.Samples.Length);
        return report;
    }

    void Conclude(Report report, double ours, double theirs, int tested)
    {
        double noise = Quantile * Math.Sqrt((ours * (1 - ours) + theirs * (1 - theirs)) / tested);
        report.Line();
        report.Line($"After epoch {epochs}, means over {seeds.Count} seed{(seeds.Count == 1 ? "" : "s")}: ours {Percent(ours)} %, libtorch {Percent(theirs)} %, "
            + $"difference {Points(ours - theirs)}.");
        report.Line($"Goal: they differ by no more than noise, {100 * noise:0.00} points: what two equally good networks differ by on so many test "
            + $"images, 19 times in 20; {(Math.Abs(ours - theirs) <= noise ? "met" : "not met")}.");
    }

    RunSettings Settings(int seed)
    {
        Dictionary<string, string> flags = Recipe.ToDictionary(static part => part.Flag, static part => part.Value);
        flags[RunFlags.Data] = path;
        flags[RunFlags.Epochs] = $"{epochs}";
        flags[RunFlags.Seed] = $"{seed}";
        return RunSettings.Parse(flags, info);
    }

    TrainingData Read(RunSettings settings)
    {
        DataFormat format = new DataFormats(new ImageFolders(), new CifarBinaries()).Detect(path, info);
        var request = new DataRequest(info) { Threads = threads };
        TrainingData data = TrainingData.Read(path, format, request, settings.Validation, settings.Standardization, settings.Seed);
        return data.Test is null ? throw new PeersException($"--data: {path} has no test set.") : data;
    }

    static NetworkInfo InfoOf<T>() where T : CompiledNetwork, INetwork<T> => T.Info;

    static string Percent(double share) => $"{100 * share:0.00}";

    static string Points(double difference) => $"{100 * difference:+0.00;-0.00;0.00}";
}
