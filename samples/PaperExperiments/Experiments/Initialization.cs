using System.Globalization;
using PaperExperiments.Reports;
using PaperExperiments.Running;

namespace PaperExperiments.Experiments;

/// <summary>
/// Tolerance of the initialisation: a network of ten hidden layers learns from initial weights N(0, f²) over nine scales f
/// with SGD2, and with SGD and Adam beside it.
/// </summary>
sealed class Initialization : Experiment
{
    const int Epochs = 10, SgdEpochs = 5, AdamEpochs = 3;

    /// <summary>
    /// What the authors' code gave on MNIST, one seed: test errors in per cent after each epoch of SGD2, after the last of
    /// three to five of SGD, and after three of Adam.
    /// </summary>
    internal static readonly Scale[] Scales =
    [
        new("1e4", "1e-3", 0.8, [89.6, 89.5, 89.0, 88.4, 83.7, 75.5, 50.7, 18.3, 9.87, 7.48], 86.3, 89.0),
        new("1e3", "1e-3", 0.8, [89.5, 88.3, 86.3, 76.9, 61.6, 24.1, 8.10, 6.07, 4.69, 4.26], 83.5, null),
        new("1e2", "1e-3", 0.5, [87.8, 81.0, 68.2, 34.3, 7.79, 4.51, 3.67, 3.48, 3.78, 3.44], 26.9, 86.3),
        new("10", "5e-4", 0.5, [79.3, 66.9, 54.0, 35.7, 16.4, 8.51, 5.04, 3.91, 3.26, 3.23], 30.6, null),
        new("1", "5e-4", 0.5, [31.5, 10.6, 6.00, 4.06, 3.08, 3.30, 2.78, 2.93, 2.63, 2.58], 12.8, 7.2),
        new("0.1", "1e-4", 0.5, [5.07, 3.97, 3.38, 3.32, 2.87, 3.10, 2.66, 2.90, 2.66, 2.61], 6.7, null),
        new("0.01", "1e-4", 0.5, [4.00, 3.46, 2.77, 2.52, 2.40, 2.40, 2.26, 2.24, 2.11, 2.32], 18.7, 7.8),
        new("1e-3", "1e-4", 0.5, [4.09, 3.40, 2.92, 2.52, 2.42, 2.62, 2.14, 2.34, 2.02, 2.32], 46.0, null),
        new("1e-4", "1e-4", 0.5, [4.09, 3.14, 2.82, 2.41, 2.17, 2.64, 2.00, 2.33, 2.07, 2.10], 37.5, 12.1),
    ];

    /// <summary>Without BatchRms, at f = 0.01.</summary>
    static readonly (string Optimizer, double Reference)[] Plain = [("sgd2", 88.65), ("sgd", 88.65), ("adam", 57.6)];

    /// <inheritdoc/>
    public override string Name => "initialization";

    /// <inheritdoc/>
    public override IEnumerable<PlannedRun> Runs =>
    [
        .. Scales.Select(static scale => scale.Run("sgd2", Epochs)),
        .. Scales.Select(static scale => scale.Run("sgd", SgdEpochs)),
        .. Scales.Select(static scale => scale.Run("adam", AdamEpochs)),
        .. Plain.Select(static run => new PlannedRun($"plain-{run.Optimizer}", "DeepPlain", $"--preset paper --optimizer {run.Optimizer} --epochs {AdamEpochs}")),
    ];

    /// <inheritdoc/>
    public override string Report(Results results)
    {
        var last = new Table("f", "reference", "here", "seeds", "difference", "bound", "within");
        var epochs = new Table([.. Enumerable.Range(1, Epochs).Select(static epoch => $"{epoch}").Prepend("").Prepend("f")]);
        var others = new Table("f", "SGD reference", "SGD here", "Adam reference", "Adam here");
        var rates = new Table("f", "SGD2", "SGD", "Adam");
        foreach (Scale scale in Scales)
        {
            double reference = scale.Sgd2[^1];
            Sample? sample = results.TestError(scale.Key("sgd2"), Epochs);
            last.Add(scale.Factor, Cells.Number(reference), Cells.Mean(sample), Cells.Range(sample), Cells.Difference(sample, reference),
                scale.Bound.ToString(CultureInfo.InvariantCulture), Cells.Verdict(sample, scale.Bound, reference));
            epochs.Add([scale.Factor, "reference", .. scale.Sgd2.Select(static error => Cells.Number(error))]);
            epochs.Add(["", "here", .. Enumerable.Range(1, Epochs).Select(epoch => Cells.Mean(results.TestError(scale.Key("sgd2"), epoch)))]);
            others.Add(scale.Factor, Cells.Number(scale.Sgd), Cells.Mean(results.TestError(scale.Key("sgd"), SgdEpochs)),
                Cells.Number(scale.Adam), Cells.Mean(results.TestError(scale.Key("adam"), AdamEpochs)));
            rates.Add([scale.Factor, .. new[] { "sgd2", "sgd", "adam" }.Select(optimizer => Rates(results, scale.Key(optimizer)))]);
        }
        var plain = new Table("optimizer", "reference", "here");
        foreach ((string optimizer, double reference) in Plain)
            plain.Add(optimizer, Cells.Number(reference), Cells.Mean(results.TestError($"plain-{optimizer}", AdamEpochs)));
        return $"""
            # Tolerance of the initialisation

            784-128, ten hidden layers of 128, 10, all with ReLU; BatchRms before all layers but the first, which is not decorrelated; batch 500;
            initial weights N(0, f²), biases 0; the authors' numerics (`--preset paper`), rates by search. Test errors in per cent, means over
            seeds {string.Join(", ", results.Seeds)}; the reference figures are the authors' code on MNIST, one seed.

            ## SGD2 after {Epochs} epochs

            {last}
            ## SGD2 after each epoch

            {epochs}
            ## SGD after {SgdEpochs} epochs (reference: 3 to 5) and Adam after {AdamEpochs}

            {others}
            ## Rates that were selected, by seed

            {rates}
            ## Without BatchRms, f = 0.01, after {AdamEpochs} epochs

            {plain}
            """;
    }

    static string Rates(Results results, string key) => string.Join(", ", results.Of(key).Where(static run => run.Rates.Count > 0)
        .Select(static run => run.Rates[0].ToString("G4", CultureInfo.InvariantCulture)));

    /// <summary>One scale of initial weights, and what the authors' code gave there.</summary>
    /// <param name="Factor">f.</param>
    /// <param name="Decay">Weight decay of all optimisers at this scale.</param>
    /// <param name="Bound">By how much SGD2 may differ in the end.</param>
    /// <param name="Sgd2">Test errors after each epoch.</param>
    /// <param name="Sgd">Test error of SGD.</param>
    /// <param name="Adam">Test error of Adam, where there is one.</param>
    internal sealed record Scale(string Factor, string Decay, double Bound, double[] Sgd2, double Sgd, double? Adam)
    {
        internal string Key(string optimizer) => $"{optimizer}-f{Factor}";

        internal PlannedRun Run(string optimizer, int epochs) => new(Key(optimizer), "Deep",
            $"--preset paper --optimizer {optimizer} --init normal:{Factor} --weight-decay {Decay} --curvature-limit 300 --epochs {epochs}");
    }
}
