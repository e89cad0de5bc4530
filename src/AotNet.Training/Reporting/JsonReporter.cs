using System.Text.Json;
using AotNet.Runtime;
using AotNet.Training.Loop;

namespace AotNet.Training.Reporting;

/// <summary>--json: one object a line on standard output, told apart by its member <c>event</c>.</summary>
/// <param name="output">Takes the lines.</param>
sealed class JsonReporter(TextWriter output) : Reporter
{
    public override void Begin(RunDescription run) => Write("begin", json =>
    {
        run.WriteTo(json);
        new CurvatureTable(run.Network, run.Settings.Optimizer).WriteTo(json);
    });

    public override void Rate(RateRecord record) => Write("selected_rate", record.WriteTo);

    public override void Epoch(EpochRecord record, bool best) => Write("epoch", json =>
    {
        record.WriteTo(json);
        json.WriteBoolean("best", best);
    });

    public override void Consistency(ConsistencyRecord record)
    {
        foreach (LayerConsistency layer in record.Layers)
            Write("consistency", json => record.WriteTo(json, layer));
    }

    public override void End(RunDescription run, RunState state, string reason) => Write("end", json =>
    {
        json.WriteString("reason", reason);
        json.WriteNumber("step", state.Step);
        json.WriteNumber("best_epoch", state.BestEpoch);
        json.WriteNumberOrNull("best_loss", state.BestEpoch == 0 ? null : state.BestLoss);
        json.WriteNumberOrNull("best_accuracy", state.BestEpoch == 0 || !run.Network.HasAccuracy() ? null : state.BestAccuracy);
        json.WriteString("checkpoint", run.Directory.CheckpointPath);
    });

    public override void Note(string sentence) => Write("note", json => json.WriteString("message", sentence));

    void Write(string name, Action<Utf8JsonWriter> members) => output.WriteLine(JsonText.Object(json =>
    {
        json.WriteString("event", name);
        members(json);
    }));
}
