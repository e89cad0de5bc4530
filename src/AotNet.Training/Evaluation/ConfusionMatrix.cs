using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AotNet.Training.Evaluation;

/// <summary>Samples by true class (row) and predicted class (column), with precision and recall of each class.</summary>
/// <param name="classes">Number of classes.</param>
/// <param name="names">Their names; empty for none.</param>
sealed class ConfusionMatrix(int classes, string[] names) : Tally
{
    readonly long[,] counts = new long[classes, classes];

    public override void Add(ReadOnlySpan<float> output, int label, ReadOnlySpan<float> target) =>
        counts[label, Largest(output)]++;

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartArray("classes");
        for (int index = 0; index < classes; index++)
        {
            json.WriteStartObject();
            json.WriteNumber("class", index);
            if (names.Length > 0)
                json.WriteString("name", names[index]);
            json.WriteNumberOrNull("precision", Precision(index));
            json.WriteNumberOrNull("recall", Recall(index));
            json.WriteNumber("samples", RowSum(index));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("confusion_matrix");
        for (int row = 0; row < classes; row++)
        {
            json.WriteStartArray();
            for (int column = 0; column < classes; column++)
                json.WriteNumberValue(counts[row, column]);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    public override void Describe(StringBuilder text)
    {
        int width = 5;
        for (int index = 0; index < classes; index++)
            width = Math.Max(width, Name(index).Length);
        text.Append('\n').Append("class".PadRight(width)).Append("  precision  recall  samples\n");
        for (int index = 0; index < classes; index++)
        {
            text.Append(Name(index).PadRight(width)).Append(Percent(Precision(index)).PadLeft(11)).Append(Percent(Recall(index)).PadLeft(8))
                .Append(RowSum(index).ToString(CultureInfo.InvariantCulture).PadLeft(9)).Append('\n');
        }
        text.Append("\nconfusion matrix (rows: true class, columns: predicted class)\n");
        long most = classes;
        foreach (long count in counts)
            most = Math.Max(most, count);
        int cell = most.ToString(CultureInfo.InvariantCulture).Length + 1;
        text.Append(' ', width);
        for (int column = 0; column < classes; column++)
            text.Append(column.ToString(CultureInfo.InvariantCulture).PadLeft(cell));
        text.Append('\n');
        for (int row = 0; row < classes; row++)
        {
            text.Append(Name(row).PadRight(width));
            for (int column = 0; column < classes; column++)
                text.Append(counts[row, column].ToString(CultureInfo.InvariantCulture).PadLeft(cell));
            text.Append('\n');
        }
    }

    /// <summary>Index of the largest value, the first of equals.</summary>
    public static int Largest(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }
        return best;
    }

    /// <summary>Share of the samples called this class that are; null where none is called so.</summary>
    double? Precision(int index) => Ratio(counts[index, index], ColumnSum(index));

    /// <summary>Share of this class's samples that are called so; null where it has none.</summary>
    double? Recall(int index) => Ratio(counts[index, index], RowSum(index));

    long RowSum(int index)
    {
        long sum = 0;
        for (int column = 0; column < classes; column++)
            sum += counts[index, column];
        return sum;
    }

    long ColumnSum(int index)
    {
        long sum = 0;
        for (int row = 0; row < classes; row++)
            sum += counts[row, index];
        return sum;
    }

    string Name(int index) => names.Length > 0 ? names[index] : index.ToString(CultureInfo.InvariantCulture);

    /// <summary>A quotient, or null where there is nothing to divide by.</summary>
    public static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;

    /// <summary>A share as a percentage, a dash for none.</summary>
    public static string Percent(double? share) => share is { } value ? (value * 100).ToString("F2", CultureInfo.InvariantCulture) : "-";
}
