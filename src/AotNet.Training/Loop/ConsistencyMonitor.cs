using System.Diagnostics;
using AotNet.Runtime;
using AotNet.Training.CommandLine;
using AotNet.Training.Data;
using AotNet.Training.Reporting;

namespace AotNet.Training.Loop;

/// <summary>
/// Looks into training steps when they are due and writes what it finds to <c>consistency.jsonl</c>, on disk before the
/// checkpoint of the same step is. Due are the first step of a run and then the last full batch of each epoch, or every so
/// many steps. The probe, and its arena, exist only from one step's beginning to its end.
/// </summary>
sealed class ConsistencyMonitor : IDisposable
{
    readonly CompiledNetwork network;
    readonly int every;
    readonly int fullBatches;
    readonly Reporter reporter;
    readonly RunLog log;
    ConsistencyProbe? probe;

    ConsistencyMonitor(CompiledNetwork network, int every, int fullBatches, Reporter reporter, RunLog log)
    {
        this.network = network;
        this.every = every;
        this.fullBatches = fullBatches;
        this.reporter = reporter;
        this.log = log;
    }

    /// <summary>Seconds spent on measuring so far.</summary>
    public double Seconds { get; private set; }

    /// <summary>Reads --consistency: steps from one moment to the next, or 0 for the word <c>epoch</c>.</summary>
    public static int ParseEvery(string text) =>
        text == "epoch" ? 0 : FlagValue.Integer("consistency", text, 1, int.MaxValue, "steps, or the word epoch");

    /// <summary>Throws unless a network can be probed.</summary>
    /// <exception cref="UsageException">It was declared without probes.</exception>
    public static CompiledNetwork Require(ITrainable network, NetworkInfo info, string subject) => network.Compiled is { HasProbes: true } compiled
        ? compiled
        : throw new UsageException($"{subject}: {info.Name} was declared with [Network(Probes = false)]; leave that out and build it again.");

    /// <summary>Cuts the file of a resumed run back to its checkpoint, and prepares to go on.</summary>
    /// <param name="path">The file; made if need be.</param>
    /// <param name="every">Steps from one moment to the next; 0 for the last full batch of each epoch; null when nothing is to be measured.</param>
    /// <param name="network">The network.</param>
    /// <param name="run">The run.</param>
    /// <param name="step">Steps that the checkpoint counts.</param>
    /// <param name="reporter">Told what is found.</param>
    /// <returns>Null when nothing is to be measured.</returns>
    public static ConsistencyMonitor? Open(string path, int? every, ITrainable network, RunDescription run, long step,
        Reporter reporter)
    {
        if (every is null && !File.Exists(path))
            return null;
        RunLog log = RunLog.Open(path, LinesUpTo(path, step));
        if (every is { } steps)
        {
            return new ConsistencyMonitor(Require(network, run.Network, "--consistency"), steps,
                Math.Max(run.Data.Train.Samples.Length / run.Settings.Batch, 1), reporter, log);
        }
        log.Dispose();
        return null;
    }

    /// <summary>Before a step: looks at its batch when it is due.</summary>
    public void Observe(RunState state, BatchBuffer batch)
    {
        long step = state.Step + 1;
        if (step != 1 && (every > 0 ? step % every != 0 : state.StepInEpoch + 1 != fullBatches))
            return;
        long begin = Stopwatch.GetTimestamp();
        probe = network.CreateProbe();
        probe.Observe(batch.Inputs, batch.Labels, batch.Targets, batch.Partners, batch.Weights);
        Seconds += Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    /// <summary>All layers of a probe, one after another, telling how many are done.</summary>
    public static LayerConsistency[] Measure(ConsistencyProbe probe, Reporter reporter)
    {
        var layers = new LayerConsistency[probe.Layers];
        for (int i = 0; i < layers.Length; i++)
        {
            reporter.Measuring(i, layers.Length);
            layers[i] = probe.Measure(i);
        }
        return layers;
    }

    /// <summary>After a step, which the state counts already: writes its figures down if it was observed.</summary>
    public void Record(RunState state)
    {
        if (probe is null)
            return;
        long begin = Stopwatch.GetTimestamp();
        var record = new ConsistencyRecord(state.Epoch + 1, state.Step, Measure(probe, reporter));
        probe.Dispose();
        probe = null;
        foreach (LayerConsistency layer in record.Layers)
            log.Append(JsonText.Object(json => record.WriteTo(json, layer)), durable: layer.Order == record.Layers.Count - 1);
        reporter.Consistency(record);
        Seconds += Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    public void Dispose()
    {
        probe?.Dispose();
        log.Dispose();
    }

    static int LinesUpTo(string path, long step)
    {
        int lines = 0;
        if (!File.Exists(path))
            return 0;
        foreach (string line in File.ReadLines(path))
        {
            if (!(JsonText.FindNumber(line, "step") <= step))
                break;
            lines++;
        }
        return lines;
    }
}
