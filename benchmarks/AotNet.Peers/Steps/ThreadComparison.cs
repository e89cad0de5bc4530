using AotNet.Peers.Harness;
using AotNet.Peers.Images;
using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>The verb <c>threads</c>: our own steps with several threads and with one, alone and beside a busy process.</summary>
sealed class ThreadComparison(Sampling sampling, int threads)
{
    const double LoadedGoal = 0.95;

    /// <summary>The network of dense layers that goals are set for, and the convolutional ones.</summary>
    internal static IReadOnlyList<TrainedNetwork> Networks { get; } = [.. WideMlp.Batches, .. ImageNetwork.All];

    internal Report Run(IReadOnlyList<TrainedNetwork> networks)
    {
        var report = new Report($"{threads} threads beside one", sampling);
        report.Line();
        report.Line("Our own training steps under SGD with momentum. Loaded: another process keeps one core busy, for both sides alike. "
            + $"Goals are of two threads. Copies: {threads} networks trained side by side by one thread each, with nothing in common, as "
            + "many times as fast as one, measured in turn with the steps: what threads that share a step could reach at most, as far as "
            + "processors, caches and memory are concerned. Between two processors a cache line goes there and back in "
            + $"{RoundTrip.Nanoseconds():F0} ns, which threads pay at every barrier and for what one writes and another reads.");
        Table table = report.Table(new Column("network", 44), "batch", "machine", Column.Time("one thread µs"),
            Column.Time($"{threads} threads µs"), Column.Ratio("speed-up"), Column.Ratio("copies"), "goal", "met");
        foreach (TrainedNetwork network in networks)
        {
            Measure(table, network, "quiet", QuietGoal(network));
            using var busy = new BusyProcess();
            Measure(table, network, "loaded", LoadedGoal);
        }
        return report;
    }

    // Of 784-512-512-10 at 128 and 512, of convolutions at 128: smaller steps are not worth a second thread.
    static double? QuietGoal(TrainedNetwork network) => (network, network.Batch) switch
    {
        (ImageNetwork, 128) => 1.8,
        (StepNetwork, 128) => 1.6,
        (StepNetwork, 512) => 1.9,
        _ => null,
    };

    void Measure(Table table, TrainedNetwork network, string state, double? goal)
    {
        var data = StepData.Of(network);
        using var one = new OwnTraining(network, data, Optimizer.Sgd(1e-6f), 1);
        using var several = new OwnTraining(network, data, Optimizer.Sgd(1e-6f), threads);
        using var copies = new CopyTraining(network, data, Optimizer.Sgd(1e-6f), threads);
        Timing[] timings = Alternation.Measure(sampling, new Contestant(one.Run), new Contestant(several.Run), new Contestant(copies.Run));
        Ratio ratio = Ratio.Of(timings[0], timings[1]), apart = copies.Speedup(timings[0], timings[2]);
        bool judged = threads == 2 && goal is not null;
        table.Row(network.Name, $"{network.Batch}", state, timings[0].Microseconds, timings[1].Microseconds, ratio.ToString(), apart.ToString(),
            judged ? $"{goal}" : "", !judged ? "" : ratio.Medians >= goal ? "yes" : "no");
    }
}
