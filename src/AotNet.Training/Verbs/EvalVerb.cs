using System.Globalization;
using System.Text;
using AotNet.Training.Data;
using AotNet.Training.Evaluation;
using AotNet.Training.Loop;
using AotNet.Training.Reporting;

namespace AotNet.Training.Verbs;

/// <summary>The verb <c>eval</c>.</summary>
static class EvalVerb
{
    /// <summary>Measures a checkpoint on a data set and prints the result.</summary>
    public static int Run(NetworkFactory factory, string data, string checkpointPath, string? format,
        DataRequest request, int threads, bool json, TextWriter output)
    {
        NetworkInfo info = factory.Info;
        using ITrainable network = factory.Create(0, threads);
        DataProfile profile = Checkpoint.Read(checkpointPath, network, info).Profile;
        SampleSet set = SampleSet.All(factory.Formats.Choose(format, data, info).ReadLike(data, profile.Schema, request, DataPart.Test));
        var batch = new BatchBuffer(info.Batch, profile.Standardization, info, network);
        var tally = Tally.For(info, profile);
        Score score = Evaluator.Measure(network, info, set, batch, tally);
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
}
