using AotNet.Peers.Harness;
using AotNet.Peers.Libraries;
using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>The verb <c>steps</c>: whole training steps, ours and libtorch's.</summary>
sealed class StepComparison(Sampling sampling, int threads)
{
    const int CheckedSteps = 20;
    const double LossTolerance = 1e-3;

    // While losses are compared, the rates are those that training would have. The speed of a step does not depend on
    // its rate; a tiny one keeps the numbers ordinary however long the measurement runs.
    const float MeasuredRate = 1e-6f;

    /// <summary>Measures the networks and rules given.</summary>
    internal Report Run(IReadOnlyList<StepNetwork> networks, IReadOnlyList<StepRule> rules)
    {
        LibTorch.Require(threads);
        var report = new Report($"Training steps, {threads} thread{(threads == 1 ? "" : "s")} on both sides", sampling);
        report.Line($"{LibTorch.Version}.");
        report.Line();
        report.Line("A step is forward, softmax cross-entropy, backward and update, with the batch in memory; ReLU between layers. Both "
            + "sides start from the same weights and see the same batches; the losses of each of their first "
            + $"{CheckedSteps} steps agree to {LossTolerance:g1}. libtorch is the faster of nn.Sequential and of functional calls with "
            + "ReLU in place; its loss is left in its tensor, ours is returned. Of peak: ours, beside the FMA peak of one thread "
            + "measured in turn.");
        int met = 0, cases = 0;
        Table table = report.Table(new Column("network", 44), "batch", "rule", Column.Time("ours µs"), Column.Time("libtorch µs"),
            Column.Ratio("libtorch / ours"), "goal", "met", "of peak");
        foreach (StepNetwork network in networks)
        {
            foreach (StepRule rule in rules)
            {
                (Timing ours, Timing theirs, Timing peak) = Measure(network, rule, out long flops);
                Ratio ratio = Ratio.Of(theirs, ours);
                double target = StepTargets.Of(network.Name, network.Batch, rule);
                bool reached = ratio.Medians >= target;
                cases++;
                met += reached ? 1 : 0;
                table.Row(network.Name, $"{network.Batch}", rule == StepRule.Sgd ? "SGD" : "Adam", ours.Microseconds, theirs.Microseconds,
                    ratio.ToString(), $"{target}", reached ? "yes" : "no",
                    $"{flops / ours.Median / Peak.FlopsPerSecond(peak):P1}");
            }
        }
        report.Line();
        report.Line($"{met} of {cases} goals met.");
        return report;
    }

    (Timing Ours, Timing Theirs, Timing Peak) Measure(StepNetwork network, StepRule rule, out long flops)
    {
        var data = StepData.Of(network);
        // Small enough for single samples of unit variance, and for Adam's steps of equal length in deep networks.
        float rate = rule == StepRule.Sgd ? 0.001f : 0.0001f;
        Optimizer optimizer = rule == StepRule.Sgd ? Optimizer.Sgd(rate) : Optimizer.Adam(rate);
        using var ours = new OwnTraining(network, data, optimizer, threads);
        TorchTraining[] theirs = [.. Enum.GetValues<TorchStyle>().Select(style =>
            new TorchTraining(ours.Network, network.Widths, data, rule, rate, style))];
        try
        {
            for (int step = 0; step < CheckedSteps; step++)
            {
                float loss = ours.Step();
                foreach (TorchTraining peer in theirs)
                    Compare(loss, peer.Step(), $"{network.Name}, batch {network.Batch}, {rule}, step {step + 1}");
            }
            ours.Network.LearningRate = MeasuredRate;
            foreach (TorchTraining peer in theirs)
                peer.LearningRate = MeasuredRate;
            flops = ours.Network.Info.TrainingFlops * network.Batch;
            Timing[] timings = Alternation.Measure(sampling, new Contestant(ours.Run),
                new Contestant([.. theirs.Select(static peer => (Action<int>)peer.Run)]), Peak.Contestant);
            return (timings[0], timings[1], timings[2]);
        }
        finally
        {
            foreach (TorchTraining peer in theirs)
                peer.Dispose();
        }
    }

    static void Compare(float ours, float theirs, string where)
    {
        if (!(Math.Abs(ours - theirs) <= LossTolerance))
            throw new PeersException($"The losses differ, {ours} and libtorch's {theirs}, in {where}; nothing is measured.");
    }
}
