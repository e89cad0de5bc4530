using System.Text.Json;
using System.Text.Json.Nodes;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Loop;

public sealed class TrainTests : IDisposable
{
    static readonly NetworkInfo Network = Infos.Of(4, 3);

    readonly TemporaryDirectory directory = new();
    readonly string run;

    public TrainTests()
    {
        directory.WritePair("train", 61);
        directory.WritePair("t10k", 30);
        run = directory["run"];
    }

    public void Dispose() => directory.Dispose();

    string Train(string flags) => Trainer.Succeed(Network, $"train --data {directory.Path} --optimizer sgd {flags}");

    JsonElement[] Log(string? of = null) => File.ReadAllLines(Path.Combine(of ?? run, "log.jsonl"))
        .Select(static line => JsonDocument.Parse(line).RootElement).ToArray();

    [Fact]
    public void ARunLearnsAndLogsALineForEachEpoch()
    {
        Train($"--epochs 5 --run {run}");
        JsonElement[] log = Log();
        Assert.Equal([1, 2, 3, 4, 5], log.Select(static line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal([8, 16, 24, 32, 40], log.Select(static line => line.GetProperty("step").GetInt32()));
        foreach (string name in (string[])["epoch", "step", "train_loss", "train_accuracy", "test_loss", "test_accuracy",
            "learning_rate", "samples_per_second", "seconds"])
            Assert.All(log, line => Assert.Equal(JsonValueKind.Number, line.GetProperty(name).ValueKind));
        Assert.True(log[^1].GetProperty("test_accuracy").GetDouble() > 0.9);
        Assert.True(log[^1].GetProperty("train_loss").GetDouble() < log[0].GetProperty("train_loss").GetDouble());
        Assert.Equal(["best.safetensors", "checkpoint.safetensors", "evaluation.json", "log.jsonl", "report.html", "run.json"],
            Directory.GetFiles(run).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void TextOutputHasNoEscapesAndQuietHasNone()
    {
        string text = Train($"--epochs 2 --run {run}");
        Assert.Contains("epoch   2", text);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\r', text);
        Assert.Empty(Train($"--epochs 2 --run {directory["quiet"]} --quiet"));
    }

    [Fact]
    public void JsonOutputIsOneEventALine()
    {
        string[] lines = Train($"--epochs 2 --run {run} --json").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["begin", "epoch", "epoch", "end"],
            lines.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()));
        Assert.Equal("sgd", JsonDocument.Parse(lines[0]).RootElement.GetProperty("flags").GetProperty("optimizer").GetString());
    }

    [Fact]
    public void EqualRunsGiveEqualFilesAndOtherSeedsOthers()
    {
        foreach ((string name, int seed) in (ReadOnlySpan<(string, int)>)[("a", 1), ("b", 1), ("c", 2)])
            Train($"--epochs 2 --run {directory[name]} --seed {seed}");
        byte[] Checkpoint(string name) => File.ReadAllBytes(Path.Combine(directory[name], "checkpoint.safetensors"));
        Assert.Equal(Checkpoint("a"), Checkpoint("b"));
        Assert.NotEqual(Checkpoint("a"), Checkpoint("c"));
    }

    [Fact]
    public void AnInterruptedRunResumesBitForBitAtAnyStep()
    {
        const string flags = "--epochs 4 --schedule cosine --warmup 3 --momentum 0.5 --validation 0.2 --clip 1 --weight-decay 0.01";
        Train($"{flags} --run {directory["whole"]}");
        for (int at = 1; at <= 24; at += 3)
        {
            string broken = directory[$"broken{at}"];
            KilledAfter(at, $"{flags} --run {broken} --checkpoint-every 2");
            Train($"{flags} --run {broken} --checkpoint-every 5 --resume --quiet");
            foreach (string file in (string[])["checkpoint.safetensors", "best.safetensors"])
                Assert.Equal(File.ReadAllBytes(Path.Combine(directory["whole"], file)), File.ReadAllBytes(Path.Combine(broken, file)));
            Assert.Equal(Log(directory["whole"]).Select(Comparable), Log(broken).Select(Comparable));
        }

        static string Comparable(JsonElement line) => string.Join(' ', line.EnumerateObject()
            .Where(static member => member.Name is not ("seconds" or "samples_per_second"))
            .Select(static member => $"{member.Name}={member.Value.GetRawText()}"));
    }

    [Fact]
    public void ATornLogLineIsCutOffOnResume()
    {
        KilledAfter(12, $"--epochs 3 --run {run}");
        File.AppendAllText(Path.Combine(run, "log.jsonl"), "{\"epoch\":2,\"st");
        Train($"--epochs 3 --run {run} --resume");
        Assert.Equal([1, 2, 3], Log().Select(static line => line.GetProperty("epoch").GetInt32()));
    }

    [Fact]
    public void A_resumed_run_goes_on_counting_its_seconds()
    {
        KilledAfter(12, $"--epochs 3 --run {run}");
        string log = Path.Combine(run, "log.jsonl");
        JsonObject epoch = JsonNode.Parse(File.ReadAllText(log))!.AsObject();
        epoch["seconds"] = 1000;
        File.WriteAllText(log, epoch.ToJsonString() + "\n");
        Train($"--epochs 3 --run {run} --resume");
        double[] seconds = [.. Log().Select(static line => line.GetProperty("seconds").GetDouble())];
        Assert.Equal(3, seconds.Length);
        Assert.Equal(1000, seconds[0]);
        Assert.All(seconds[1..], static second => Assert.InRange(second, 1000, 1100));
    }

    [Fact]
    public void ResumeWithoutACheckpointBeginsAtTheBeginning()
    {
        string text = Train($"--epochs 1 --run {run} --resume");
        Assert.Contains("holds no checkpoint yet", text);
        Assert.Single(Log());
    }

    [Fact]
    public void ResumeNeedsNoFlagsAndAFinishedRunStaysAsItIs()
    {
        Train($"--epochs 2 --run {run} --lr 0.05");
        byte[] before = File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors"));
        Trainer.Succeed(Network, $"train --run {run} --resume");
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors")));
        Trainer.Succeed(Network, $"train --run {run} --resume --epochs 3 --lr 5e-2");
        Assert.Equal(3, Log().Length);
    }

    [Theory]
    [InlineData("", "--lr 0.2", "--lr: found 0.2, but the run in RUN was begun with 0.1")]
    [InlineData("", "--optimizer adam", "--optimizer: found adam")]
    [InlineData("", "--batch 4", "--batch: found 4, but the run in RUN was begun with 8")]
    [InlineData("", "--seed 2", "--seed: found 2")]
    [InlineData("", "--validation 0.5", "was begun without it")]
    [InlineData("--schedule linear", "--epochs 9", "the linear schedule depends on it")]
    [InlineData("", "--data OTHER", "is not the data that the run in RUN was begun with")]
    public void ResumeRefusesOtherSettings(string first, string second, string expected)
    {
        Train($"--epochs 2 --run {run} {first}");
        using var other = new TemporaryDirectory();
        other.WritePair("train", 60);
        byte[] before = File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors"));
        (int code, _, string error) = Trainer.Run(Network, $"train --resume --run {run} {second.Replace("OTHER", other.Path)}");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected.Replace("RUN", run), error);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors")));
    }

    [Fact]
    public void ADirectoryWithARunIsNotOverwritten()
    {
        Train($"--epochs 1 --run {run}");
        (int code, _, string error) = Trainer.Run(Network, $"train --data {directory.Path} --run {run}");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("holds a run already; add --resume", error);
        File.Delete(Path.Combine(run, "checkpoint.safetensors"));
        Assert.Contains("log but no checkpoint", Trainer.Run(Network, $"train --data {directory.Path} --run {run} --resume").Error);
    }

    [Fact]
    public void ALossThatIsNotFiniteStopsTheRunAndKeepsTheLastCheckpoint()
    {
        FakeNetwork.NanAtStep.Value = 13;
        (int code, _, string error) = Trainer.Run(Network, $"train --data {directory.Path} --optimizer sgd --epochs 3 --run {run}");
        FakeNetwork.NanAtStep.Value = null;
        Assert.Equal(ExitCode.NonFinite, code);
        Assert.Contains("The loss became NaN at step 13 (epoch 2), first in layer dense1. Try a lower --lr (now 0.1), --clip 1 or --warmup.", error);
        Assert.Contains(Path.Combine(run, "checkpoint.safetensors"), error);
        Assert.Single(Log());
        Trainer.Succeed(Network, $"train --run {run} --resume");
        Assert.Equal(3, Log().Length);
    }

    [Fact]
    public void EarlyStopEndsTheRunAndStaysEnded()
    {
        string text = Train($"--epochs 200 --lr 1 --early-stop 3 --run {run}");
        Assert.Contains("early stop after step", text);
        int epochs = Log().Length;
        Assert.InRange(epochs, 4, 199);
        Trainer.Succeed(Network, $"train --run {run} --resume");
        Assert.Equal(epochs, Log().Length);
    }

    [Fact]
    public void NothingIsLeftWhenTheFirstCheckpointCannotBeWritten()
    {
        string blocked = directory.Write("file", "");
        (int code, _, string error) = Trainer.Run(Network, $"train --data {directory.Path} --run {blocked}/sub/run");
        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("Reading or writing failed", error);
        Assert.Equal("", File.ReadAllText(blocked));
    }

    [Fact]
    public void ValidationStandsInForAMissingTestSet()
    {
        Trainer.Succeed(Network, $"train --data {directory["train-images-idx3-ubyte"]} --validation 0.25 --epochs 1 --optimizer sgd --run {run}");
        JsonElement line = Log().Single();
        Assert.Equal(line.GetProperty("validation_loss").GetDouble(), line.GetProperty("test_loss").GetDouble());
        string alone = directory["alone"];
        Trainer.Succeed(Network, $"train --data {directory["train-images-idx3-ubyte"]} --epochs 1 --optimizer sgd --run {alone}");
        Assert.Equal(JsonValueKind.Null, Log(alone).Single().GetProperty("test_loss").ValueKind);
    }

    /// <summary>Trains until an exception in the given step ends it, which stands for kill -9: no checkpoint follows.</summary>
    void KilledAfter(int step, string flags)
    {
        FakeNetwork.AfterStep.Value = done =>
        {
            if (done == step)
                throw new InvalidOperationException("killed");
        };
        (int code, _, string error) = Trainer.Run(Network, $"train --data {directory.Path} --optimizer sgd {flags}");
        FakeNetwork.AfterStep.Value = null;
        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("killed", error);
    }
}
