using System.Diagnostics;
using System.Text.Json;
using Xunit.Abstractions;

namespace AotNet.EndToEnd.Tests;

/// <summary>A convolutional network as a native trainer.</summary>
[Collection(SamplesCollection.Name)]
public sealed class ConvolutionTests(PublishedSamples samples, ITestOutputHelper output)
{
    [Fact]
    public void Self_test_passes() => TrainerProcess.Run(samples.MnistCnn, "self-test").Expect(0);

    [Theory]
    [InlineData("sgd2")]
    [InlineData("adam")]
    public void Killed_and_resumed_the_run_ends_bit_identical_and_it_has_learned(string optimizer)
    {
        string data = DataPairs.WriteTo(samples.Fresh("bars"), learned: 4000);
        string whole = samples.Fresh("whole"), run = samples.Fresh("killed");
        string[] Train(string directory, params string[] more) =>
            ["train", "--data", data, "--optimizer", optimizer, "--epochs", "4", "--run", directory, "--checkpoint-every", "5", "--quiet", .. more];
        string program = samples.MnistCnn; // published when it is first asked for
        long begin = Stopwatch.GetTimestamp();
        TrainerProcess.Run(program, Train(whole)).Expect(0);
        TimeSpan length = Stopwatch.GetElapsedTime(begin);
        string[] Resume() => File.Exists(RunFiles.Checkpoint(run)) ? ["--resume"] : [];
        var random = new Random(4);
        int kills = 0;
        for (bool ended = false; kills < 8 && !ended; kills++)
        {
            using Process process = TrainerProcess.StartQuietly(program, Train(run, Resume()));
            ended = process.WaitForExit(length * (0.1 + 0.2 * random.NextDouble()));
            process.Kill();
            process.WaitForExit();
        }
        output.WriteLine($"{kills} kills");
        Assert.True(kills > 1, "The first run ended before it was killed.");
        TrainerProcess.Run(program, Train(run, Resume())).Expect(0);
        RunFiles.AssertEqual(RunFiles.Checkpoint(whole), RunFiles.Checkpoint(run));
        // Ten classes guessed at cost ln 10 = 2.3.
        Assert.True(RunFiles.Log(whole).Last().GetProperty("train_loss").GetDouble() < 0.5, "It has not learned the place of a bar.");
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        string data = DataPairs.WriteTo(samples.Fresh("bars"));
        string Train(string threads)
        {
            string run = samples.Fresh("threads");
            TrainerProcess.Run(samples.MnistCnn, "train", "--data", data, "--epochs", "1", "--run", run, "--threads", threads, "--quiet").Expect(0);
            return RunFiles.Checkpoint(run);
        }
        string one = Train("1");
        foreach (string threads in (string[])["2", "3"])
            RunFiles.AssertEqual(one, Train(threads));
    }

    [Fact]
    public void The_consistency_report_has_every_layer_with_weights()
    {
        string data = DataPairs.WriteTo(samples.Fresh("bars")), run = samples.Fresh("consistency");
        TrainerProcess.Run(samples.MnistCnn, "train", "--data", data, "--epochs", "1", "--run", run, "--consistency", "epoch", "--quiet").Expect(0);
        string text = File.ReadAllText(Path.Combine(run, "consistency.jsonl"));
        foreach (string layer in (string[])["conv1", "conv2", "dense1", "dense2"])
            Assert.Contains($"\"{layer}\"", text);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            JsonDocument.Parse(line).Dispose();
    }
}
