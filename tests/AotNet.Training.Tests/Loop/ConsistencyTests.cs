using System.Text.Json;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Loop;

/// <summary>train --consistency and inspect on a network of generated code. 61 samples of batch 8: seven full batches and a rest.</summary>
public sealed class ConsistencyTests : IDisposable
{
    static readonly string[] Members =
    [
        "epoch", "step", "order", "layer", "kind", "inputs", "outputs", "rows", "training_speed", "input_rms", "residual_rms",
        "residual_to_input", "propagation", "norm_gain", "null_space_loss", "activation", "activation_loss", "gram_order", "gram_condition",
        "damped_condition", "effective_rank", "curvature", "damping", "factor_age",
    ];

    readonly TemporaryDirectory directory = new();

    public ConsistencyTests()
    {
        directory.WritePair("train", 61);
        directory.WritePair("t10k", 30);
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public void TheFirstStepAndTheLastFullBatchOfEachEpochAreMeasured()
    {
        string text = Train("a", "--epochs 3 --consistency epoch");
        JsonElement[] lines = Lines("a");
        Assert.Equal([(1, 1), (1, 7), (2, 15), (3, 23)], Moments(lines));
        Assert.All(lines, static line => Assert.Equal(8, line.GetProperty("rows").GetInt32()));
        Assert.Equal(4, text.Split("consistency, epoch").Length - 1);
        Assert.Contains("dense3", text);
    }

    [Fact]
    public void EveryLineHoldsEveryMemberOfTheContract()
    {
        Train("a", "--epochs 1 --consistency epoch --optimizer sgd2 --damping 0.5");
        foreach (JsonElement line in Lines("a"))
            Assert.Equal(Members, line.EnumerateObject().Select(static member => member.Name));
        JsonElement[] layers = Lines("a")[..3];
        Assert.Equal(["dense1", "dense2", "dense3"], layers.Select(static layer => layer.GetProperty("layer").GetString()));
        Assert.Equal([0, 1, 2], layers.Select(static layer => layer.GetProperty("order").GetInt32()));
        Assert.Equal([(4, 6), (6, 5), (5, 3)], layers.Select(static layer => (layer.GetProperty("inputs").GetInt32(), layer.GetProperty("outputs").GetInt32())));
        Assert.Equal(["relu1", "modu1", null], layers.Select(static layer => layer.GetProperty("activation").GetString()));
        Assert.Equal([null, 0.5, 0.5], layers.Select(static layer => Number(layer, "damping")));
        Assert.Equal([null, 0, 0], layers.Select(static layer => Number(layer, "factor_age")));
        Assert.Equal([false, true, true], layers.Select(static layer => Number(layer, "propagation") is > 0));
        Assert.Equal([false, true, false], layers.Select(static layer => Number(layer, "norm_gain") is > 0));
        Assert.All(layers, static layer => Assert.True(Number(layer, "training_speed") > 0));
        Assert.True(Number(layers[0], "null_space_loss") > 0, "it expands");
        Assert.Equal(0, Number(layers[1], "null_space_loss"));
        // A sample of which ReLU leaves nothing meets ModU at 0 until biases have moved.
        Assert.Equal(0, Number(Lines("a")[4], "activation_loss"));
    }

    [Theory]
    [InlineData("epoch")]
    [InlineData("1")]
    [InlineData("5")]
    public void MeasuringChangesNoByteOfACheckpointAndNoNumberOfTheLog(string when)
    {
        Train("with", $"--epochs 2 --consistency {when} --checkpoint-every 3");
        Train("without", "--epochs 2 --checkpoint-every 3");
        foreach (string file in (string[])["checkpoint.safetensors", "best.safetensors"])
            Assert.Equal(File.ReadAllBytes(Of("without", file)), File.ReadAllBytes(Of("with", file)));
        Assert.Equal(Comparable("without"), Comparable("with"));
        Assert.False(File.Exists(Of("without", "consistency.jsonl")));

        string[] Comparable(string run) => [.. File.ReadAllLines(Of(run, "log.jsonl")).Select(static line => string.Join(' ', JsonDocument.Parse(line).RootElement
            .EnumerateObject().Where(static member => member.Name is not ("seconds" or "samples_per_second"))))];
    }

    [Fact]
    public void ANumberMeansSteps()
    {
        Train("a", "--epochs 2 --consistency 6");
        Assert.Equal([(1, 1), (1, 6), (2, 12)], Moments(Lines("a")));
    }

    [Fact]
    public void AnInterruptedRunResumesWithTheSameLines()
    {
        Train("whole", "--epochs 3 --consistency 3");
        for (int at = 2; at <= 20; at += 6)
        {
            string run = $"broken{at}";
            Killed(at, run, "--epochs 3 --consistency 3 --checkpoint-every 4");
            // As it looks when a process dies while it writes.
            File.AppendAllText(Of(run, "consistency.jsonl"), "{\"epoch\":1,\"step\":2,\"or");
            Train(run, "--resume --consistency 3");
            Assert.Equal(File.ReadAllText(Of("whole", "consistency.jsonl")), File.ReadAllText(Of(run, "consistency.jsonl")));
        }
    }

    [Fact]
    public void ResumedWithoutTheFlagNothingIsLeftOfLostSteps()
    {
        Killed(14, "a", "--epochs 2 --consistency 5");
        Assert.Equal([(1, 1), (1, 5), (2, 10)], Moments(Lines("a")));
        Train("a", "--resume");
        Assert.Equal([(1, 1), (1, 5)], Moments(Lines("a")));
    }

    [Fact]
    public void JsonOutputHasAnEventALayerAndQuietHasNone()
    {
        string[] lines = Train("a", "--epochs 1 --consistency epoch --json").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement[] events = [.. lines.Select(static line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(6, events.Count(static line => line.GetProperty("event").GetString() == "consistency"));
        Assert.Equal(Members.Prepend("event"), events[1].EnumerateObject().Select(static member => member.Name));
        Assert.Empty(Train("b", "--epochs 1 --consistency epoch --quiet"));
        Assert.Equal(6, Lines("b").Length);
    }

    [Fact]
    public void InspectMeasuresACheckpointAndLeavesItAsItIs()
    {
        Train("a", "--epochs 2 --optimizer sgd2");
        string checkpoint = Of("a", "checkpoint.safetensors");
        byte[] before = File.ReadAllBytes(checkpoint);
        string text = Run("inspect", "--data", directory.Path, "--checkpoint", checkpoint);
        Assert.StartsWith("consistency, epoch 2, step 16, batch 1, 8 rows\nlayer", text);
        Assert.Equal(2 + 3, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        JsonElement[] layers = Inspect(checkpoint, "--batches", "4");
        Assert.Equal(["dense1", "dense2", "dense3"], layers[..3].Select(static layer => layer.GetProperty("layer").GetString()));
        Assert.Equal([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], layers.Select(static layer => layer.GetProperty("batch").GetInt32()));
        // Each batch begins from the checkpoint, whatever came before it.
        Assert.Equal(layers[..3].Select(static layer => layer.ToString()), Inspect(checkpoint).Select(static layer => layer.ToString()));
        Assert.Equal(before, File.ReadAllBytes(checkpoint));
        Assert.Equal(text, Run("inspect", "--data", directory.Path, "--checkpoint", checkpoint, "--threads", "3"));
    }

    /// <summary>A step of ten times the rate is ten times as fast, but for weight decay and momentum, of which plain SGD has none here.</summary>
    [Fact]
    public void InspectTakesAStepOfTheGivenRate()
    {
        Train("a", "--epochs 1 --optimizer sgd --momentum 0 --lr 0.01");
        string checkpoint = Of("a", "checkpoint.safetensors");
        JsonElement[] own = Inspect(checkpoint), fast = Inspect(checkpoint, "--lr", "0.1");
        for (int i = 0; i < own.Length; i++)
            Assert.Equal(10 * Number(own[i], "training_speed")!.Value, Number(fast[i], "training_speed")!.Value, 1e-3 * Number(fast[i], "training_speed")!.Value);
        Assert.All(own, static layer => Assert.Null(Number(layer, "damping")));
    }

    [Fact]
    public void InspectTakesTheRateThatTheRunSelected()
    {
        string log = Train("a", "--epochs 1 --optimizer sgd --lr auto --lr-candidates 0.03,0.02 --json");
        string rate = log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)
            .Single(static line => line.GetProperty("event").GetString() == "epoch").GetProperty("selected_rate").GetRawText();
        string checkpoint = Of("a", "checkpoint.safetensors");
        Assert.Equal(Inspect(checkpoint, "--lr", rate).Select(static layer => layer.ToString()), Inspect(checkpoint).Select(static layer => layer.ToString()));
        Assert.NotEqual(Inspect(checkpoint, "--lr", "0.1").Select(static layer => layer.ToString()), Inspect(checkpoint).Select(static layer => layer.ToString()));
    }

    [Fact]
    public void MoreBatchesThanThereAreMeansAllThatThereAre()
    {
        Train("a", "--epochs 1");
        Assert.Equal(3 * 7, Inspect(Of("a", "checkpoint.safetensors"), "--batches", "1000").Length);
    }

    JsonElement[] Inspect(string checkpoint, params string[] more) =>
        [.. Run(["inspect", "--data", directory.Path, "--checkpoint", checkpoint, "--json", .. more])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)];

    string Train(string run, string flags) =>
        Run([.. $"train --data {directory.Path} --run {directory[run]} {flags}".Split(' ')]);

    static string Run(params string[] arguments)
    {
        (int code, string output, string error) = Trainer.Run(SmallNetwork.Factory, arguments);
        Assert.True(code == 0, $"exit code {code}: {error}");
        return output;
    }

    void Killed(int step, string run, string flags)
    {
        FakeNetwork.AfterStep.Value = done =>
        {
            if (done == step)
                throw new InvalidOperationException("killed");
        };
        (int code, _, string error) = Trainer.Run(SmallNetwork.Factory, [.. $"train --data {directory.Path} --run {directory[run]} {flags}".Split(' ')]);
        FakeNetwork.AfterStep.Value = null;
        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("killed", error);
    }

    string Of(string run, string file) => Path.Combine(directory[run], file);

    JsonElement[] Lines(string run) =>
        [.. File.ReadAllLines(Of(run, "consistency.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement)];

    static IEnumerable<(int Epoch, int Step)> Moments(JsonElement[] lines) =>
        lines.Select(static line => (line.GetProperty("epoch").GetInt32(), line.GetProperty("step").GetInt32())).Distinct();

    static double? Number(JsonElement line, string name) => line.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
}
