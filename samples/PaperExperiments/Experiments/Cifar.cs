using System.Globalization;
using PaperExperiments.Reports;
using PaperExperiments.Running;

namespace PaperExperiments.Experiments;

/// <summary>
/// The authors' convolutional network on CIFAR-10: SGD2 and SGD in their numerics with selective rates, SGD2 at AotNet's
/// defaults without and with augmentation, and SGD with momentum at rates from a grid.
/// </summary>
sealed class Cifar : Experiment
{
    const int Epochs = 10;

    const string Authors = "CifarAuthors", Default = "CifarDefault";

    static readonly Case[] Cases =
    [
        new("SGD2, authors' numerics", "sgd2-paper", Authors, "--preset paper --optimizer sgd2"),
        new("SGD, authors' numerics", "sgd-paper", Authors, "--preset paper --optimizer sgd"),
        new("SGD2, defaults", "sgd2", Default, "--optimizer sgd2"),
        new("SGD2, augmented", "sgd2-augmented", Default, "--optimizer sgd2 --augment crop:4,flip"),
        .. from rate in new[] { "0.05", "0.02", "0.01" }
           select new Case("SGD", $"sgd{rate}", Default, $"--optimizer sgd --lr {rate} --schedule linear"),
    ];

    /// <inheritdoc/>
    public override string Name => "cifar";

    /// <inheritdoc/>
    public override int Batch => 128;

    /// <inheritdoc/>
    public override IEnumerable<PlannedRun> Runs =>
        Cases.Select(static item => new PlannedRun(item.Key, item.Network, $"{item.Flags} --epochs {Epochs}"));

    /// <inheritdoc/>
    public override string Report(Results results)
    {
        int epochs = Cases.Max(item => results.Of(item.Key).Select(static run => run.TestErrors.Count).DefaultIfEmpty().Max());
        var last = new Table("optimizer", "flags", "accuracy", "seeds", "epochs", "rate selected");
        Table accuracies = PerEpoch(epochs), losses = PerEpoch(epochs);
        foreach (Case item in Cases)
        {
            IReadOnlyList<RunResult> runs = results.Of(item.Key);
            int done = runs.Count == 0 ? 0 : runs.Min(static run => run.TestErrors.Count);
            Sample? reached = After(runs, done, Accuracy);
            last.Add(item.Title, $"`{item.Flags}`", Cells.Mean(reached), Cells.Range(reached), $"{done}", item.Network == Authors ? Rates(runs) : Cells.None);
            accuracies.Add([item.Title, item.Key, .. Curve(runs, epochs, Accuracy)]);
            losses.Add([item.Title, item.Key, .. Curve(runs, epochs, static (run, epoch) => run.TestLosses[epoch - 1])]);
        }
        return $"""
            # CIFAR-10

            The authors' convolutional network: 5x5x32, 5x5x32, 5x5x64, 4x4x64, 1x1x10 with ReLU, pools of 3x3 every 2 points after the first
            three; batch {Batch}. In the authors' numerics (`--preset paper`) all layers are decorrelated, by their channels, initial weights are
            N(0, 0.01²), pixels lose their mean, and rates are selected at epochs 1, 11, ...; else the network declares its layers alone. There are no
            figures of the authors' code for this network to compare with. Means over seeds {string.Join(", ", results.Seeds)}, on the test set.

            ## After the last epoch, accuracy in per cent

            {last}
            ## Accuracy in per cent after each epoch

            {accuracies}
            ## Loss after each epoch

            {losses}
            """;
    }

    static Table PerEpoch(int epochs) =>
        new([.. Enumerable.Range(1, epochs).Select(static epoch => $"{epoch}").Prepend("run").Prepend("optimizer")]);

    static IEnumerable<string> Curve(IReadOnlyList<RunResult> runs, int epochs, Func<RunResult, int, double> figure) =>
        Enumerable.Range(1, epochs).Select(epoch => Cells.Mean(After(runs, epoch, figure)));

    // As far as every seed has got: a mean over fewer would jump where one diverged.
    static Sample? After(IReadOnlyList<RunResult> runs, int epoch, Func<RunResult, int, double> figure) =>
        epoch > 0 && runs.Count > 0 && runs.All(run => run.TestErrors.Count >= epoch) ? new Sample([.. runs.Select(run => figure(run, epoch))]) : null;

    static double Accuracy(RunResult run, int epoch) => 100 - run.TestErrors[epoch - 1];

    static string Rates(IReadOnlyList<RunResult> runs) =>
        runs.Count == 0 ? Cells.None : string.Join(", ", runs.Select(static run => string.Join(" ", run.Rates.Distinct().Select(Rate))));

    static string Rate(double rate) => rate.ToString("G4", CultureInfo.InvariantCulture);

    sealed record Case(string Title, string Key, string Network, string Flags);
}
