using System.Diagnostics;
using Xunit.Abstractions;

namespace AotNet.EndToEnd.Tests;

/// <summary>Runs on all of Fashion-MNIST that are killed, interrupted, or given other threads.</summary>
[Collection(SamplesCollection.Name)]
public sealed class ResumeTests(PublishedSamples samples, ITestOutputHelper output)
{
    string[] Train(string run, params string[] more) =>
        ["train", "--data", PublishedSamples.FashionMnist, "--optimizer", "sgd2", "--epochs", "2", "--schedule", "cosine", "--run", run, "--quiet", .. more];

    string Uninterrupted(params string[] more)
    {
        string run = samples.Fresh("whole");
        TrainerProcess.Run(samples.FashionMlp, Train(run, more)).Expect(0);
        return run;
    }

    [Fact]
    public void Killed_at_20_random_moments_and_resumed_the_run_ends_bit_identical()
    {
        string whole = Uninterrupted("--checkpoint-every", "20");
        string run = samples.Fresh("killed");
        // Moments differ from run to run by the machine's own timing; the seed keeps their distribution.
        var random = new Random(20);
        int kills = 0;
        for (; kills < 20; kills++)
        {
            string[] resume = File.Exists(RunFiles.Checkpoint(run)) ? ["--resume"] : [];
            using Process process = TrainerProcess.StartQuietly(samples.FashionMlp, Train(run, ["--checkpoint-every", "20", .. resume]));
            if (process.WaitForExit(TimeSpan.FromSeconds(0.3 + random.NextDouble() * 0.5)))
            {
                Assert.Equal(0, process.ExitCode);
                output.WriteLine($"finished before kill {kills + 1}: starting over");
                RunFiles.AssertEqual(RunFiles.Checkpoint(whole), RunFiles.Checkpoint(run));
                run = samples.Fresh("killed");
            }
            process.Kill();
            process.WaitForExit();
        }
        TrainerProcess.Run(samples.FashionMlp, Train(run, ["--checkpoint-every", "20", .. File.Exists(RunFiles.Checkpoint(run)) ? (string[])["--resume"] : []])).Expect(0);
        output.WriteLine($"{kills} kills");
        RunFiles.AssertEqual(RunFiles.Checkpoint(whole), RunFiles.Checkpoint(run));
        Assert.Equal([1, 2], RunFiles.Log(run).Select(static line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal(RunFiles.Log(whole).Select(static line => line.GetProperty("train_loss").GetDouble()),
            RunFiles.Log(run).Select(static line => line.GetProperty("train_loss").GetDouble()));
    }

    [Fact]
    public void Interrupted_it_writes_a_checkpoint_and_exits_with_130()
    {
        string run = samples.Fresh("interrupted");
        // Whoever starts tests in the background of a shell has them ignore the signal, and so does what they start.
        using (Process process = TrainerProcess.StartQuietly("/usr/bin/env", ["--default-signal=INT", samples.FashionMlp, .. Train(run)]))
        {
            while (!File.Exists(RunFiles.Checkpoint(run)) && !process.HasExited)
                Thread.Sleep(1);
            TrainerProcess.Signal(process, "INT");
            process.WaitForExit();
            Assert.Equal(130, process.ExitCode);
        }
        TrainerProcess.Run(samples.FashionMlp, Train(run, "--resume")).Expect(0);
        RunFiles.AssertEqual(RunFiles.Checkpoint(Uninterrupted()), RunFiles.Checkpoint(run));
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        string one = Uninterrupted("--threads", "1");
        foreach (string threads in (string[])["2", "3", "8"])
            RunFiles.AssertEqual(RunFiles.Checkpoint(one), RunFiles.Checkpoint(Uninterrupted("--threads", threads)));
    }
}
