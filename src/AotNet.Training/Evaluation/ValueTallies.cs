using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AotNet.Training.Evaluation;

/// <summary>Binary and multi-label answers: precision and recall of each label at probability 0.5.</summary>
/// <param name="width">Number of labels.</param>
/// <param name="names">Their names; empty for none.</param>
sealed class LabelTally(int width, string[] names) : Tally
{
    readonly long[] hits = new long[width], called = new long[width], present = new long[width];

    public override void Add(ReadOnlySpan<float> output, int label, ReadOnlySpan<float> target)
    {
        for (int i = 0; i < width; i++)
        {
            bool says = output[i] > 0.5f, holds = target[i] > 0.5f;
            hits[i] += says && holds ? 1 : 0;
            called[i] += says ? 1 : 0;
            present[i] += holds ? 1 : 0;
        }
    }

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartArray("labels");
        for (int i = 0; i < width; i++)
        {
            json.WriteStartObject();
            json.WriteString("label", RegressionTally.Name(names, i));
            json.WriteNumberOrNull("precision", ConfusionMatrix.Ratio(hits[i], called[i]));
            json.WriteNumberOrNull("recall", ConfusionMatrix.Ratio(hits[i], present[i]));
            json.WriteNumber("samples", present[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public override void Describe(StringBuilder text)
    {
        text.Append("\nlabel       precision  recall  samples\n");
        for (int i = 0; i < width; i++)
        {
            text.Append(RegressionTally.Name(names, i).PadRight(10))
                .Append(ConfusionMatrix.Percent(ConfusionMatrix.Ratio(hits[i], called[i])).PadLeft(11))
                .Append(ConfusionMatrix.Percent(ConfusionMatrix.Ratio(hits[i], present[i])).PadLeft(8))
                .Append(present[i].ToString(CultureInfo.InvariantCulture).PadLeft(9)).Append('\n');
        }
    }
}

/// <summary>Real-valued answers: mean squared and absolute error and the coefficient of determination of each target.</summary>
/// <param name="width">Values a sample.</param>
/// <param name="names">Their names; empty for none.</param>
sealed class RegressionTally(int width, string[] names) : Tally
{
    readonly double[] squared = new double[width], absolute = new double[width], mean = new double[width], spread = new double[width];
    long samples;

    public override void Add(ReadOnlySpan<float> output, int label, ReadOnlySpan<float> target)
    {
        samples++;
        for (int i = 0; i < width; i++)
        {
            double error = (double)output[i] - target[i];
            squared[i] += error * error;
            absolute[i] += Math.Abs(error);
            // Welford (1962): the sum of squared distances from the mean, without a second pass.
            double distance = target[i] - mean[i];
            mean[i] += distance / samples;
            spread[i] += distance * (target[i] - mean[i]);
        }
    }

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumberOrNull("mse", squared.Sum() / samples / width);
        json.WriteNumberOrNull("mae", absolute.Sum() / samples / width);
        json.WriteNumberOrNull("r2", Determination(squared.Sum(), spread.Sum()));
        json.WriteStartArray("targets");
        for (int i = 0; i < width; i++)
        {
            json.WriteStartObject();
            json.WriteString("target", Name(names, i));
            json.WriteNumberOrNull("mse", squared[i] / samples);
            json.WriteNumberOrNull("mae", absolute[i] / samples);
            json.WriteNumberOrNull("r2", Determination(squared[i], spread[i]));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public override void Describe(StringBuilder text)
    {
        text.Append("\ntarget              MSE           MAE        R2\n");
        for (int i = 0; i < width; i++)
        {
            double? determination = Determination(squared[i], spread[i]);
            text.Append(Name(names, i).PadRight(10)).Append(CultureInfo.InvariantCulture, $"{squared[i] / samples,13:G6} {absolute[i] / samples,13:G6} ")
                .Append((determination?.ToString("F4", CultureInfo.InvariantCulture) ?? "-").PadLeft(9)).Append('\n');
        }
    }

    /// <summary>A label's or target's name, its number where it has none.</summary>
    public static string Name(string[] names, int index) =>
        names.Length > 0 ? names[index] : index.ToString(CultureInfo.InvariantCulture);

    /// <summary>R² = 1 - residual / total; null for targets that do not vary.</summary>
    static double? Determination(double residual, double total) => total > 0 ? 1 - residual / total : null;
}
