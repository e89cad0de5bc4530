using System.Diagnostics;
using AotNet.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace AotNet.EndToEnd.Tests;

/// <summary>Runs that are killed, interrupted or run out of disk lose nothing.</summary>
[Collection(Published.Name)]
public sealed class SurvivalTests(PublishedSamples samples, ITestOutputHelper output)
{
    const int Kills = 20, Interrupt = 2, Terminate = 15;

    string Flags => $"--data {samples.Images} --optimizer sgd2 --epochs 6 --schedule cosine --warmup 5 --checkpoint-every 7";

    [Fact]
    public void KilledAtRandomMomentsARunEndsAsIfItHadNotBeen()
    {
        (byte[] expected, TimeSpan length) = Uninterrupted();
        var random = new Random(20);
        for (int kill = 0; kill < Kills; kill++)
        {
            string run = samples.Fresh("killed");
            TimeSpan moment = length * (kill + random.NextDouble()) / Kills;
            using (Command command = Command.Start(samples.FashionMlp, $"train {Flags} --run {run} --quiet"))
            {
                Thread.Sleep(moment);
                command.Kill();
            }
            string left = Directory.Exists(run) ? string.Join(", ", Directory.GetFiles(run).Select(Path.GetFileName)) : "nothing";
            output.WriteLine($"killed after {moment.TotalMilliseconds:F0} ms of {length.TotalMilliseconds:F0}: left {left}");
            Command.Run(samples.FashionMlp, $"train {Flags} --run {run} --resume --quiet").Succeeded();
            Assert.Equal(expected, File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors")));
            Assert.Equal(6, File.ReadLines(Path.Combine(run, "log.jsonl")).Count());
            Assert.Equal(["best.safetensors", "checkpoint.safetensors", "log.jsonl"],
                Directory.GetFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public void AnInterruptFinishesTheStepAndWritesACheckpoint(int signal)
    {
        (byte[] expected, TimeSpan length) = Uninterrupted();
        string run = samples.Fresh("interrupted");
        using (Command command = Command.Start(samples.FashionMlp, $"train {Flags} --run {run}"))
        {
            // Once the log has a line, training is under way.
            string log = Path.Combine(run, "log.jsonl");
            while (command.Running && !(File.Exists(log) && new FileInfo(log).Length > 0))
                Thread.Sleep(1);
            command.Signal(signal);
            Outcome outcome = command.Wait();
            Assert.Equal(130, outcome.Code);
            Assert.Contains("interrupted after step", outcome.Output);
        }
        Assert.NotEqual(expected, File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors")));
        Command.Run(samples.FashionMlp, $"train --run {run} --resume --quiet").Succeeded();
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors")));
    }

    [Fact]
    public void AFullDiskLeavesTheLastCheckpoint()
    {
        (byte[] expected, _) = Uninterrupted();
        string run = samples.Fresh("full");
        string checkpoint = Path.Combine(run, "checkpoint.safetensors");
        string train = $"{samples.FashionMlp} train --data {samples.Images} --optimizer sgd2 --epochs 6 --schedule cosine --warmup 5 --run {run} --quiet";
        using (Command command = Command.Start(samples.FashionMlp, train[(samples.FashionMlp.Length + 1)..]))
        {
            while (command.Running && !File.Exists(checkpoint))
                Thread.Sleep(1);
            command.Kill();
        }
        byte[] before = File.ReadAllBytes(checkpoint);

        // A limit on the size of files stands for the end of the disk: the write fails half-way, as on a full one.
        Outcome outcome = Command.Shell($"trap '' XFSZ; ulimit -f 1000; exec {train} --resume");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("Reading or writing failed", outcome.Error);
        Assert.Equal(1, outcome.Error.Count(static c => c == '\n'));
        Assert.Equal(before, File.ReadAllBytes(checkpoint));
        Assert.All(Directory.GetFiles(run), static file => Assert.Contains(Path.GetFileName(file), (string[])["checkpoint.safetensors", "log.jsonl", "best.safetensors"]));

        Command.Shell($"{train} --resume").Succeeded();
        Assert.Equal(expected, File.ReadAllBytes(checkpoint));
    }

    [Fact]
    public void AFullDiskAtTheBeginningLeavesNothing()
    {
        string run = samples.Fresh("full-at-once");
        Outcome outcome = Command.Shell($"trap '' XFSZ; ulimit -f 1000; exec {samples.FashionMlp} train {Flags} --run {run}");
        Assert.Equal(1, outcome.Code);
        Assert.False(Directory.Exists(run));
    }

    (byte[] Checkpoint, TimeSpan Length) Uninterrupted()
    {
        string run = samples.Fresh("uninterrupted");
        long begin = Stopwatch.GetTimestamp();
        Command.Run(samples.FashionMlp, $"train {Flags} --run {run} --quiet").Succeeded();
        return (File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors")), Stopwatch.GetElapsedTime(begin));
    }
}
