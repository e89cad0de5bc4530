using AotNet.Peers.Harness;
using AotNet.Peers.Libraries;
using AotNet.Peers.Steps;
using AotNet.Runtime;

namespace AotNet.Peers.Images;

/// <summary>
/// The verb <c>images</c>: whole training steps of convolutional networks, ours and libtorch's. Where their losses differ
/// there is no time to compare; the other cases are measured all the same.
/// </summary>
sealed class ImageComparison(Sampling sampling, int threads)
{
    const int CheckedSteps = 20;
    const double LossTolerance = 1e-3;

    // As for the networks of dense layers: a step's speed does not depend on its rate, but its numbers stay ordinary.
    const float CheckedRate = 1e-4f, MeasuredRate = 1e-6f;

    /// <summary>Measures the networks and rules given.</summary>
    internal Report Run(IReadOnlyList<ImageNetwork> networks, IReadOnlyList<StepRule> rules)
    {
        LibTorch.Require(threads);
        var report = new Report($"Training steps of convolutional networks, {threads} thread{(threads == 1 ? "" : "s")} on both sides", sampling);
        report.Line($"{LibTorch.Version}.");
        report.Line();
        report.Line("A step is forward, softmax cross-entropy, backward and update, with the batch in memory. Both sides start from the same "
            + $"weights and see the same batches; the losses of each of their first {CheckedSteps} steps agree to {LossTolerance:g1}. libtorch "
            + "has its images as channels x rows x columns, its default, ReLU in place, and leaves its loss in its tensor. Of peak: ours, beside "
            + "the FMA peak of one thread measured in turn.");
        int met = 0, cases = 0;
        List<string> disagreements = [];
        Table table = report.Table(new Column("network", 24), "batch", "rule", Column.Time("ours µs"), Column.Time("libtorch µs"),
            Column.Ratio("libtorch / ours"), "goal", "met", "of peak");
        foreach (ImageNetwork network in networks)
        {
            foreach (StepRule rule in rules)
            {
                string name = rule == StepRule.Sgd ? "SGD" : "Adam";
                cases++;
                try
                {
                    (Timing ours, Timing theirs, Timing peak) = Measure(network, rule, out long flops);
                    Ratio ratio = Ratio.Of(theirs, ours);
                    bool reached = ratio.Medians >= network.Goal;
                    met += reached ? 1 : 0;
                    table.Row(network.Name, $"{network.Batch}", name, ours.Microseconds, theirs.Microseconds, ratio.ToString(), $"{network.Goal}",
                        reached ? "yes" : "no", $"{flops / ours.Median / Peak.FlopsPerSecond(peak):P1}");
                }
                catch (DisagreementException disagreement)
                {
                    disagreements.Add($"{network.Name}, batch {network.Batch}, {name}: {disagreement.Message}");
                    table.Row(network.Name, $"{network.Batch}", name, "", "", "", $"{network.Goal}", "no", "");
                }
            }
        }
        report.Line();
        report.Line($"{met} of {cases} goals met.");
        foreach (string disagreement in disagreements)
            report.Line($"Not measured: {disagreement}");
        return report;
    }

    (Timing Ours, Timing Theirs, Timing Peak) Measure(ImageNetwork network, StepRule rule, out long flops)
    {
        var data = StepData.Of(network);
        Optimizer optimizer = rule == StepRule.Sgd ? Optimizer.Sgd(CheckedRate) : Optimizer.Adam(CheckedRate);
        using var ours = new OwnTraining(network, data, optimizer, threads);
        using var theirs = new TorchImages(ours.Network, network, data, rule, CheckedRate);
        for (int step = 0; step < CheckedSteps; step++)
        {
            (float own, float other) = (ours.Step(), theirs.Step());
            if (!(Math.Abs(own - other) <= LossTolerance))
                throw new DisagreementException($"the losses of step {step + 1} differ, {own} and libtorch's {other}.");
        }
        ours.Network.LearningRate = MeasuredRate;
        theirs.LearningRate = MeasuredRate;
        flops = ours.Network.Info.TrainingFlops * network.Batch;
        Timing[] timings = Alternation.Measure(sampling, new Contestant(ours.Run), new Contestant(theirs.Run), Peak.Contestant);
        return (timings[0], timings[1], timings[2]);
    }

    /// <summary>Both sides do not do the same work.</summary>
    sealed class DisagreementException(string message) : Exception(message);
}
