using System.Globalization;
using System.Text.Json;
using AotNet.Runtime;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Loop;

/// <summary>--lr auto.</summary>
public sealed class SelectiveTests : IDisposable
{
    const string Search = "--lr auto --lr-candidates 0.5,0.1,0.02,0.004 --lr-interval 2 --lr-steps 3";

    static readonly NetworkInfo Network = Infos.Of(4, 3);

    readonly TemporaryDirectory directory = new();
    readonly string run;

    public SelectiveTests()
    {
        directory.WritePair("train", 61);
        directory.WritePair("t10k", 30);
        run = directory["run"];
    }

    public void Dispose() => directory.Dispose();

    string Train(string flags) => Trainer.Succeed(Network, $"train --data {directory.Path} --optimizer sgd {flags}");

    static string Checkpoint(string run) => Path.Combine(run, "checkpoint.safetensors");

    static JsonElement[] Lines(IEnumerable<string> text) => [.. text.Select(static line => JsonDocument.Parse(line).RootElement)];

    static JsonElement[] Log(string run) => Lines(File.ReadAllLines(Path.Combine(run, "log.jsonl")));

    [Fact]
    public void RatesAreSearchedEachIntervalAndLogged()
    {
        string output = Train($"--epochs 5 {Search} --run {run} --json");
        JsonElement[] events = Lines(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        JsonElement[] searches = [.. events.Where(static e => e.GetProperty("event").GetString() == "selected_rate")];
        Assert.Equal([1, 3, 5], searches.Select(static e => e.GetProperty("epoch").GetInt32()));
        double first = searches[0].GetProperty("selected_rate").GetDouble();
        foreach (JsonElement search in searches)
        {
            JsonElement[] trials = [.. search.GetProperty("trials").EnumerateArray()];
            JsonElement best = trials.Where(static t => t.GetProperty("loss").ValueKind == JsonValueKind.Number).MinBy(static t => t.GetProperty("loss").GetDouble());
            Assert.Equal(4, trials.Length);
            Assert.Equal(best.GetProperty("rate").GetDouble(), search.GetProperty("selected_rate").GetDouble());
        }
        Assert.All(searches.Skip(1).SelectMany(static search => search.GetProperty("trials").EnumerateArray()),
            trial => Assert.Equal(trial.GetProperty("rate").GetDouble() > first, trial.GetProperty("loss").ValueKind == JsonValueKind.Null));

        double[] rates = [.. searches.Select(static e => e.GetProperty("selected_rate").GetDouble())];
        double[] expected = [rates[0], rates[0], rates[1], rates[1], rates[2]];
        Assert.Equal(expected, Log(run).Select(static line => line.GetProperty("selected_rate").GetDouble()));
        Assert.Equal(expected, Log(run).Select(static line => line.GetProperty("learning_rate").GetDouble()));
        IReadOnlyDictionary<string, string> metadata = SafetensorsFile.Read(Checkpoint(run)).Metadata;
        Assert.Equal((float)rates[2], float.Parse(metadata["run.rate"], CultureInfo.InvariantCulture));
        Assert.Equal((float)rates[0], float.Parse(metadata["run.first_rate"], CultureInfo.InvariantCulture));
        Assert.Equal(("auto", "0.5,0.1,0.02,0.004"), (metadata["flag.lr"], metadata["flag.lr-candidates"]));
    }

    [Fact]
    public void TextOutputNamesTheChoiceAndTheTrials()
    {
        string text = Train($"--epochs 2 --lr auto --lr-candidates 0.1,0.01 --run {run}");
        Assert.Contains("sgd, rate auto, constant schedule", text);
        Assert.Matches(@"epoch   1  rate 0\.1 selected by the loss after 8 steps: 0\.1: \d\.\d{4}  0\.01: \d\.\d{4}", text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--schedule cosine --warmup 2")]
    public void TheChosenRateTrainsAsIfItHadBeenGiven(string schedule)
    {
        Train($"--epochs 3 --lr auto {schedule} --run {run}");
        string rate = SafetensorsFile.Read(Checkpoint(run)).Metadata["run.rate"];
        Train($"--epochs 3 --lr {rate} {schedule} --run {directory["given"]}");
        foreach (string tensor in (string[])["weights", "moments"])
            Assert.Equal(Tensor(directory["given"], tensor), Tensor(run, tensor));

        static float[] Tensor(string run, string name) => SafetensorsFile.Read(Checkpoint(run)).Floats(name).ToArray();
    }

    [Fact]
    public void AKilledRunResumesBitForBitWithinASearchAndAfterIt()
    {
        string flags = $"--epochs 5 --schedule linear --momentum 0.5 {Search}";
        Train($"{flags} --run {directory["whole"]}");
        for (int call = 2; call < 60; call += 5)
        {
            string broken = directory[$"broken{call}"];
            int calls = 0;
            FakeNetwork.AfterStep.Value = _ =>
            {
                if (++calls == call)
                    throw new InvalidOperationException("killed");
            };
            (int code, _, string error) = Trainer.Run(Network, $"train --data {directory.Path} --optimizer sgd {flags} --run {broken} --checkpoint-every 3");
            FakeNetwork.AfterStep.Value = null;
            Assert.True(code == ExitCode.Failure && error.Contains("killed"), error);
            Trainer.Succeed(Network, $"train --run {broken} --resume --checkpoint-every 5 --quiet");
            Assert.Equal(File.ReadAllBytes(Checkpoint(directory["whole"])), File.ReadAllBytes(Checkpoint(broken)));
            Assert.Equal(Log(directory["whole"]).Select(static line => line.GetProperty("selected_rate").GetDouble()),
                Log(broken).Select(static line => line.GetProperty("selected_rate").GetDouble()));
        }
    }

    [Fact]
    public void WhereNoRateHasAFiniteLossTheRunEndsAndKeepsItsCheckpoint()
    {
        FakeNetwork.NanAtStep.Value = 18;
        (int code, _, string error) = Trainer.Run(Network, $"train --data {directory.Path} --optimizer sgd --epochs 5 {Search} --run {run}");
        FakeNetwork.NanAtStep.Value = null;
        Assert.Equal(ExitCode.NonFinite, code);
        Assert.Contains("No learning rate of 0.5,0.1,0.02,0.004 up to ", error);
        Assert.Contains("led to a finite loss at the start of epoch 3. Try lower --lr-candidates (now 0.5,0.1,0.02,0.004), --clip 1 or --warmup.", error);
        Assert.Contains(Checkpoint(run), error);
        Trainer.Succeed(Network, $"train --run {run} --resume");
        Assert.Equal(5, Log(run).Length);
    }

    [Fact]
    public void ARateThatDivergesIsPassedOver()
    {
        string text = Train($"--epochs 1 --lr auto --lr-candidates 3e38,0.1 --run {run}");
        Assert.Contains("rate 0.1 selected", text);
    }

    [Theory]
    [InlineData("--lr-interval 5", "--lr-interval: applies to a rate that is searched for; add --lr auto.")]
    [InlineData("--lr 0.1 --lr-steps 5", "--lr-steps: applies to a rate that is searched for; add --lr auto.")]
    [InlineData("--lr auto --lr-candidates 0.1,-1", "--lr-candidates: found '-1', expected numbers above 0 with commas between them.")]
    [InlineData("--lr auto --lr-candidates ,", "--lr-candidates: found ''")]
    [InlineData("--lr auto --lr-interval 0", "--lr-interval: found '0', expected a whole number from 1 (epochs).")]
    [InlineData("--lr auto --lr-steps 1.5", "--lr-steps: found '1.5', expected a whole number from 1 (steps).")]
    [InlineData("--lr automatic", "--lr: found 'automatic', expected a number above 0")]
    public void WrongFlagsAreRefused(string flags, string expected)
    {
        (int code, _, string error) = Trainer.Run(Network, $"train --data {directory.Path} --run {run} {flags}");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, error);
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void ResumeTakesTheSearchFromTheRunAndRefusesAnother()
    {
        Train($"--epochs 2 {Search} --run {run}");
        Trainer.Succeed(Network, $"train --resume --run {run} --lr auto --lr-candidates 0.50,1e-1,0.02,0.004 --epochs 3");
        foreach (string other in (string[])["--lr 0.1", "--lr-candidates 0.5", "--lr-interval 3", "--lr-steps 4"])
            Assert.Contains("was begun with", Trainer.Run(Network, $"train --resume --run {run} {other}").Error);
    }
}
