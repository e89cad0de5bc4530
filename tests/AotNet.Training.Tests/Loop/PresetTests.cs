using AotNet.Runtime;
using AotNet.Training.Data;
using AotNet.Training.Loop;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Loop;

/// <summary>--preset, --standardize, --init and --curvature-limit.</summary>
public sealed class PresetTests : IDisposable
{
    static readonly NetworkInfo Network = Infos.Of(4, 3);

    readonly TemporaryDirectory directory = new();
    readonly string run;

    public PresetTests()
    {
        directory.WritePair("train", 61);
        directory.WritePair("t10k", 30);
        run = directory["run"];
    }

    public void Dispose() => directory.Dispose();

    static RunSettings Settings(string flags, NetworkInfo? network = null)
    {
        var values = new Dictionary<string, string> { [RunFlags.Data] = "data" };
        foreach (string flag in flags.Split("--", StringSplitOptions.RemoveEmptyEntries))
            values[flag.Split(' ')[0]] = flag.Contains(' ') ? flag.Split(' ')[1].Trim() : "true";
        return RunSettings.Parse(values, network ?? Network);
    }

    SafetensorsFile Checkpoint => SafetensorsFile.Read(Path.Combine(run, "checkpoint.safetensors"));

    [Theory]
    [InlineData("sgd", OptimizerKind.Sgd, false)]
    [InlineData("sgd2", OptimizerKind.Sgd2, false)]
    [InlineData("adam", OptimizerKind.Adam, false)]
    [InlineData("rmsprop", OptimizerKind.RmsProp, false)]
    [InlineData("adagrad", OptimizerKind.Adagrad, false)]
    [InlineData("adam", OptimizerKind.Adam, true)]
    public void PaperTakesTheAuthorsFormOfTheOptimizer(string name, OptimizerKind kind, bool decorrelate)
    {
        RunSettings settings = Settings($"--preset paper --optimizer {name} --lr 0.05{(decorrelate ? " --decorrelate" : "")}");
        Assert.Equal(OptimizerPresets.Paper(kind, 0.05f, decorrelate), settings.Optimizer);
        Assert.Equal(settings.Optimizer, RunSettings.Parse(settings.Flags, Network).Optimizer);
        Assert.Equal(name, settings.Flags[RunFlags.Optimizer]);
    }

    [Fact]
    public void PaperFillsInWhatIsNotGiven()
    {
        RunSettings paper = Settings("--preset paper");
        Assert.Equal(SelectiveRate.For(OptimizerKind.Sgd2).Candidates, paper.Selective!.Candidates);
        Assert.Equal((StandardizationKind.Mean, 0.01f, "500"), (paper.Standardization, paper.InitialSigma!.Value, paper.Flags[RunFlags.CurvatureLimit]));
        RunSettings given = Settings("--preset paper --lr 0.5 --standardize unit --init declared --curvature-limit 300 --weight-decay 0");
        Assert.Null(given.Selective);
        Assert.Equal((StandardizationKind.Unit, null, "300"), (given.Standardization, given.InitialSigma, given.Flags[RunFlags.CurvatureLimit]));
        Assert.Equal((0.5f, 0f), (given.Optimizer.LearningRate, given.Optimizer.WeightDecay));
        RunSettings usual = Settings("");
        Assert.Equal((StandardizationKind.Unit, null, null), (usual.Standardization, usual.InitialSigma, usual.Selective));
    }

