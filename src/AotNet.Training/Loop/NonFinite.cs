using System.Globalization;
using AotNet.Runtime;

namespace AotNet.Training.Loop;

/// <summary>What to say when a loss is not finite, and what to advise.</summary>
static class NonFinite
{
    /// <summary>In a training step.</summary>
    public static TrainerException At(float loss, string? layer, RunState state, RunSettings settings, RunDirectory directory) =>
        new(ExitCode.NonFinite, $"The loss became {Name(loss)} at step {state.Step + 1} (epoch {state.Epoch + 1})"
            + $"{(layer is null ? "" : $", first in layer {layer}")}. {Advice(settings, directory)}");

    /// <summary>In an evaluation after a step.</summary>
    public static TrainerException Held(float loss, RunState state, RunSettings settings, RunDirectory directory) =>
        new(ExitCode.NonFinite, $"The loss on held samples is {Name(loss)} after step {state.Step} (epoch {state.Epoch + 1}). "
            + Advice(settings, directory));

    /// <summary>In all trials of a search for the learning rate.</summary>
    public static TrainerException AtEveryRate(RunState state, RunSettings settings, RunDirectory directory)
    {
        string limit = state.RateEpoch > 0 ? $" up to {Text(state.FirstRate)}, the first that was selected," : "";
        return new(ExitCode.NonFinite, $"No learning rate of {SelectiveFlags.Text(settings.Selective!.Candidates)}{limit} led to a finite loss "
            + $"at the start of epoch {state.Epoch + 1}. {Advice(settings, directory)}");
    }

    static string Advice(RunSettings settings, RunDirectory directory)
    {
        Optimizer optimizer = settings.Optimizer;
        var advice = new List<string>
        {
            settings.Selective is { } selective
                ? $"lower --lr-candidates (now {SelectiveFlags.Text(selective.Candidates)})"
                : $"a lower --lr (now {Text(optimizer.LearningRate)})",
        };
        if (optimizer.Decorrelate)
            advice.Add($"more --damping (now {Text(optimizer.Damping)})");
        if (optimizer.ClipNorm == 0)
            advice.Add("--clip 1");
        if (settings.Warmup == 0)
            advice.Add("--warmup");
        string files = File.Exists(directory.CheckpointPath) ? $" The last good checkpoint is {directory.CheckpointPath}." : "";
        return $"Try {string.Join(", ", advice[..^1])} or {advice[^1]}.{files}";
    }

    static string Name(float loss) => float.IsNaN(loss) ? "NaN" : loss > 0 ? "infinite" : "minus infinity";

    static string Text(float value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
