using System.Globalization;

namespace AotNet.Training.Data.Formats;

/// <summary>Which columns of a table are features, which are labels, and what the classes are called. Travels in the checkpoint.</summary>
/// <param name="featureNames">Names of the feature columns; empty where the training file had no header.</param>
/// <param name="labelNames">Names of the label columns; empty where the training file had no header.</param>
/// <param name="labelColumns">Positions of the label columns among all columns, from 0.</param>
/// <param name="classNames">Name of each class in order; empty where the file holds class indices.</param>
sealed class CsvSchema(string[] featureNames, string[] labelNames, int[] labelColumns, string[] classNames) : DataSchema(classNames)
{
    static readonly string[] UsualLabelNames = ["label", "class", "target"];

    /// <summary>Names of the feature columns; empty where the training file had no header.</summary>
    public string[] FeatureNames => featureNames;

    /// <summary>Names of the label columns; empty where the training file had no header.</summary>
    public string[] LabelNames => labelNames;

    /// <summary>Positions of the label columns among all columns, from 0.</summary>
    public int[] LabelColumns => labelColumns;

    /// <summary>The same columns with classes.</summary>
    public CsvSchema With(string[] classNames) => new(FeatureNames, LabelNames, LabelColumns, classNames);

    /// <summary>Reads the columns of a training file.</summary>
    /// <param name="records">The file, at its start.</param>
    /// <param name="label">The --label flag: names or positions, or null for the usual place.</param>
    /// <param name="network">How many features and labels are expected.</param>
    public static CsvSchema Resolve(CsvRecords records, string? label, NetworkInfo network)
    {
        int width = network.Target.IsClass ? 1 : network.Target.Width;
        int[] labels = label is not null ? Find(records, label) : Usual(records, width);
        if (labels.Length != width)
        {
            throw new UsageException($"--label: {label} names {labels.Length} columns, but network {network.Name} learns "
                + $"{width} ({network.Target.Name}).");
        }
        if (records.Columns - width != network.InputFeatures)
        {
            throw Problem.WrongFeatures(records.Source,
                $"a row has {records.Columns} columns, of which {width} to learn, and so {records.Columns - width} features", network);
        }
        string[] header = records.Header ?? [];
        return new CsvSchema(
            header.Where((_, column) => !labels.Contains(column)).ToArray(),
            records.Header is null ? [] : labels.Select(column => header[column]).ToArray(), labels, []);
    }

    /// <summary>Positions of features and labels in another file with labels.</summary>
    public (int[] Features, int[] Labels) LocateAll(CsvRecords records, NetworkInfo network)
    {
        (int[] features, int[] labels) = Locate(records, network);
        return labels.Length == 0
            ? throw new UsageException($"{records.Source}: a row has {records.Columns} columns, only features; "
                + $"a further {LabelColumns.Length} to compare with are expected.")
            : (features, labels);
    }

    /// <summary>Positions of features in another file, and of labels where it has them.</summary>
    public (int[] Features, int[] Labels) Locate(CsvRecords records, NetworkInfo network)
    {
        if (records.Header is { } header && FeatureNames.Length > 0)
        {
            int[] features = FeatureNames.Select(name => IndexOf(header, name)).ToArray();
            int missing = Array.IndexOf(features, -1);
            if (missing >= 0)
                throw new UsageException($"{records.Source}: has no column {FeatureNames[missing]}, which the network was trained on.");
            int[] found = LabelNames.Select(name => IndexOf(header, name)).ToArray();
            return (features, found.Contains(-1) ? [] : found);
        }

        if (records.Columns == network.InputFeatures)
            return (Enumerable.Range(0, records.Columns).ToArray(), []);
        if (records.Columns != network.InputFeatures + LabelColumns.Length)
            throw Problem.WrongFeatures(records.Source, $"a row has {records.Columns} columns", network);
        return (Enumerable.Range(0, records.Columns).Where(column => !LabelColumns.Contains(column)).ToArray(), LabelColumns);
    }

    static int[] Usual(CsvRecords records, int width)
    {
        if (width == 1 && records.Header is { } header)
        {
            foreach (string name in UsualLabelNames)
            {
                int column = Array.FindIndex(header, other => other.Equals(name, StringComparison.OrdinalIgnoreCase));
                if (column >= 0)
                    return [column];
            }
        }
        return Enumerable.Range(Math.Max(records.Columns - width, 0), Math.Min(width, records.Columns)).ToArray();
    }

    static int[] Find(CsvRecords records, string label)
    {
        string[] parts = label.Split(',', StringSplitOptions.TrimEntries);
        int[] columns = parts.Select(part => FindOne(records, part)).ToArray();
        return columns.Distinct().Count() == columns.Length
            ? columns
            : throw new UsageException($"--label: {label} names a column twice.");
    }

    static int FindOne(CsvRecords records, string part)
    {
        int column = records.Header is { } header ? IndexOf(header, part) : -1;
        if (column >= 0)
            return column;
        if (int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index))
        {
            column = index < 0 ? records.Columns + index : index;
            if (column >= 0 && column < records.Columns)
                return column;
            throw new UsageException($"--label: there is no column {index}; {records.Source} has columns 0 to {records.Columns - 1}.");
        }
        throw new UsageException(records.Header is null
            ? $"--label: {records.Source} has no header to find '{part}' in; give the column's index, from 0."
            : $"--label: {records.Source} has no column '{part}'; it has {string.Join(", ", records.Header)}.");
    }

    static int IndexOf(string[] header, string name) => Array.IndexOf(header, name);
}
