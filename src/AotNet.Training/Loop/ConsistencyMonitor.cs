using System.Diagnostics;
using AotNet.Runtime;
using AotNet.Training.CommandLine;
using AotNet.Training.Data;
using AotNet.Training.Reporting;

namespace AotNet.Training.Loop;

/// <summary>When a run's consistency is measured: --consistency.</summary>
/// <param name="Every">Steps from one moment to the next; null for the first step and the last full batch of each epoch.</param>
sealed record ConsistencySchedule(int? Every)
{
    /// <summary>Reads the flag.</summary>
    public static ConsistencySchedule Parse(string text) =>
        new(text == "epoch" ? null : FlagValue.Integer("consistency", text, 1, int.MaxValue, "steps, or the word epoch"));

    /// <summary>Whether the step that is about to be taken is a moment.</summary>
    /// <param name="step">Its number in the run, from 1.</param>
    /// <param name="stepInEpoch">Its number in the epoch, from 1.</param>
    /// <param name="fullBatches">Full batches in an epoch.</param>
    public bool IsDue(long step, int stepInEpoch, int fullBatches) =>
        step == 1 || (Every is { } steps ? step % steps == 0 : stepInEpoch == Math.Max(fullBatches, 1));
}

/// <summary>
/// Looks into training steps when they are due and writes what it finds to <c>consistency.jsonl</c>, on disk before the
/// checkpoint of the same step is. The probe, and its arena, exist only from one step's beginning to its end.
/// </summary>
sealed class ConsistencyMonitor : IDisposable
{
    readonly CompiledNetwork network;
    readonly ConsistencySchedule schedule;
    readonly int fullBatches;
    readonly Reporter reporter;
    readonly RunLog log;
    ConsistencyProbe? probe;

    ConsistencyMonitor(CompiledNetwork network, ConsistencySchedule schedule, int fullBatches, Reporter reporter, RunLog log) =>
        (this.network, this.schedule, this.fullBatches, this.reporter, this.log) = (network, schedule, fullBatches, reporter, log);

    /// <summary>Seconds spent on measuring so far.</summary>
    public double Seconds { get; private set; }

    /// <summary>Throws unless a network can be probed.</summary>
    /// <exception cref="UsageException">It was declared without probes.</exception>
    public static CompiledNetwork Require(ITrainable network, NetworkInfo info, string subject) => network.Compiled is { HasProbes: true } compiled
        ? compiled
        : throw new UsageException($"{subject}: {info.Name} was declared with [Network(Probes = false)]; leave that out and build it again.");

    /// <summary>Cuts the file of a resumed run back to its checkpoint, and prepares to go on.</summary>
    /// <param name="path">The file; made if need be.</param>
    /// <param name="schedule">--consistency; null when nothing is to be measured.</param>
    /// <param name="network">The network.</param>
    /// <param name="run">The run.</param>
    /// <param name="step">Steps that the checkpoint counts.</param>
    /// <param name="reporter">Told what is found.</param>
    /// <returns>Null when nothing is to be measured.</returns>
    public static ConsistencyMonitor? Open(string path, ConsistencySchedule? schedule, ITrainable network, RunDescription run, long step,
        Reporter reporter)
    {
        if (schedule is null && !File.Exists(path))
            return null;
        RunLog log = RunLog.Open(path, LinesUpTo(path, step));
        if (schedule is not null)
        {
            return new ConsistencyMonitor(Require(network, run.Network, "--consistency"), schedule,
                run.Data.Train.Samples.Length / run.Settings.Batch, reporter, log);
        }
        log.Dispose();
        return null;
    }

    /// <summary>Before a step: looks at its batch when it is due.</summary>
    public void Observe(RunState state, BatchBuffer batch)
    {
        if (!schedule.IsDue(state.Step + 1, state.StepInEpoch + 1, fullBatches))
            return;
        long begin = Stopwatch.GetTimestamp();
        probe = network.CreateProbe();
        probe.Observe(batch.Inputs, batch.Labels, batch.Targets);
        Seconds += Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    /// <summary>After a step, which the state counts already: writes its figures down if it was observed.</summary>
    public void Record(RunState state)
    {
        if (probe is null)
            return;
        long begin = Stopwatch.GetTimestamp();
        int layers = probe.Layers;
        var record = new ConsistencyRecord(state.Epoch + 1, state.Step, probe.Measure(done => reporter.Measuring(done, layers)));
        probe.Dispose();
        probe = null;
        foreach (LayerConsistency layer in record.Layers)
            log.Append(JsonText.Object(json => record.WriteTo(json, layer)), durable: layer.Order == layers - 1);
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
