using AotNet.Training.Data;
using AotNet.Training.Data.Augmenting;
using AotNet.Training.Loop;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Loop;

/// <summary>Runs on image folders whose images are changed at random: killed, resumed, with any number of threads.</summary>
public sealed class AugmentedRunTests : IDisposable
{
    const string Augment = "crop:1,flip,brightness:0.2,contrast:0.3,cutout:1,mixup:0.4";

    readonly TemporaryDirectory directory = new();

    public AugmentedRunTests()
    {
        var random = new Random(1);
        for (int i = 0; i < 61; i++)
        {
            var points = new byte[4];
            random.NextBytes(points);
            points[i % 3] |= 128;
            directory.Write($"data/{(i < 49 ? "train" : "test")}/{"abc"[i % 3]}/{i}.png", MediaFiles.Png(2, 2, 1, points));
        }
    }

    public void Dispose() => directory.Dispose();

    string Train(string run, string flags)
    {
        (int code, string output, string error) = Run(run, flags);
        Assert.True(code == 0, error);
        return output;
    }

    (int Code, string Output, string Error) Run(string run, string flags) => Trainer.Run(
        SmallNetwork.Factory with { Formats = new DataFormats(new ImageFolders()) },
        $"train --data {directory["data"]} --lr 0.05 --run {directory[run]} {flags}".Split(' ', StringSplitOptions.RemoveEmptyEntries));

    byte[] Checkpoint(string run) => File.ReadAllBytes(Path.Combine(directory[run], "checkpoint.safetensors"));

    [Fact]
    public void AKilledRunResumesBitForBitAtAnyStep()
    {
        string text = Train("whole", $"--epochs 3 --augment {Augment}");
        Assert.Contains("49 images, decoded in", text);
        Assert.Contains($"augmented by {Augment}", text);
        for (int at = 1; at <= 21; at += 4)
        {
            FakeNetwork.AfterStep.Value = step =>
            {
                if (step == at)
                    throw new InvalidOperationException("killed");
            };
            Assert.Equal(ExitCode.Failure, Run($"broken{at}", $"--epochs 3 --augment {Augment} --checkpoint-every 1").Code);
            FakeNetwork.AfterStep.Value = null;
            Assert.Contains("49 images, decoded before", Train($"broken{at}", "--resume"));
            Assert.Equal(Checkpoint("whole"), Checkpoint($"broken{at}"));
        }
    }

    [Fact]
    public void ThreadsAndCachesChangeNothingAndAugmentationDoes()
    {
        Train("one", $"--epochs 2 --augment {Augment} --threads 1");
        Train("three", $"--epochs 2 --augment {Augment} --threads 3 --cache {directory["elsewhere"]}");
        Train("plain", "--epochs 2");
        Assert.Equal(Checkpoint("one"), Checkpoint("three"));
        Assert.NotEqual(Checkpoint("one"), Checkpoint("plain"));
        Assert.Equal(2, Directory.GetFiles(directory["elsewhere"]).Length);
        Assert.Equal(2, Directory.GetFiles(directory["aotnet-cache"]).Length);
    }

    [Fact]
    public void ASearchForTheRateIsRepeatedAlikeByAResumedRun()
    {
        const string flags = "--epochs 3 --augment " + Augment + " --optimizer sgd --lr auto --lr-steps 3 --lr-interval 2";
        string[] Command(string run, string more) => $"train --data {directory["data"]} --run {directory[run]} {more}".Split(' ');
        NetworkFactory factory = SmallNetwork.Factory with { Formats = new DataFormats(new ImageFolders()) };
        Assert.Equal(0, Trainer.Run(factory, Command("whole", flags)).Code);
        // Steps of the network, those of trials too: within the first search, behind it, and within the second.
        foreach (int at in (int[])[2, 6, 17])
        {
            int steps = 0;
            FakeNetwork.AfterStep.Value = step =>
            {
                if (step == at && ++steps == 1)
                    throw new InvalidOperationException("killed");
            };
            Assert.Equal(ExitCode.Failure, Trainer.Run(factory, Command($"broken{at}", flags + " --checkpoint-every 1")).Code);
            FakeNetwork.AfterStep.Value = null;
            Assert.Equal(0, Trainer.Run(factory, Command($"broken{at}", "--resume")).Code);
            Assert.Equal(Checkpoint("whole"), Checkpoint($"broken{at}"));
        }
    }

