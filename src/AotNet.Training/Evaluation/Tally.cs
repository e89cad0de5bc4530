using System.Text;
using System.Text.Json;
using AotNet.Training.Data;
using AotNet.Training.Data.Formats;
using AotNet.Training.Loop;

namespace AotNet.Training.Evaluation;

/// <summary>Counts answers of one kind.</summary>
abstract class Tally
{
    /// <summary>Counts a network's answers to a set of samples.</summary>
    /// <param name="network">The network; not changed.</param>
    /// <param name="info">Its target.</param>
    /// <param name="profile">Names of classes, labels or targets.</param>
    /// <param name="set">Samples.</param>
    /// <param name="batch">Reused buffer.</param>
    public static Tally Of(ITrainable network, NetworkInfo info, DataProfile profile, SampleSet set, BatchBuffer batch)
    {
        Tally tally = info.Target.IsClass ? new ConfusionMatrix(info.Target.Width, profile.ClassNames)
            : info.HasAccuracy() ? new LabelTally(info.Target.Width, (profile.Schema as CsvSchema)?.LabelNames ?? [])
            : new RegressionTally(info.Target.Width, (profile.Schema as CsvSchema)?.LabelNames ?? []);
        var outputs = new float[batch.Rows * info.Outputs];
        for (int start = 0; start < set.Samples.Length; start += batch.Rows)
        {
            int rows = Math.Min(batch.Rows, set.Samples.Length - start);
            batch.Load(set.Data, set.Samples.AsSpan(start, rows));
            network.Predict(batch.Inputs, outputs.AsSpan(0, rows * info.Outputs));
            for (int row = 0; row < rows; row++)
            {
                tally.Add(outputs.AsSpan(row * info.Outputs, info.Outputs),
                    info.Target.IsClass ? batch.Labels[row] : -1,
                    info.Target.IsClass ? [] : batch.Targets.Slice(row * info.Target.Width, info.Target.Width));
            }
        }
        return tally;
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
