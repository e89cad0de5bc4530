using System.Globalization;
using AotNet.Runtime;
using AotNet.Training.Data.Formats;

namespace AotNet.Training.Data;

/// <summary>Everything that turns files of the training set's kind into network inputs, and outputs into names. Travels in the checkpoint.</summary>
/// <param name="Format">Name of the format that the training set was stored in.</param>
/// <param name="Schema">Its classes, columns or sampling rate.</param>
/// <param name="Standardization">Mean and scale of each feature.</param>
sealed record DataProfile(string Format, DataSchema Schema, Standardization Standardization)
{
    const string MeanTensor = "data.mean", ScaleTensor = "data.scale";
    const string FormatKey = "data.format", FeaturesKey = "data.features", LabelsKey = "data.labels",
        LabelColumnsKey = "data.label_columns", ClassesKey = "data.classes", RateKey = "data.rate";

    /// <summary>Names of the classes in order; empty where there are none.</summary>
    public string[] ClassNames => Schema.ClassNames;

    /// <summary>Adds this to a checkpoint being written.</summary>
    public void WriteTo(SafetensorsWriter writer)
    {
        writer.Add(MeanTensor, [Standardization.Mean.Length], Standardization.Mean);
        writer.Add(ScaleTensor, [Standardization.Scale.Length], Standardization.Scale);
        writer.Metadata[FormatKey] = Format;
        if (Schema is CsvSchema table)
        {
            writer.Metadata[FeaturesKey] = JsonText.Array(table.FeatureNames);
            writer.Metadata[LabelsKey] = JsonText.Array(table.LabelNames);
            writer.Metadata[LabelColumnsKey] = JsonText.Array(table.LabelColumns.Select(static column => column.ToString(CultureInfo.InvariantCulture)));
        }
        if (Schema is CsvSchema || ClassNames.Length > 0)
            writer.Metadata[ClassesKey] = JsonText.Array(ClassNames);
        if (Schema is WaveSchema sounds)
            writer.Metadata[RateKey] = sounds.Rate.ToString(CultureInfo.InvariantCulture);
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
        string format = Text(file, FormatKey);
        return new DataProfile(format, format == CsvFormat.Instance.Name ? ReadTable(file) : ReadClasses(file), standardization);
    }

    static DataSchema ReadClasses(SafetensorsFile file)
    {
        string[] names = file.Metadata.TryGetValue(ClassesKey, out string? classes) ? JsonText.ParseArray(classes) : [];
        if (!file.Metadata.TryGetValue(RateKey, out string? rate))
            return new DataSchema(names);
        return int.TryParse(rate, CultureInfo.InvariantCulture, out int value)
            ? new WaveSchema(names, value)
            : throw new InvalidDataException($"its sampling rate '{rate}' is not a number");
    }

    static CsvSchema ReadTable(SafetensorsFile file)
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
