using System.Text.Json;

namespace AotNet.EndToEnd.Tests;

/// <summary>Consistency in the native binary.</summary>
[Collection(SamplesCollection.Name)]
public sealed class ConsistencyTests(PublishedSamples samples)
{
    [Fact]
    public void Measuring_changes_no_byte_and_inspect_measures_the_same_network()
    {
        string with = samples.Fresh("with"), without = samples.Fresh("without");
        Train(with, "--consistency", "epoch");
        Train(without);
        RunFiles.AssertEqual(RunFiles.Checkpoint(without), RunFiles.Checkpoint(with));
        JsonElement[] lines = RunFiles.Lines(with, "consistency.jsonl");
        // Two layers at the first step and at the last full batch of each of three epochs.
        Assert.Equal(2 * 4, lines.Length);
        Assert.All(lines, static line => Assert.True(line.GetProperty("training_speed").GetDouble() > 0));
        Assert.All(lines, static line => Assert.InRange(line.GetProperty("effective_rank").GetDouble(), 1, line.GetProperty("gram_order").GetInt32()));

        string[] inspected = TrainerProcess.Run(samples.TabularMlp, "inspect", "--data", PublishedSamples.Iris, "--checkpoint", RunFiles.Checkpoint(with), "--json")
            .Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["dense1", "dense2"], inspected.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("layer").GetString()));
    }

    void Train(string run, params string[] more) => TrainerProcess.Run(samples.TabularMlp,
        ["train", "--data", PublishedSamples.Iris, "--epochs", "3", "--run", run, "--quiet", .. more]).Expect(0);
}
