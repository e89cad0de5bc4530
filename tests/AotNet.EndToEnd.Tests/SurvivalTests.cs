using System.Diagnostics;
using Xunit.Abstractions;

namespace AotNet.EndToEnd.Tests;

/// <summary>Short runs that end badly at every stage of their lives, and what they leave.</summary>
[Collection(SamplesCollection.Name)]
public sealed class SurvivalTests(PublishedSamples samples, ITestOutputHelper output)
{
    const int Kills = 20;

    readonly string data = DataPairs.WriteTo(samples.Fresh("images"));

    string[] Train(string run, params string[] more) =>
        ["train", "--data", data, "--optimizer", "sgd2", "--epochs", "6", "--schedule", "cosine", "--warmup", "5", "--run", run, "--quiet", .. more];

    /// <summary>Unlike the kills of <see cref="ResumeTests"/>, these are spread over the whole run, its first and last moments included.</summary>
    [Fact]
    public void Killed_in_each_twentieth_of_its_life_a_run_leaves_nothing_that_resuming_does_not_mend()
    {
        (byte[] expected, TimeSpan length) = Uninterrupted();
        var random = new Random(20);
        for (int kill = 0; kill < Kills; kill++)
        {
            string run = samples.Fresh("killed");
            TimeSpan moment = length * (kill + random.NextDouble()) / Kills;
            using (Process process = TrainerProcess.StartQuietly(samples.FashionMlp, Train(run, "--checkpoint-every", "7")))
            {
                Thread.Sleep(moment);
                process.Kill();
                process.WaitForExit();
            }
            string left = Directory.Exists(run) ? string.Join(", ", Directory.GetFiles(run).Select(Path.GetFileName)) : "nothing";
            output.WriteLine($"killed after {moment.TotalMilliseconds:F0} ms of {length.TotalMilliseconds:F0}: left {left}");
            TrainerProcess.Run(samples.FashionMlp, Train(run, "--checkpoint-every", "7", "--resume")).Expect(0);
            Assert.Equal(expected, File.ReadAllBytes(RunFiles.Checkpoint(run)));
            Assert.Equal(6, RunFiles.Log(run).Length);
            Assert.Equal(["best.safetensors", "checkpoint.safetensors", "evaluation.json", "log.jsonl", "report.html", "run.json"], Files(run));
        }
    }

    [Fact]
    public void Terminated_it_writes_a_checkpoint_as_on_an_interrupt()
    {
        (byte[] expected, _) = Uninterrupted();
        string run = samples.Fresh("terminated");
        using (Process process = TrainerProcess.StartQuietly(samples.FashionMlp, Train(run)))
        {
            // Once the log has a line, training is under way.
            string log = Path.Combine(run, "log.jsonl");
            SpinWait.SpinUntil(() => process.HasExited || (File.Exists(log) && new FileInfo(log).Length > 0), TimeSpan.FromSeconds(60));
            TrainerProcess.Signal(process, "TERM");
            process.WaitForExit();
            Assert.Equal(130, process.ExitCode);
        }
        Assert.NotEqual(expected, File.ReadAllBytes(RunFiles.Checkpoint(run)));
        TrainerProcess.Run(samples.FashionMlp, "train", "--run", run, "--resume", "--quiet").Expect(0);
        Assert.Equal(expected, File.ReadAllBytes(RunFiles.Checkpoint(run)));
    }

    [Fact]
    public void A_full_disk_ends_a_resumed_run_and_leaves_its_checkpoint_to_go_on_from()
    {
        (byte[] expected, _) = Uninterrupted();
        string run = samples.Fresh("full");
        using (Process process = TrainerProcess.StartQuietly(samples.FashionMlp, Train(run)))
        {
            SpinWait.SpinUntil(() => process.HasExited || File.Exists(RunFiles.Checkpoint(run)), TimeSpan.FromSeconds(60));
            process.Kill();
            process.WaitForExit();
        }
        byte[] before = File.ReadAllBytes(RunFiles.Checkpoint(run));
        ProcessResult result = WithoutDisk(Train(run, "--resume")).Expect(1);
        Assert.Contains("Reading or writing failed", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.Equal(before, File.ReadAllBytes(RunFiles.Checkpoint(run)));
        TrainerProcess.Run(samples.FashionMlp, Train(run, "--resume")).Expect(0);
        Assert.Equal(expected, File.ReadAllBytes(RunFiles.Checkpoint(run)));
        Assert.Equal(["best.safetensors", "checkpoint.safetensors", "evaluation.json", "log.jsonl", "report.html", "run.json"], Files(run));
    }

    [Fact]
    public void A_full_disk_at_the_beginning_leaves_no_run_directory()
    {
        string run = samples.Fresh("full-at-once");
        WithoutDisk(Train(run)).Expect(1);
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_run_with_advice_and_a_good_checkpoint()
    {
        string run = samples.Fresh("diverges");
        ProcessResult result = TrainerProcess.Run(samples.FashionMlp, "train", "--data", data, "--optimizer", "sgd", "--lr", "1e38", "--run", run, "--quiet").Expect(4);
        output.WriteLine(result.Error);
        Assert.Contains("Try a lower --lr (now 1E+38)", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
        TrainerProcess.Run(samples.FashionMlp, "eval", "--data", data, "--checkpoint", RunFiles.Checkpoint(run)).Expect(0);
    }

    /// <summary>A limit on the size of files stands for the end of the disk: a write fails half-way, as on a full one.</summary>
    ProcessResult WithoutDisk(string[] arguments) =>
        TrainerProcess.Run("/bin/bash", "-c", $"trap '' XFSZ; ulimit -f 1000; exec {samples.FashionMlp} {string.Join(' ', arguments)}");

    static IEnumerable<string?> Files(string run) => Directory.GetFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    (byte[] Checkpoint, TimeSpan Length) Uninterrupted()
    {
        string run = samples.Fresh("uninterrupted");
        long begin = Stopwatch.GetTimestamp();
        TrainerProcess.Run(samples.FashionMlp, Train(run)).Expect(0);
        return (File.ReadAllBytes(RunFiles.Checkpoint(run)), Stopwatch.GetElapsedTime(begin));
    }
}
