using PaperExperiments.Reports;
using PaperExperiments.Running;

namespace PaperExperiments.Experiments;

/// <summary>A shallow network, 784-128-128-10 with ReLU: SGD, Adam, RMSProp, SGD2 and decorrelated Adam.</summary>
sealed class Mnist : Experiment
{
    const int Epochs = 10;

    /// <summary>Test errors in per cent of the authors' code on MNIST after each epoch, as far as they are known.</summary>
    static readonly Case[] Cases =
    [
        new("SGD", "sgd", "Mlp", "--optimizer sgd --lr 0.1", [3.60, 3.10, 2.75, 2.67, 2.48, 2.36, 2.29, 2.17, 2.32, 2.28]),
        new("SGD2, pixel layer plain", "sgd2", "Mlp", "--optimizer sgd2 --lr 0.5", [3.29, 2.80, 2.42, 2.41, 2.31, 2.32, 2.34, 2.28, 2.28, 2.29]),
        new("SGD2, all layers", "sgd2-all", "MlpWhole", "--optimizer sgd2 --lr 0.5 --curvature-limit 785",
            [8.8, null, null, null, null, null, null, null, null, 4.7]),
        new("RMSProp", "rmsprop", "Mlp", "--optimizer rmsprop --lr 5e-4", [3.96, null, null, null, null, null, null, null, null, 2.12]),
        new("Adam", "adam", "Mlp", "--optimizer adam --lr 1e-3", new double?[Epochs]),
        new("decorrelated Adam", "adam-decorrelated", "Mlp", "--optimizer adam --decorrelate --lr 1e-3", new double?[Epochs]),
    ];

    /// <inheritdoc/>
    public override string Name => "mnist";

    /// <inheritdoc/>
    public override IEnumerable<PlannedRun> Runs => Cases.Select(static item => new PlannedRun(item.Key, item.Network,
        $"--preset paper --weight-decay 0 --epochs {Epochs} {item.Flags}"));

    /// <inheritdoc/>
    public override string Report(Results results)
    {
        var last = new Table("optimizer", "flags", "reference", "here", "seeds", "difference");
        var epochs = new Table([.. Enumerable.Range(1, Epochs).Select(static epoch => $"{epoch}").Prepend("").Prepend("optimizer")]);
        foreach (Case item in Cases)
        {
            Sample? sample = results.TestError(item.Key, Epochs);
            double? reference = item.Reference[^1];
            last.Add(item.Title, $"`{item.Flags}`", Cells.Number(reference), Cells.Mean(sample), Cells.Range(sample),
                reference is { } figure ? Cells.Difference(sample, figure) : Cells.None);
            epochs.Add([item.Title, "reference", .. item.Reference.Select(Cells.Number)]);
            epochs.Add(["", "here", .. Enumerable.Range(1, Epochs).Select(epoch => Cells.Mean(results.TestError(item.Key, epoch)))]);
        }
        return $"""
            # MNIST

            784-128-128-10 with ReLU, batch 500, no weight decay, the authors' numerics (`--preset paper`).
            Test errors in per cent, means over seeds {string.Join(", ", results.Seeds)}; the reference figures are the authors' code, one seed.

            ## After {Epochs} epochs

            {last}
            ## After each epoch

            {epochs}
            """;
    }

    sealed record Case(string Title, string Key, string Network, string Flags, double?[] Reference);
}
