using AotNet.Peers.Harness;
using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>The verb <c>threads</c>: our own steps with several threads and with one, alone and beside a busy process.</summary>
sealed class ThreadComparison(Sampling sampling, int threads)
{
    const double LoadedGoal = 0.95;

    static readonly Dictionary<int, double> QuietGoals = new() { [128] = 1.6, [512] = 1.9 };

    internal Report Run(IReadOnlyList<StepNetwork> networks)
    {
        var report = new Report($"{threads} threads beside one", sampling);
        report.Line();
        report.Line("Our own training steps under SGD with momentum. Loaded: another process keeps one core busy, for both sides alike. "
            + "Goals are of two threads on 784-512-512-10.");
        Table table = report.Table(new Column("network", 44), "batch", "machine", Column.Time("one thread µs"),
            Column.Time($"{threads} threads µs"), Column.Ratio("speed-up"), "goal", "met");
        foreach (StepNetwork network in networks)
        {
            Measure(table, network, "quiet", QuietGoals.TryGetValue(network.Batch, out double goal) ? goal : null);
            using var busy = new BusyProcess();
            Measure(table, network, "loaded", LoadedGoal);
        }
        return report;
    }

    void Measure(Table table, StepNetwork network, string machine, double? goal)
    {
        var data = new StepData(network.Batch, network.Widths[0], network.Widths[^1]);
        using var one = new OwnTraining(network, data, Optimizer.Sgd(1e-6f), 1);
        using var several = new OwnTraining(network, data, Optimizer.Sgd(1e-6f), threads);
        Timing[] timings = Alternation.Measure(sampling, new Contestant(one.Run), new Contestant(several.Run));
        var ratio = Ratio.Of(timings[0], timings[1]);
        bool judged = threads == 2 && network.Name == WideMlp.Name && goal is not null;
        table.Row(network.Name, $"{network.Batch}", machine, timings[0].Microseconds, timings[1].Microseconds, ratio.ToString(),
            judged ? $"{goal}" : "", !judged ? "" : ratio.Medians >= goal ? "yes" : "no");
    }
}
