using System.Globalization;
using System.Text;
using System.Text.Json;
using AotNet.Training.Data;
using AotNet.Training.Data.Formats;
using AotNet.Training.Evaluation;
using AotNet.Training.Loop;

namespace AotNet.Training.Verbs;

/// <summary>The verb <c>predict</c>: reads as many rows as a batch holds, answers, and goes on.</summary>
static class PredictVerb
{
    /// <summary>Prints an answer for each row of the input.</summary>
    public static int Run(NetworkFactory factory, string checkpointPath, string input, DataRequest request, int threads,
        bool json, TextWriter output)
    {
        using ITrainable network = factory.Create(0, threads);
        DataProfile profile = Checkpoint.Read(checkpointPath, network, factory.Info).Profile;
        var predictor = new Predictor(network, factory.Info, profile, json, output);
        if (input == "-")
        {
            using var records = new CsvRecords(new StreamReader(Console.OpenStandardInput()), "standard input");
            predictor.Answer(records);
            return ExitCode.Success;
        }
        DataFormat format = factory.Formats.Detect(input, factory.Info);
        if (format == IdxFormat.Instance && Directory.Exists(input))
            throw new UsageException($"--input: {input} is a directory, expected a CSV file, an IDX images file or -.");
        if (format == CsvFormat.Instance)
        {
            using CsvRecords records = CsvRecords.Open(input);
            predictor.Answer(records);
            return ExitCode.Success;
        }
        predictor.Answer(format.ReadInputs(input, profile.Schema, request));
        return ExitCode.Success;
    }

    /// <summary>Collects rows into batches and prints what the network says.</summary>
    sealed class Predictor(ITrainable network, NetworkInfo info, DataProfile profile, bool json, TextWriter output)
    {
        readonly int features = info.InputFeatures;
        readonly float[] raw = new float[info.InputFeatures];
        readonly float[] inputs = new float[info.Batch * info.InputFeatures];
        readonly float[] outputs = new float[info.Batch * info.Outputs];
        readonly StringBuilder text = new();
        string[] names = [];
        int filled;
        long answered;

        /// <summary>Answers each record of a table; label columns are left out.</summary>
        public void Answer(CsvRecords records)
        {
            CsvSchema schema = profile.Schema as CsvSchema ?? new CsvSchema([], [], [features], []);
            (int[] columns, _) = schema.Locate(records, info);
            while (records.Next())
            {
                for (int i = 0; i < features; i++)
                    raw[i] = records.Number(columns[i]);
                profile.Standardization.Apply(raw, NextRow());
                FlushWhenFull();
            }
            Flush();
        }

        /// <summary>Answers each sample, with the name of its file where it has one.</summary>
        public void Answer(Dataset samples)
        {
            names = samples.Names;
            for (int sample = 0; sample < samples.Count; sample++)
            {
                samples.Gather([sample], profile.Standardization, NextRow());
                FlushWhenFull();
            }
            Flush();
        }

        Span<float> NextRow() => inputs.AsSpan(filled++ * features, features);

        void FlushWhenFull()
        {
            if (filled == info.Batch)
                Flush();
        }

        void Flush()
        {
            if (filled == 0)
                return;
            network.Predict(inputs.AsSpan(0, filled * features), outputs.AsSpan(0, filled * info.Outputs));
            text.Clear();
            for (int row = 0; row < filled; row++)
            {
                ReadOnlySpan<float> values = outputs.AsSpan(row * info.Outputs, info.Outputs);
                if (json)
                    text.Append(ToJson(answered, values.ToArray()));
                else
                    Describe(values);
                if (!json && names.Length > 0)
                    text.Append("  ").Append(names[answered]);
                text.Append('\n');
                answered++;
            }
            output.Write(text);
            filled = 0;
        }

        string ToJson(long row, float[] values) => JsonText.Object(writer =>
        {
            writer.WriteNumber("row", row);
            if (names.Length > 0)
                writer.WriteString("file", names[row]);
            if (info.Target.IsClass)
            {
                int chosen = ConfusionMatrix.Largest(values);
                writer.WriteNumber("class", chosen);
                if (profile.ClassNames.Length > 0)
                    writer.WriteString("name", profile.ClassNames[chosen]);
                writer.WriteNumberOrNull("probability", values[chosen]);
            }
            writer.WriteStartArray(info.HasAccuracy() ? "probabilities" : "values");
            foreach (float value in values)
            {
                if (float.IsFinite(value))
                    writer.WriteNumberValue(value);
                else
                    writer.WriteNullValue();
            }
            writer.WriteEndArray();
        });

        /// <summary>Class and probability; or the values, with commas between them.</summary>
        void Describe(ReadOnlySpan<float> values)
        {
            if (info.Target.IsClass)
            {
                int chosen = ConfusionMatrix.Largest(values);
                string name = profile.ClassNames.Length > 0 ? profile.ClassNames[chosen] : chosen.ToString(CultureInfo.InvariantCulture);
                text.Append(CultureInfo.InvariantCulture, $"{name} {values[chosen]:F6}");
                return;
            }
            for (int i = 0; i < values.Length; i++)
                text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{values[i]:G7}");
        }
    }
}
