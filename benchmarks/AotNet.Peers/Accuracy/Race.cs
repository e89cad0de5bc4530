using System.Diagnostics;
using System.Text.Json;
using AotNet.Peers.Harness;

namespace AotNet.Peers.Accuracy;

/// <summary>One run of a training program.</summary>
/// <param name="Seconds">From the start of the process to its end, or to the epoch at which it was stopped.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Accuracy">On the test set, after the last of them.</param>
readonly record struct Outcome(double Seconds, int Epoch, double Accuracy);

/// <summary>A training program that can be raced: it prints a JSON line for each epoch.</summary>
/// <param name="name">Whose it is.</param>
/// <param name="command">Program and flags, given settings, epochs and a seed.</param>
sealed class Racer(string name, Func<Settings, int, int, ProcessStartInfo> command)
{
    internal string Name => name;

    /// <summary>Runs it to its end, or stops it after the first epoch that reaches <paramref name="stopAt"/>.</summary>
    /// <exception cref="PeersException">It failed.</exception>
    internal Outcome Run(Settings settings, int epochs, int seed, double stopAt = double.PositiveInfinity)
    {
        ProcessStartInfo start = command(settings, epochs, seed);
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start) ?? throw new PeersException($"{start.FileName} did not start.");
        int epoch = 0;
        double accuracy = 0;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            using JsonDocument record = JsonDocument.Parse(line);
            if (record.RootElement.GetProperty("event").GetString() != "epoch")
                continue;
            epoch = record.RootElement.GetProperty("epoch").GetInt32();
            accuracy = record.RootElement.GetProperty("test_accuracy").GetDouble();
            if (accuracy >= stopAt)
            {
                double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                process.Kill();
                process.WaitForExit();
                return new Outcome(seconds, epoch, accuracy);
            }
        }
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new PeersException($"{name} ended with {process.ExitCode} under {settings}.");
        return new Outcome(Stopwatch.GetElapsedTime(begin).TotalSeconds, epoch, accuracy);
    }
}
