using System.Globalization;
using AotNet.Training.Loop;

namespace AotNet.Training.Reporting;

/// <summary>A line an epoch, and on a terminal a progress bar beneath them.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="bar">The progress bar; null when there is no terminal.</param>
sealed class TextReporter(TextWriter output, ProgressBar? bar) : Reporter
{
    public override void Decoding(int done, int files, string things) => bar?.Draw(done, files, things);

    public override void Begin(RunDescription run)
    {
        (int train, int? validation, int? test) = (run.Data.Train.Samples.Length, run.Data.Validation?.Samples.Length,
            run.Data.Test?.Samples.Length);
        Line($"{run.Network.Name}: {run.Network.ParameterCount:N0} parameters, {InstructionSet.Name}, {Count(run.Threads, "thread")}");
        Line($"data: {train:N0} samples to learn from"
            + (validation is null ? "" : FormattableString.Invariant($", {validation:N0} to validate on"))
            + (test is null ? "" : FormattableString.Invariant($", {test:N0} to test on")));
        string optimizer = OptimizerFlags.NameOf(run.Settings.Optimizer);
        string rate = run.Settings.Flags[RunFlags.LearningRate];
        Line($"{optimizer}, rate {rate}, {run.Settings.Flags[RunFlags.Schedule]} schedule, "
            + $"batch {run.Settings.Batch}, {Count(run.Settings.Epochs, "epoch")} of {Count(run.StepsPerEpoch, "step")}");
        var curvature = new CurvatureTable(run.Network, run.Settings.Optimizer);
        if (curvature.Any)
        {
            foreach (string line in curvature.Lines())
                Line(line);
        }
        if (run.Settings.Augmentation is { } augmentation)
            Line($"augmented by {augmentation}");
        Line($"run: {run.Directory.Path}{(run.ResumedStep is { } step ? $", resumed after step {step}" : "")}");
    }

    public override void Step(in Progress progress) => bar?.Draw(progress);

    public override void Search(in SearchProgress progress) => bar?.Draw(progress);

    public override void Rate(RateRecord record)
    {
        var trials = new string[record.Losses.Length];
        for (int i = 0; i < trials.Length; i++)
        {
            float loss = record.Losses[i];
            trials[i] = record.Candidates[i].ToString("G4", CultureInfo.InvariantCulture) + ": "
                + (float.IsFinite(loss) ? loss.ToString("F4", CultureInfo.InvariantCulture) : "-");
        }
        Line($"epoch {record.Epoch,3}  rate {record.Rate:G4} selected by the loss after {Count(record.Steps, "step")}: {string.Join("  ", trials)}");
    }

    public override void Epoch(EpochRecord record, bool best)
    {
        string held = record.Test is { } test ? $"  test {Format(test)}" : "";
        if (record.Validation is { } validation && record.Validation != record.Test)
            held = $"  validation {Format(validation)}{held}";
        Line($"epoch {record.Epoch,3}  step {record.Step,6}  train {Format(record.Train)}{held}  "
            + $"rate {record.LearningRate:G4}  {record.SamplesPerSecond:F0} samples/s  {record.Seconds:F1} s{(best ? "  best" : "")}");
        if (record.DampingRaised > 0)
            Line($"           damping raised {record.DampingRaised} times, {record.DecorrelationsSkipped} layer-steps left undecorrelated");
    }

    public override void Measuring(int done, int layers) => bar?.Draw(done, layers);

    public override void Consistency(ConsistencyRecord record) => Line(ConsistencyTable.Describe(record));

    public override void End(RunDescription run, RunState state, string reason)
    {
        string best = state.BestEpoch == 0 ? ""
            : $"; best epoch {state.BestEpoch}: {Format(new Score(state.BestLoss, run.Network.HasAccuracy() ? state.BestAccuracy : null))}";
        Line($"{reason} after step {state.Step}{best}");
        Line($"files: {run.Directory.CheckpointPath}{(File.Exists(run.Directory.BestPath) ? $", {run.Directory.BestPath}" : "")}, {run.Directory.LogPath}, {run.Directory.ReportPath}");
    }

    public override void Note(string sentence) => Line($"{sentence}");

    /// <summary>0.1234 / 95.67 %, the percentage only where there is one.</summary>
    static string Format(Score score) => string.Create(CultureInfo.InvariantCulture,
        $"{score.Loss:F4}{(score.Accuracy is { } accuracy ? $" / {(accuracy * 100).ToString("F2", CultureInfo.InvariantCulture)} %" : "")}");

    static string Count(int number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";

    void Line(FormattableString text)
    {
        bar?.Clear();
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    void Line(string text)
    {
        bar?.Clear();
        output.WriteLine(text);
    }
}
