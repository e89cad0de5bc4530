using System.Globalization;
using System.Text;
using System.Text.Json;
using AotNet.Training.Data;
using AotNet.Training.Loop;
using AotNet.Training.Reporting;

namespace AotNet.Training.Verbs;

/// <summary>The verb <c>eval</c>.</summary>
static class EvalVerb
{
    /// <summary>Measures a checkpoint on a data set and prints the result.</summary>
    public static int Run(NetworkFactory factory, string data, string checkpointPath, DataFormat? format, int threads,
        bool json, TextWriter output)
    {
        NetworkInfo info = factory.Info;
        using ITrainable network = factory.Create(0, threads);
        DataProfile profile = Checkpoint.Read(checkpointPath, network, info).Profile;
        SampleSet set = SampleSet.All(TrainingData.ReadLike(data, format ?? DataFormats.Detect(data), profile.Schema, info));
        var batch = new BatchBuffer(info.Batch, profile.Standardization, info);
        Score score = Evaluator.Measure(network, info, set, batch);
        Tally tally = info.Target.IsClass ? new ConfusionMatrix(info.Target.Width, profile.ClassNames)
            : info.HasAccuracy() ? new LabelTally(info.Target.Width, profile.Schema?.LabelNames ?? [])
            : new RegressionTally(info.Target.Width, profile.Schema?.LabelNames ?? []);
        Fill(tally, network, info, set, batch);
        if (json)
        {
            output.WriteLine(JsonText.Object(writer =>
            {
                writer.WriteString("network", info.Name);
                writer.WriteString("checkpoint", checkpointPath);
                writer.WriteNumber("samples", set.Samples.Length);
                writer.WriteNumberOrNull("loss", score.Loss);
                writer.WriteNumberOrNull("accuracy", score.Accuracy);
                tally.WriteTo(writer);
            }));
        }
        else
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{set.Samples.Length} samples of {set.Data.Source}"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loss      {score.Loss:F6}"));
            if (score.Accuracy is { } accuracy)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accuracy  {accuracy * 100:F2} %"));
            var text = new StringBuilder();
            tally.Describe(text);
            output.Write(text);
        }
        return ExitCode.Success;
    }

    static void Fill(Tally tally, ITrainable network, NetworkInfo info, SampleSet set, BatchBuffer batch)
    {
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
    }
}

/// <summary>Counts answers of one kind.</summary>
abstract class Tally
{
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
