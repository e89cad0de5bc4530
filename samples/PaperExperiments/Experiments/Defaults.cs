using PaperExperiments.Reports;
using PaperExperiments.Running;

namespace PaperExperiments.Experiments;

/// <summary>
/// What <c>train</c> does when nothing is said, SGD2 at its defaults, against the better of SGD and Adam with rates from a
/// grid: at the end, and after the first two epochs. And twenty contractive layers, where Adam has its default rate too.
/// </summary>
sealed class Defaults : Experiment
{
    const int Epochs = 10, DeepEpochs = 3;

    static readonly string[] Activations = ["Relu", "ModU"];

    static readonly (string Network, string Title)[] Networks =
        [("Default256", "784-256-128-10"), ("Default512", "784-512-256-10"), ("DefaultTen", "784-400-360-...-40-10")];

    static readonly Peer[] Peers =
    [
        new("SGD", "sgd", ["0.2", "0.1", "0.05", "0.02", "0.01", "0.005", "0.002"]),
        new("Adam", "adam", ["0.008", "0.004", "0.002", "0.001", "0.0005"]),
    ];

    /// <inheritdoc/>
    public override string Name => "defaults";

    /// <inheritdoc/>
    public override int Batch => 128;

    /// <inheritdoc/>
    public override IEnumerable<PlannedRun> Runs => RunsWith(static (_, peer) => peer.Rates);

    /// <inheritdoc/>
    public override IEnumerable<PlannedRun> FurtherRuns(Results first) => RunsWith((network, peer) => [BestRate(first, network, peer)]);

    static IEnumerable<PlannedRun> RunsWith(Func<string, Peer, IEnumerable<string>> rates) =>
    [
        .. from network in Networks
           from activation in Activations
           let name = network.Network + activation
           from run in (PlannedRun[])
           [
               new PlannedRun(Key(name, "sgd2", ""), name, $"--epochs {Epochs}"),
               .. from peer in Peers
                  from rate in rates(name, peer)
                  select new PlannedRun(Key(name, peer.Optimizer, rate), name, $"--optimizer {peer.Optimizer} --lr {rate} --schedule linear --epochs {Epochs}"),
           ]
           select run,
        .. from network in DeepNetworks
           from optimizer in new[] { "sgd2", "adam" }
           select new PlannedRun($"{network}-{optimizer}", network, $"--optimizer {optimizer} --epochs {DeepEpochs}"),
    ];

    static IEnumerable<string> DeepNetworks => from activation in Activations
                                               from norm in new[] { "", "Rms" }
                                               select $"DefaultTwenty{activation}{norm}";

    /// <inheritdoc/>
    public override string Report(Results results)
    {
        var table = new Table("network", "activation", "optimizer", "rate", "epoch 1", "epoch 2", $"epoch {Epochs}", "seeds");
        var verdicts = new Table("network", "activation", "epoch 1", "epoch 2", $"epoch {Epochs}", "spread of the peer's seeds");
        foreach ((string network, string title) in Networks)
        {
            foreach (string activation in Activations)
            {
                string name = network + activation;
                Row ours = new("SGD2", "default", Key(name, "sgd2", ""));
                Row[] peers = [.. Peers.Select(peer => Best(results, name, peer))];
                foreach (Row row in (Row[])[ours, .. peers])
                {
                    table.Add(title, activation, row.Optimizer, row.Rate, Accuracy(results, row.Key, 1), Accuracy(results, row.Key, 2),
                        Accuracy(results, row.Key, Epochs), Cells.Range(After(results, row.Key, Epochs)));
                }
                verdicts.Add(title, activation, Lead(results, ours, peers, 1), Lead(results, ours, peers, 2), Lead(results, ours, peers, Epochs),
                    Spread(results, peers));
            }
        }
        var deep = new Table("activation", "BatchRms", "SGD2", "seeds", "Adam", "seeds");
        foreach (string network in DeepNetworks)
        {
            Sample? ours = After(results, $"{network}-sgd2", DeepEpochs), adam = After(results, $"{network}-adam", DeepEpochs);
            deep.Add(network.Contains("Relu", StringComparison.Ordinal) ? "Relu" : "ModU", network.EndsWith("Rms", StringComparison.Ordinal) ? "yes" : "no",
                Cells.Mean(ours), Cells.Range(ours), Cells.Mean(adam), Cells.Range(adam));
        }
        return $"""
            # Defaults

            SGD2 as `train` runs it when nothing is said, against SGD with momentum and Adam with a linear schedule and the best rate of
            {string.Join(" and of ", Peers.Select(static peer => $"{string.Join(", ", peer.Rates)} ({peer.Title})"))}, chosen by the
            accuracy at the end with the first seed. Batch {Batch}, {Epochs} epochs; the networks declare their layers alone. Accuracy in per cent on the test
            set, means over seeds {string.Join(", ", results.Seeds)}.

            {table}
            ## SGD2 minus the better of SGD and Adam

            After the first two epochs the better of both is taken afresh, at the rates that were best in the end.

            {verdicts}
            ## Twenty contractive layers, {DeepEpochs} epochs

            784-400-380-...-20-10; both optimisers at their defaults.

            {deep}
            """;
    }

    static string Key(string network, string optimizer, string rate) => $"{network}-{optimizer}{rate}";

    static string BestRate(Results first, string network, Peer peer) =>
        peer.Rates.MaxBy(rate => After(first, Key(network, peer.Optimizer, rate), Epochs)?.Mean ?? 0)!;

    static Row Best(Results results, string network, Peer peer)
    {
        string rate = BestRate(results.OfSeed(results.Seeds[0]), network, peer);
        return new Row(peer.Title, rate, Key(network, peer.Optimizer, rate));
    }

    // A run that diverged has no accuracy; one in a group of seeds rules the group out.
    static Sample? After(Results results, string key, int epoch)
    {
        IReadOnlyList<RunResult> runs = results.Of(key);
        return runs.Count > 0 && runs.All(run => !run.Diverged && run.TestErrors.Count >= epoch)
            ? new Sample([.. runs.Select(run => 100 - run.TestErrors[epoch - 1])])
            : null;
    }

    static string Accuracy(Results results, string key, int epoch) => Cells.Mean(After(results, key, epoch));

    static string Lead(Results results, Row ours, Row[] peers, int epoch) => Cells.Difference(After(results, ours.Key, epoch),
        peers.Max(peer => After(results, peer.Key, epoch)?.Mean ?? 0));

    static string Spread(Results results, Row[] peers)
    {
        Sample? best = peers.Select(peer => After(results, peer.Key, Epochs)).MaxBy(static sample => sample?.Mean ?? 0);
        return Cells.Number(best?.Most - best?.Least);
    }

    sealed record Peer(string Title, string Optimizer, string[] Rates);

    sealed record Row(string Optimizer, string Rate, string Key);
}
