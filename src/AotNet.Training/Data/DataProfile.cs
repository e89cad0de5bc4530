using System.Globalization;
using AotNet.Runtime;

namespace AotNet.Training.Data;

/// <summary>How a data set is stored on disk.</summary>
enum DataFormat
{
    /// <summary>LeCun's IDX: an images file and a labels file.</summary>
    Idx,

    /// <summary>A table as text.</summary>
    Csv,
}

/// <summary>Everything that turns files of the training set's kind into network inputs, and outputs into names. Travels in the checkpoint.</summary>
/// <param name="Format">How the training set was stored.</param>
/// <param name="Schema">Columns and classes of a table; null for IDX.</param>
/// <param name="Standardization">Mean and scale of each feature.</param>
sealed record DataProfile(DataFormat Format, CsvSchema? Schema, Standardization Standardization)
{
    const string MeanTensor = "data.mean", ScaleTensor = "data.scale";
    const string FormatKey = "data.format", FeaturesKey = "data.features", LabelsKey = "data.labels",
        LabelColumnsKey = "data.label_columns", ClassesKey = "data.classes";

    /// <summary>Names of the classes in order; empty where there are none.</summary>
    public string[] ClassNames => Schema?.ClassNames ?? [];

    /// <summary>Adds this to a checkpoint being written.</summary>
    public void WriteTo(SafetensorsWriter writer)
    {
        writer.Add(MeanTensor, [Standardization.Mean.Length], Standardization.Mean);
        writer.Add(ScaleTensor, [Standardization.Scale.Length], Standardization.Scale);
        writer.Metadata[FormatKey] = DataFormats.NameOf(Format);
        if (Schema is null)
            return;
        writer.Metadata[FeaturesKey] = JsonText.Array(Schema.FeatureNames);
        writer.Metadata[LabelsKey] = JsonText.Array(Schema.LabelNames);
        writer.Metadata[LabelColumnsKey] = JsonText.Array(Schema.LabelColumns.Select(static column => column.ToString(CultureInfo.InvariantCulture)));
        writer.Metadata[ClassesKey] = JsonText.Array(Schema.ClassNames);
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Something of it is missing or does not fit the network.</exception>
    public static DataProfile ReadFrom(SafetensorsFile file, NetworkInfo network)
    {
        float[] mean = file.Floats(MeanTensor).ToArray();
        float[] scale = file.Floats(ScaleTensor).ToArray();
        if (mean.Length != network.InputFeatures || scale.Length != mean.Length)
        {
            throw new InvalidDataException($"it standardises {mean.Length} features, but network {network.Name} takes "
                + $"{network.InputFeatures}");
        }
        var standardization = new Standardization(mean, scale);
        return DataFormats.Parse(Text(file, FormatKey)) == DataFormat.Idx
            ? new DataProfile(DataFormat.Idx, null, standardization)
            : new DataProfile(DataFormat.Csv, ReadSchema(file), standardization);
    }

    static CsvSchema ReadSchema(SafetensorsFile file)
    {
        int[] columns = JsonText.ParseArray(Text(file, LabelColumnsKey))
            .Select(static column => int.TryParse(column, CultureInfo.InvariantCulture, out int value)
                ? value
                : throw new InvalidDataException($"its label column '{column}' is not a number"))
            .ToArray();
        return new CsvSchema(JsonText.ParseArray(Text(file, FeaturesKey)), JsonText.ParseArray(Text(file, LabelsKey)),
            columns, JsonText.ParseArray(Text(file, ClassesKey)));
    }

    static string Text(SafetensorsFile file, string key) => file.Metadata.TryGetValue(key, out string? value)
        ? value
        : throw new InvalidDataException($"it has no metadata {key}; it was not written by train");
}

/// <summary>Names and recognition of data formats.</summary>
static class DataFormats
{
    /// <summary>The format's name as flags and checkpoints spell it.</summary>
    public static string NameOf(DataFormat format) => format == DataFormat.Idx ? "idx" : "csv";

    /// <summary>Reverses <see cref="NameOf"/>; null for another name.</summary>
    public static DataFormat? Parse(string name) => name switch
    {
        "idx" => DataFormat.Idx,
        "csv" => DataFormat.Csv,
        _ => null,
    };

    /// <summary>The format of what lies at a path: a directory is IDX, a file IDX where it begins as such, else CSV.</summary>
    /// <exception cref="UsageException">There is nothing, or it cannot be read.</exception>
    public static DataFormat Detect(string path)
    {
        if (Directory.Exists(path))
            return DataFormat.Idx;
        try
        {
            return IdxFile.LooksLike(path) ? DataFormat.Idx : DataFormat.Csv;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem.Unreadable(path, error);
        }
    }
}
