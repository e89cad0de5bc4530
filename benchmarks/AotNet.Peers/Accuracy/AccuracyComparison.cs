using System.Diagnostics;
using AotNet.Peers.Harness;
using AotNet.Peers.Libraries;

namespace AotNet.Peers.Accuracy;

/// <summary>The verb <c>accuracy</c>: how long processes of both sides take to a given accuracy on MNIST.</summary>
/// <param name="trainer">Our published program.</param>
/// <param name="folder">MNIST.</param>
/// <param name="threads">On both sides.</param>
/// <param name="seeds">Seeds that settings are tuned on, from 1.</param>
/// <param name="races">Races, each on a seed of its own that nothing was tuned on.</param>
sealed class AccuracyComparison(string trainer, string folder, int threads, int seeds, int races)
{
    const double Wanted = 0.975, Goal = 4;

    readonly List<string> leftovers = [];

    /// <summary>Tunes both sides, then races the best settings of each.</summary>
    internal Report Run()
    {
        if (!File.Exists(trainer))
        {
            throw new PeersException($"--trainer: {trainer} is missing; publish it with "
                + "'dotnet publish samples/MnistMlp -c Release -o artifacts/MnistMlp'.");
        }
        MnistFiles.Require(folder);
        LibTorch.Require(threads);
        var ours = new Racer("ours", Own);
        var peer = new Racer("libtorch", Peer);
        var report = new Report($"Time to {Wanted:P1} on MNIST, 784-512-256-10 with ReLU, {threads} threads on both sides", null);
        report.Line($"{LibTorch.Version}.");
        report.Line();
        report.Line("Wall time of a process, from its start, gzip files read and accuracy on the test set measured after each epoch. Ours is the "
            + "published Native AOT program and writes its checkpoints; libtorch's is a process of this program, functional calls, ReLU in place.");
        try
        {
            (Settings? ownBest, int[] ownEpochs) = Tune(report, ours, Settings.Ours);
            (Settings? peerBest, int[] peerEpochs) = Tune(report, peer, Settings.Peers);
            if (ownBest is null || peerBest is null)
                throw new PeersException($"No settings of {(ownBest is null ? "ours" : "libtorch")} reach {Wanted:P1} with every seed.");
            Race(report, (ours, ownBest, ownEpochs), (peer, peerBest, peerEpochs));
        }
        finally
        {
            foreach (string run in leftovers.Where(Directory.Exists))
                Directory.Delete(run, recursive: true);
        }
        return report;
    }

    /// <summary>The settings that take least time, of those that reach the accuracy with every seed, and the epochs that each race then takes.</summary>
    (Settings? Best, int[] Epochs) Tune(Report report, Racer racer, Settings[] candidates)
    {
        report.Line();
        report.Line($"## Settings tried, {racer.Name}");
        Table table = report.Table("settings                                       ", "seeds that reach it", "epochs   ", "seconds          ", "accuracy          ");
        (Settings? Best, double Seconds) best = (null, double.PositiveInfinity);
        foreach (Settings settings in candidates)
        {
            Outcome[] outcomes = [.. Enumerable.Range(1, seeds).Select(seed => First(racer, settings, seed))];
            int reached = outcomes.Count(static outcome => outcome.Accuracy >= Wanted);
            var seconds = new Timing([.. outcomes.Select(static outcome => outcome.Seconds)]);
            table.Row(settings.ToString(), $"{reached} of {seeds}", string.Join(", ", outcomes.Select(static outcome => outcome.Epoch)),
                seconds.Seconds, $"{outcomes.Min(static outcome => outcome.Accuracy):P2}..{outcomes.Max(static outcome => outcome.Accuracy):P2}");
            if (reached == seeds && seconds.Median < best.Seconds)
                best = (settings, seconds.Median);
        }
        return best.Best is { } chosen
            ? (chosen, [.. Enumerable.Range(1, races).Select(race => First(racer, chosen, seeds + race).Epoch)])
            : (null, []);
    }

    /// <summary>A falling rate has to run to its end; a constant one stops as soon as it may.</summary>
    static Outcome First(Racer racer, Settings settings, int seed) =>
        racer.Run(settings, settings.Epochs, seed, settings.Linear ? double.PositiveInfinity : Wanted);

    void Race(Report report, params (Racer Racer, Settings Settings, int[] Epochs)[] sides)
    {
        report.Line();
        report.Line("## Race of the best settings, in turn, on seeds that were not tuned on");
        Table table = report.Table("side    ", "settings                                        ", "reached", "epochs       ", "seconds            ", "accuracy          ");
        var outcomes = sides.Select(_ => new Outcome[races]).ToArray();
        for (int race = 0; race < races; race++)
            for (int side = 0; side < sides.Length; side++)
                outcomes[side][race] = sides[side].Racer.Run(sides[side].Settings, sides[side].Epochs[race], seeds + race + 1);
        Timing[] seconds = [.. outcomes.Select(static side => new Timing([.. side.Select(static outcome => outcome.Seconds)]))];
        for (int side = 0; side < sides.Length; side++)
        {
            table.Row(sides[side].Racer.Name, sides[side].Settings.ToString(),
                $"{outcomes[side].Count(static outcome => outcome.Accuracy >= Wanted)} of {races}", string.Join(", ", outcomes[side].Select(static outcome => outcome.Epoch)),
                seconds[side].Seconds, $"{outcomes[side].Min(static outcome => outcome.Accuracy):P2}..{outcomes[side].Max(static outcome => outcome.Accuracy):P2}");
        }
        var ratio = Ratio.Of(seconds[1], seconds[0]);
        report.Line();
        report.Line($"libtorch takes {ratio} times as long as ours (goal {Goal}: {(ratio.Medians >= Goal ? "met" : "not met")}).");
    }

    ProcessStartInfo Own(Settings settings, int epochs, int seed)
    {
        string run = Path.Combine(Path.GetTempPath(), "aotnet-race-" + Guid.NewGuid().ToString("N"));
        leftovers.Add(run);
        var start = new ProcessStartInfo(trainer, ["train", "--data", folder, "--run", run, "--json", "--threads", $"{threads}", "--seed", $"{seed}",
            .. settings.Flags(epochs)]);
        // What helps libtorch to load on old systems is not ours.
        start.Environment.Remove("LD_PRELOAD");
        return start;
    }

    ProcessStartInfo Peer(Settings settings, int epochs, int seed) => Self.Command([TorchMnist.Verb, "--data", folder, "--threads", $"{threads}",
        "--seed", $"{seed}", .. settings.Flags(epochs)]);
}
