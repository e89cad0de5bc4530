using System.Diagnostics;
using AotNet.Peers.Harness;
using AotNet.Peers.Libraries;

namespace AotNet.Peers.Accuracy;

/// <summary>The verb <c>accuracy</c>: how long processes of both sides take to a given accuracy on MNIST.</summary>
/// <param name="trainer">Our published program.</param>
/// <param name="folder">MNIST.</param>
/// <param name="settings">What the settings that are tried have in their description; all when empty.</param>
/// <param name="threads">On both sides.</param>
/// <param name="seeds">Seeds that settings are tuned on, from 1.</param>
/// <param name="races">Races, each on a seed of its own that nothing was tuned on.</param>
sealed class AccuracyComparison(string trainer, string folder, string settings, int threads, int seeds, int races)
{
    const double Wanted = 0.975, Goal = 4;

    static readonly Column SettingsColumn = new("settings", 70), EpochsColumn = new("epochs", 8), AccuracyColumn = new("accuracy", 16);

    // Of our trainer, whose checkpoints are of no further use.
    readonly string runFolder = Path.Combine(Path.GetTempPath(), "aotnet-race-" + Guid.NewGuid().ToString("N"));

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
        report.Line("Wall time of a process, from its start, gzip files read and accuracy on the test set measured after each epoch. "
            + "Ours is the published Native AOT program and writes its checkpoints; libtorch's is a process of this program, functional "
            + "calls, ReLU in place.");
        report.Line();
        report.Line("Pixels have mean 0 and deviation 1, or, where zeros are left, are divided by their root mean square alone. Ours does not "
            + "multiply by zeros that eight samples or eight neighbouring pixels share; how fast it is on pixels without zeros is raced too.");
        try
        {
            IReadOnlyList<Settings> own = Tune(report, ours, Settings.Ours);
            IReadOnlyList<Settings> theirs = Tune(report, peer, Settings.Peers);
            List<(Racer, Settings)> sides = [(ours, own[0]), (peer, theirs[0])];
            if (own[0].LeavesZeros && own.FirstOrDefault(static settings => !settings.LeavesZeros) is { } centered)
                sides.Add((ours, centered));
            // How a user who leaves the rate alone would train.
            if (theirs.FirstOrDefault(static settings => !settings.Linear) is { } constant && constant != theirs[0])
                sides.Add((peer, constant));
            Race(report, sides);
        }
        finally
        {
            DeleteRun();
        }
        return report;
    }

    /// <summary>The settings that reach the accuracy with every seed, the fastest first.</summary>
    /// <exception cref="PeersException">There are none.</exception>
    IReadOnlyList<Settings> Tune(Report report, Racer racer, Settings[] candidates)
    {
        report.Line();
        report.Line($"## Settings tried, {racer.Name}");
        Table table = report.Table(SettingsColumn, "seeds that reach it", EpochsColumn, Column.Time("seconds"), AccuracyColumn);
        List<(Settings Settings, double Seconds)> fit = [];
        foreach (Settings candidate in candidates.Where(candidate => candidate.ToString().Contains(settings, StringComparison.Ordinal)))
        {
            Outcome[] outcomes = [.. Enumerable.Range(1, seeds).Select(seed => First(racer, candidate, seed))];
            int reached = outcomes.Count(static outcome => outcome.Accuracy >= Wanted);
            var seconds = new Timing([.. outcomes.Select(static outcome => outcome.Seconds)]);
            table.Row([candidate.ToString(), $"{reached} of {seeds}", .. Cells(outcomes, seconds)]);
            if (reached == seeds)
                fit.Add((candidate, seconds.Median));
        }
        return fit.Count > 0
            ? [.. fit.OrderBy(static entry => entry.Seconds).Select(static entry => entry.Settings)]
            : throw new PeersException($"No settings of {racer.Name} reach {Wanted:P1} with every seed.");
    }

    /// <summary>A falling rate has to run to its end; a constant one stops as soon as it may.</summary>
    static Outcome First(Racer racer, Settings settings, int seed) =>
        racer.Run(settings, settings.Epochs, seed, settings.Linear ? double.PositiveInfinity : Wanted);

    void Race(Report report, IReadOnlyList<(Racer Racer, Settings Settings)> sides)
    {
        report.Line();
        report.Line("## Race of the best settings, in turn, on seeds that were not tuned on");
        // Which epoch is the first to reach the accuracy is found out before, so that a race runs to its regular end.
        int[][] epochs = [.. sides.Select(side => Enumerable.Range(1, races).Select(race =>
            side.Settings.Linear ? side.Settings.Epochs : First(side.Racer, side.Settings, seeds + race).Epoch).ToArray())];
        var outcomes = sides.Select(_ => new Outcome[races]).ToArray();
        for (int race = 0; race < races; race++)
            for (int side = 0; side < sides.Count; side++)
                outcomes[side][race] = sides[side].Racer.Run(sides[side].Settings, epochs[side][race], seeds + race + 1);
        Timing[] seconds = [.. outcomes.Select(static side => new Timing([.. side.Select(static outcome => outcome.Seconds)]))];
        Table table = report.Table(new Column("side", 8), SettingsColumn, "races that reach it", EpochsColumn, Column.Time("seconds"),
            AccuracyColumn, Column.Ratio("libtorch / ours"));
        for (int side = 0; side < sides.Count; side++)
        {
            table.Row([sides[side].Racer.Name, sides[side].Settings.ToString(),
                $"{outcomes[side].Count(static outcome => outcome.Accuracy >= Wanted)} of {races}", .. Cells(outcomes[side], seconds[side]),
                sides[side].Racer == sides[0].Racer ? "" : Ratio.Of(seconds[side], seconds[0]).ToString()]);
        }
        double ratio = Ratio.Of(seconds[1], seconds[0]).Medians;
        report.Line();
        report.Line($"Goal: libtorch's best takes at least {Goal} times as long as ours; {(ratio >= Goal ? "met" : "not met")}.");
        for (int side = 1; side < sides.Count; side++)
        {
            if (sides[side].Racer == sides[0].Racer)
                report.Line($"Beside ours on pixels without zeros libtorch's best takes {Ratio.Of(seconds[1], seconds[side])} times as long.");
        }
    }

    static IReadOnlyList<string> Cells(Outcome[] outcomes, Timing seconds) =>
    [
        Epochs(outcomes.Min(static outcome => outcome.Epoch), outcomes.Max(static outcome => outcome.Epoch)), seconds.Seconds,
        $"{outcomes.Min(static outcome => outcome.Accuracy):P2}..{outcomes.Max(static outcome => outcome.Accuracy):P2}",
    ];

    static string Epochs(int least, int most) => least == most ? $"{least}" : $"{least}..{most}";

    ProcessStartInfo Own(Settings settings, int epochs, int seed)
    {
        DeleteRun();
        var start = new ProcessStartInfo(trainer, ["train", "--run", runFolder, "--json", .. Flags(settings, epochs, seed)]);
        // What helps libtorch to load on old systems is not ours.
        start.Environment.Remove("LD_PRELOAD");
        return start;
    }

    ProcessStartInfo Peer(Settings settings, int epochs, int seed) =>
        Self.Command([TorchMnist.Verb, .. Flags(settings, epochs, seed)]);

    void DeleteRun()
    {
        if (Directory.Exists(runFolder))
            Directory.Delete(runFolder, recursive: true);
    }

    IReadOnlyList<string> Flags(Settings settings, int epochs, int seed) =>
        ["--data", folder, "--threads", $"{threads}", "--seed", $"{seed}", .. settings.Flags(epochs)];
}