    [Fact]
    public void ARunKeepsItsAugmentation()
    {
        Train("kept", "--epochs 1 --schedule constant --augment flip,crop:1");
        Assert.Equal("crop:1,flip", Training.Loop.Checkpoint.ReadFlags(Path.Combine(directory["kept"], "checkpoint.safetensors"))["augment"]);
        Train("kept", "--resume --epochs 2 --augment crop:1,flip");
        Assert.Contains("--augment: found flip, but the run in", Run("kept", "--resume --augment flip").Error);
        Assert.Contains("--augment: found mixup:1, but the run in", Run("kept", "--resume --augment mixup:1").Error);
        Assert.Contains("found 'mixup:0', expected a number above 0", Run("other", "--augment mixup:0").Error);
        Assert.Contains("found 'cutmix:1', expected one or several of crop:POINTS", Run("other", "--augment cutmix:1").Error);
        Assert.False(Directory.Exists(directory["other"]));
    }

    [Fact]
    public void TablesAreMixedToo()
    {
        directory.Write("table.csv", string.Concat(Enumerable.Range(0, 30).Select(static i => $"{i % 7},{i % 5},{i * 0.1 % 1:R}\n")));
        NetworkFactory factory = FakeNetwork.Factory(Infos.Of(2, 1, ObjectiveKind.MeanSquaredError));
        (int Code, string Output, string Error) Table(string run, string more) =>
            Trainer.Run(factory, $"train --data {directory["table.csv"]} --epochs 2 --run {directory[run]} {more}".Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("augmented by mixup:0.3", Table("mixed", "--augment mixup:0.3").Output);
        Assert.Equal(0, Table("plain", "").Code);
        Assert.NotEqual(Checkpoint("mixed"), Checkpoint("plain"));
        Assert.Contains("--augment: flip,mixup:0.3 changes images", Table("none", "--augment mixup:0.3,flip").Error);
    }

    [Fact]
    public void LoadingAnAugmentedBatchAllocatesNothing()
    {
        NetworkInfo network = SmallNetwork.Factory.Info;
        Dataset data = new ImageFolders().ReadTraining(directory["data"], new DataRequest(network) { CacheDirectory = directory["cache"] }).Train;
        var batch = new BatchBuffer(8, data.Measure([0, 1, 2]), network, augmenter: new Augmenter(Augmentation.Parse(Augment), network, 1));
        var order = new SampleOrder(SampleSet.All(data).Samples, 1);
        batch.Load(data, order, 0, 0);
        Assert.Equal(8, batch.Weights.Length);
        int epoch = 0;
        Assert.Equal(0, AllocationMeter.Measure(100, () => batch.Load(data, order, 8, ++epoch)));
    }

    [Fact]
    public void OtherVerbsReadTheSameData()
    {
        Train("run", "--epochs 3 --skip-bad --quiet --augment mixup:1 --consistency 7");
        NetworkFactory factory = SmallNetwork.Factory with { Formats = new DataFormats(new ImageFolders()) };
        string checkpoint = Path.Combine(directory["run"], "checkpoint.safetensors");
        (int code, string output, string error) = Trainer.Run(factory, ["eval", "--data", directory["data"], "--checkpoint", checkpoint]);
        Assert.True(code == 0, error);
        Assert.Contains("12 samples of", output);
        Assert.Contains("12 images, decoded before", error);
        (code, output, error) = Trainer.Run(factory, ["predict", "--input", directory["data/test"], "--checkpoint", checkpoint]);
        Assert.True(code == 0, error);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(12, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^[abc] [01]\.\d{6}  .*/test/[abc]/\d+\.png$", line));
        (_, output, _) = Trainer.Run(factory, ["predict", "--input", directory["data/test/b/49.png"], "--checkpoint", checkpoint, "--json"]);
        Assert.Contains("\"file\":\"" + directory["data/test/b/49.png"], output);
        (code, output, error) = Trainer.Run(factory, ["inspect", "--data", directory["data"], "--checkpoint", checkpoint]);
        Assert.True(code == 0, error);
    }
}