    [Theory]
    [InlineData("--preset ours", "--preset: found 'ours', expected paper.")]
    [InlineData("--preset paper --optimizer adamw", "--preset: the authors' code has no adamw")]
    [InlineData("--preset paper --optimizer sgd --decorrelate", "--decorrelate: SGD on decorrelated gradients is --optimizer sgd2.")]
    [InlineData("--standardize half", "--standardize: found 'half', expected one of unit, rms, mean, none.")]
    [InlineData("--init 0.01", "--init: found '0.01', expected declared or normal:F with F above 0.")]
    [InlineData("--init normal:0", "--init: found '0', expected declared or normal:F with F above 0.")]
    public void WrongFlagsAreRefused(string flags, string expected)
    {
        (int code, _, string error) = Trainer.Run(Network, $"train --data {directory.Path} --run {run} {flags}");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, error);
        Assert.False(Directory.Exists(run));
    }

    [Theory]
    [InlineData("--curvature-limit 4", "dual", false)]
    [InlineData("--curvature-limit 5", "dual", null)]
    [InlineData("--curvature-limit 4 --curvature dense1=on", "dual", true)]
    [InlineData("--curvature-limit 4", "off", null)]
    [InlineData("--curvature-limit 4", "blocked", null)]
    [InlineData("--curvature-limit 4", "patches-blocked", null)]
    public void LayersBeyondTheLimitAreNotDecorrelatedWhole(string flags, string form, bool? decorrelates)
    {
        NetworkInfo network = Network with { Layers = [Network.Layers[0] with { CurvatureForm = form }] };
        Assert.Equal(decorrelates, Settings(flags, network).Optimizer.Layers["dense1"]?.Decorrelate);
    }

    [Theory]
    [InlineData("channels", 4, null)]
    [InlineData("channels-dual", 1024, null)]
    [InlineData("patches", 28, false)]
    [InlineData("patches-dual", 2, false)]
    [InlineData("patches-two-sided", 28, false)]
    public void ConvolutionsAreHeldToTheOrderOfTheirGram(string form, int order, bool? decorrelates)
    {
        var conv = new LayerInfo("conv1", "Conv", [32, 32, 3], [32, 32, 8], 224, form, order);
        Assert.Equal(decorrelates, Settings("--curvature-limit 4", Network with { Layers = [conv] }).Optimizer.Layers["conv1"]?.Decorrelate);
    }

    [Theory]
    [InlineData("unit")]
    [InlineData("rms")]
    [InlineData("mean")]
    [InlineData("none")]
    public void StandardizationTravelsInTheCheckpoint(string kind)
    {
        Trainer.Succeed(Network, $"train --data {directory.Path} --optimizer sgd --lr 1e-5 --epochs 1 --standardize {kind} --run {run}");
        byte[] pixels = File.ReadAllBytes(directory["train-images-idx3-ubyte"])[16..];
        double mean = pixels.Average(static pixel => (double)pixel);
        double deviation = Math.Sqrt(pixels.Average(pixel => (pixel - mean) * (pixel - mean)));
        // One mean for all pixels where they are scaled too, else one for each.
        double first = kind switch { "unit" => mean, "mean" => pixels.Where(static (_, i) => i % 4 == 0).Average(static pixel => (double)pixel), _ => 0 };
        Assert.Equal(first, Checkpoint.Floats("data.mean")[0], 1e-3);
        double scale = kind switch { "unit" => 1 / deviation, "rms" => 1 / Math.Sqrt(deviation * deviation + mean * mean), _ => 1 };
        Assert.Equal(scale, Checkpoint.Floats("data.scale")[3], 1e-6);
        Trainer.Succeed(Network, $"train --resume --standardize {kind} --epochs 2 --run {run}");
        Assert.Equal(first, Checkpoint.Floats("data.mean")[0], 1e-3);
        (int code, _, string error) = Trainer.Run(Network, $"train --resume --standardize {(kind == "unit" ? "mean" : "unit")} --run {run}");
        Assert.True(code == ExitCode.Usage && error.Contains($"was begun with {kind}"), error);
    }

    [Fact]
    public void InitialWeightsAreDrawnOnceAndNotOnResume()
    {
        Trainer.Succeed(Network, $"train --data {directory.Path} --optimizer sgd --lr 1e-30 --momentum 0 --epochs 1 --init normal:3e-1 --run {run}");
        Assert.All(Checkpoint.Floats("weights")[..12].ToArray(), static weight => Assert.Equal(0.3f, weight));
        Assert.Equal("normal:0.3", Checkpoint.Metadata["flag.init"]);
        Trainer.Succeed(Network, $"train --resume --init normal:0.3 --epochs 2 --run {run}");
        Assert.Equal("2", Checkpoint.Metadata["run.epoch"]);
        Assert.Contains("--init: found normal:0.2", Trainer.Run(Network, $"train --resume --init normal:0.2 --run {run}").Error);
    }

    [Fact]
    public void APaperRunResumesAsOne()
    {
        string flags = $"train --data {directory.Path} --preset paper --curvature-limit 5 --lr-candidates 0.01,0.001";
        Trainer.Succeed(Network, $"{flags} --epochs 3 --run {directory["whole"]}");
        Trainer.Succeed(Network, $"{flags} --epochs 1 --run {run}");
        Trainer.Succeed(Network, $"train --resume --epochs 3 --run {run}");
        Assert.Equal(File.ReadAllBytes(Path.Combine(directory["whole"], "checkpoint.safetensors")), File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors")));
    }
}
