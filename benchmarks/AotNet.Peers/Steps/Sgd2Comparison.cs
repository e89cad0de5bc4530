using AotNet.Peers.Harness;
using AotNet.Peers.Images;
using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>The verb <c>sgd2</c>: what decorrelating every layer costs, as a multiple of our own step without it.</summary>
sealed class Sgd2Comparison(Sampling sampling)
{
    /// <summary>One line of the table.</summary>
    /// <param name="Network">The network under SGD.</param>
    /// <param name="Decorrelated">The same as this way of decorrelating needs it declared.</param>
    /// <param name="Name">What the way does.</param>
    /// <param name="Optimizer">With its settings.</param>
    /// <param name="Goal">Largest ratio to the step under SGD.</param>
    sealed record Case(TrainedNetwork Network, TrainedNetwork Decorrelated, string Name, Optimizer Optimizer, double Goal);

    const double AveragedGoal = 1.25;

    static readonly (int Batch, double FreshGoal)[] Contractive = [(32, 1.35), (128, 1.35), (512, 1.7)];

    static IEnumerable<Case> Cases =>
    [
        .. from size in Contractive
           let plain = Of(ContractiveMlp.Batches, size.Batch)
           from way in (Case[])[Fresh(plain, size.FreshGoal), Averaged(plain, Of(AveragedMlp.Batches, size.Batch))]
           select way,
        .. from network in AuthorsNet.Batches
           where network.Batch > 1
           select Averaged(network, network),
    ];

    internal Report Run()
    {
        var report = new Report("SGD2 beside SGD, one thread", sampling);
        report.Line();
        report.Line($"Our own training steps, every layer decorrelated (of {AuthorsNet.Name}, by channels or patches as the compiler chose); ratio "
            + "of the step's time to that of SGD with momentum.");
        Table table = report.Table(new Column("network", 44), new Column("variant", 42), "batch", new Column("forms", 20), Column.Time("SGD µs"),
            Column.Time("SGD2 µs"), Column.Ratio("SGD2 / SGD"), "goal", "met");
        foreach (Case line in Cases)
        {
            var data = StepData.Of(line.Network);
            using var plain = new OwnTraining(line.Network, data, Optimizer.Sgd(1e-6f), 1);
            using var decorrelated = new OwnTraining(line.Decorrelated, data, line.Optimizer with { LearningRate = 1e-6f }, 1);
            Timing[] timings = Alternation.Measure(sampling, new Contestant(plain.Run), new Contestant(decorrelated.Run));
            if (decorrelated.Network.DampingRaised != 0)
                throw new PeersException($"Factorisations of {line.Network.Name} at batch {line.Network.Batch} raised their damping; nothing is measured.");
            var ratio = Ratio.Of(timings[1], timings[0]);
            table.Row(line.Network.Name, line.Name, $"{line.Network.Batch}", Forms(decorrelated.Network), timings[0].Microseconds, timings[1].Microseconds,
                ratio.ToString(), $"{line.Goal}", ratio.Medians <= line.Goal ? "yes" : "no");
        }
        return report;
    }

    static TrainedNetwork Of(IEnumerable<TrainedNetwork> batches, int batch) => batches.Single(network => network.Batch == batch);

    static Case Fresh(TrainedNetwork network, double goal) =>
        new(network, network, "exact, Gram and factor fresh in every step", Optimizer.Sgd2(), goal);

    static Case Averaged(TrainedNetwork network, TrainedNetwork decorrelated) =>
        new(network, decorrelated, "Gram averaged, factor of every tenth step", Optimizer.Sgd2().Averaged(), AveragedGoal);

    /// <summary>How many layers take which form.</summary>
    static string Forms(CompiledNetwork network) => string.Join(", ", network.Info.Layers
        .Where(static layer => layer.CurvatureForm is not null).GroupBy(static layer => layer.CurvatureForm)
        .Select(static group => $"{group.Count()} {group.Key}"));
}
