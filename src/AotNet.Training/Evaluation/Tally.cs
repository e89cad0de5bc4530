using System.Text;
using System.Text.Json;
using AotNet.Training.Data;
using AotNet.Training.Data.Formats;

namespace AotNet.Training.Evaluation;

/// <summary>Counts answers of one kind.</summary>
abstract class Tally
{
    /// <summary>One without answers.</summary>
    /// <param name="info">Target of the network.</param>
    /// <param name="profile">Names of classes, labels or targets.</param>
    public static Tally For(NetworkInfo info, DataProfile profile)
    {
        string[] names = (profile.Schema as CsvSchema)?.LabelNames ?? [];
        return info.Target.IsClass ? new ConfusionMatrix(info.Target.Width, profile.ClassNames)
            : info.HasAccuracy() ? new LabelTally(info.Target.Width, names)
            : new RegressionTally(info.Target.Width, names);
    }

    /// <summary>Adds the samples of a batch.</summary>
    /// <param name="outputs">What the network said, a row for each.</param>
    /// <param name="batch">Their classes or targets.</param>
    /// <param name="rows">Samples in it.</param>
    public void Add(ReadOnlySpan<float> outputs, BatchBuffer batch, int rows)
    {
        int width = outputs.Length / rows, targets = batch.Targets.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            Add(outputs.Slice(row * width, width), batch.Labels.IsEmpty ? -1 : batch.Labels[row],
                batch.Targets.Slice(row * targets, targets));
        }
    }

    /// <summary>Adds one sample.</summary>
    /// <param name="output">What the network said.</param>
    /// <param name="label">Its class; -1 where there are none.</param>
    /// <param name="target">Its target values; empty where there are classes.</param>
    public abstract void Add(ReadOnlySpan<float> output, int label, ReadOnlySpan<float> target);

    /// <summary>Writes members of a JSON object.</summary>
    public abstract void WriteTo(Utf8JsonWriter json);

    /// <summary>Appends lines of text.</summary>
    public abstract void Describe(StringBuilder text);
}
