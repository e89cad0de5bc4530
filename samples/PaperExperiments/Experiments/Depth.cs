using PaperExperiments.Reports;
using PaperExperiments.Running;

namespace PaperExperiments.Experiments;

/// <summary>Deep contractive networks: SGD, SGD2 and Adam, ReLU and ModU, ten and twenty hidden layers, with and without BatchRms.</summary>
sealed class Depth : Experiment
{
    const int Epochs = 3;

    /// <summary>
    /// Accuracies in per cent of an independent single-precision study on MNIST after three epochs; zero where it has none.
    /// </summary>
    static readonly Case[] Cases =
    [
        new(10, "sgd", "", 96.15, 96.43), new(10, "sgd2", "", 0, 0), new(10, "sgd2", "Rms", 96.80, 96.33), new(10, "adam", "", 0, 0),
        new(20, "sgd", "", 94.49, 94.10), new(20, "sgd2", "", 94.61, 94.69), new(20, "sgd2", "Rms", 81.6, 15.2), new(20, "adam", "", 0, 0),
    ];

    /// <inheritdoc/>
    public override string Name => "depth";

    /// <inheritdoc/>
    public override IEnumerable<PlannedRun> Runs => from item in Cases
                                                    from activation in new[] { "Relu", "ModU" }
                                                    select item.Run(activation);

    /// <inheritdoc/>
    public override string Report(Results results)
    {
        var table = new Table("hidden layers", "optimizer", "BatchRms", "activation", "reference", "here", "seeds", "difference", "after 1 and 2 epochs");
        foreach (Case item in Cases)
        {
            foreach ((string activation, double reference) in new[] { ("Relu", item.Relu), ("ModU", item.ModU) })
            {
                Sample?[] samples = [.. Enumerable.Range(1, Epochs).Select(epoch => Accuracy(results, item.Key(activation), epoch))];
                table.Add($"{item.Layers}", item.Optimizer, item.Norm == "" ? "no" : "yes", activation, reference == 0 ? Cells.None : Cells.Number(reference),
                    Cells.Mean(samples[^1]), Cells.Range(samples[^1]), reference == 0 ? Cells.None : Cells.Difference(samples[^1], reference),
                    $"{Cells.Mean(samples[0])} {Cells.Mean(samples[1])}");
            }
        }
        return $"""
            # Deep contractive networks

            784-400-360-...-40-10 (ten hidden layers) and 784-400-380-...-20-10 (twenty); batch 500; standardised pixels; initial weights
            of He before ReLU and of LeCun before ModU (the reference has He's everywhere); the first layer is not decorrelated; the authors'
            optimisers, rates by search. Accuracy in per cent on the test set after {Epochs} epochs, means over seeds {string.Join(", ", results.Seeds)};
            the reference is an independent single-precision study on MNIST.

            {table}

            ## How the residual travels

            Root mean square of the residual at each layer's output, divided by that at the last layer's: at the end of the last epoch, of the
            first seed. Rows go backward, from the output to the first layer.

            {Propagation(results, 10)}

            {Propagation(results, 20)}
            """;
    }

    static Table Propagation(Results results, int layers)
    {
        (string Title, IReadOnlyList<double> Residuals)[] runs =
        [
            .. from item in Cases
               where item.Layers == layers
               from activation in new[] { "Relu", "ModU" }
               let run = results.Of(item.Key(activation)).FirstOrDefault()
               select ($"{item.Optimizer}{(item.Norm == "" ? "" : " BatchRms")} {activation}", run?.Residuals ?? []),
        ];
        var table = new Table(["layer", .. runs.Select(static run => run.Title)]);
        for (int layer = layers; layer >= 0; layer--)
            table.Add([$"{layer + 1}", .. runs.Select(run => layer < run.Residuals.Count ? Cells.Figures(run.Residuals[layer] / run.Residuals[^1]) : Cells.None)]);
        return table;
    }

    static Sample? Accuracy(Results results, string key, int epoch)
    {
        double[] accuracies = [.. results.Of(key).Where(run => run.TestErrors.Count >= epoch).Select(run => 100 - run.TestErrors[epoch - 1])];
        return accuracies.Length == 0 ? null : new Sample(accuracies);
    }

    sealed record Case(int Layers, string Optimizer, string Norm, double Relu, double ModU)
    {
        internal string Key(string activation) => $"{Layers}-{Optimizer}{(Norm == "" ? "" : "-rms")}-{activation.ToLowerInvariant()}";

        internal PlannedRun Run(string activation) => new(Key(activation), $"Contractive{Layers}{activation}{Norm}",
            $"--preset paper --optimizer {Optimizer} --standardize unit --init declared --consistency epoch --epochs {Epochs}");
    }
}
