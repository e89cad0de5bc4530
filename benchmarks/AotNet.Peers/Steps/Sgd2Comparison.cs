using AotNet.Peers.Harness;
using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>The verb <c>sgd2</c>: what decorrelating every layer costs, as a multiple of our own step without it.</summary>
sealed class Sgd2Comparison(Sampling sampling)
{
    /// <summary>A way of decorrelating.</summary>
    /// <param name="Name">What it does.</param>
    /// <param name="Optimizer">With its settings.</param>
    /// <param name="Networks">The contractive network as this way needs it declared, for each batch.</param>
    /// <param name="Goals">Largest ratio to the step under SGD for each batch.</param>
    sealed record Variant(string Name, Optimizer Optimizer, IEnumerable<StepNetwork> Networks, IReadOnlyDictionary<int, double> Goals);

    static readonly Variant[] Variants =
    [
        new("exact, Gram and factor fresh in every step", Optimizer.Sgd2(), ContractiveMlp.Batches,
            new Dictionary<int, double> { [32] = 1.35, [128] = 1.35, [512] = 1.7 }),
        new("Gram averaged, factor of every tenth step", Optimizer.Sgd2().Averaged(),
            AveragedMlp.Batches, new Dictionary<int, double> { [32] = 1.25, [128] = 1.25, [512] = 1.25 }),
    ];

    internal Report Run()
    {
        var report = new Report("SGD2 beside SGD, one thread", sampling);
        report.Line();
        report.Line($"Our own training steps of {ContractiveMlp.Name}, every layer decorrelated; ratio of the step's time to that of SGD "
            + "with momentum.");
        Table table = report.Table(new Column("variant", 42), "batch", new Column("forms", 20), Column.Time("SGD µs"),
            Column.Time("SGD2 µs"), Column.Ratio("SGD2 / SGD"), "goal", "met");
        foreach (StepNetwork network in ContractiveMlp.Batches.Where(static network => Variants[0].Goals.ContainsKey(network.Batch)))
        {
            var data = new StepData(network.Batch, network.Widths[0], network.Widths[^1]);
            foreach (Variant variant in Variants)
            {
                using var plain = new OwnTraining(network, data, Optimizer.Sgd(1e-6f), 1);
                StepNetwork declared = variant.Networks.Single(other => other.Batch == network.Batch);
                using var decorrelated = new OwnTraining(declared, data, variant.Optimizer with { LearningRate = 1e-6f }, 1);
                Timing[] timings = Alternation.Measure(sampling, new Contestant(plain.Run), new Contestant(decorrelated.Run));
                if (decorrelated.Network.DampingRaised != 0)
                    throw new PeersException($"Factorisations at batch {network.Batch} raised their damping; nothing is measured.");
                var ratio = Ratio.Of(timings[1], timings[0]);
                double goal = variant.Goals[network.Batch];
                table.Row(variant.Name, $"{network.Batch}", Forms(decorrelated.Network), timings[0].Microseconds, timings[1].Microseconds,
                    ratio.ToString(), $"{goal}", ratio.Medians <= goal ? "yes" : "no");
            }
        }
        return report;
    }

    /// <summary>How many layers take which form.</summary>
    static string Forms(CompiledNetwork network) => string.Join(", ", network.Info.Layers
        .Where(static layer => layer.CurvatureForm is not null).GroupBy(static layer => layer.CurvatureForm)
        .Select(static group => $"{group.Count()} {group.Key}"));
}
