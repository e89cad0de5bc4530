using System.Globalization;

namespace AotNet.Training.Data.Formats;

/// <summary>Reads tables with labels into memory.</summary>
static class CsvDataset
{
    /// <summary>Reads a training table and finds out what its columns and classes are.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">The --label flag, or null.</param>
    /// <param name="network">What is expected.</param>
    public static (Dataset Data, CsvSchema Schema) ReadTraining(string path, string? label, NetworkInfo network)
    {
        using CsvRecords records = CsvRecords.Open(path);
        CsvSchema schema = CsvSchema.Resolve(records, label, network);
        int[] features = Enumerable.Range(0, records.Columns).Where(column => !schema.LabelColumns.Contains(column)).ToArray();
        var table = new Table(records, features, schema.LabelColumns, network);
        string[] classes = table.ClassNames();
        return (table.ToDataset(classes), schema.With(classes));
    }

    /// <summary>Reads a table with the columns and classes of the training table.</summary>
    public static Dataset ReadEvaluation(string path, CsvSchema schema, NetworkInfo network)
    {
        using CsvRecords records = CsvRecords.Open(path);
        (int[] features, int[] labels) = schema.LocateAll(records, network);
        return new Table(records, features, labels, network).ToDataset(schema.ClassNames);
    }

    /// <summary>The values of a whole file; labels as written until the classes are known.</summary>
    sealed class Table
    {
        readonly CsvRecords records;
        readonly NetworkInfo network;
        readonly int labelColumn;
        readonly List<float> values = [];
        readonly List<float> targets = [];
        readonly List<int> labels = [];

        /// <summary>In order of appearance.</summary>
        readonly List<DistinctLabel> distinct = [];

        public Table(CsvRecords records, int[] featureColumns, int[] labelColumns, NetworkInfo network)
        {
            this.records = records;
            this.network = network;
            labelColumn = labelColumns[0];
            var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
            var lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
            while (records.Next())
            {
                if ((long)values.Count + featureColumns.Length > Array.MaxLength)
                    throw records.At($"the table has more than the {Array.MaxLength} values that are read");
                foreach (int column in featureColumns)
                    values.Add(records.Number(column));
                if (!network.Target.IsClass)
                {
                    AddTargets(labelColumns);
                    continue;
                }
                ReadOnlySpan<char> text = records.Present(labelColumn);
                if (!lookup.TryGetValue(text, out int number))
                {
                    number = distinct.Count;
                    distinct.Add(new DistinctLabel(text.ToString(), records.Line));
                    numbers.Add(distinct[^1].Text, number);
                }
                labels.Add(number);
            }
            if (values.Count == 0)
                throw new UsageException($"{records.Source}: holds a header but no rows.");
        }

        /// <summary>Names of the classes in order, empty where every label is a class index.</summary>
        public string[] ClassNames()
        {
            string[] names = network.Target.IsClass ? DataSchema.NamesOf(distinct.Select(static label => label.Text).ToArray()) : [];
            return names.Length == 0 || names.Length == network.Target.Width
                ? names
                : throw new UsageException($"{records.Source}: column {labelColumn + 1} has {names.Length} classes "
                    + $"({DataSchema.Sketch(names)}), "
                    + $"but network {network.Name} has {network.Target.Width}.");
        }

        public FloatDataset ToDataset(string[] classNames)
        {
            var schema = new DataSchema(classNames);
            int[] classOf = distinct.Select(label => ClassOf(label.Text, label.Line, schema)).ToArray();
            return new FloatDataset
            {
                Source = records.Source,
                Count = values.Count / network.InputFeatures,
                Features = network.InputFeatures,
                Values = values.ToArray(),
                Labels = labels.Select(number => classOf[number]).ToArray(),
                Targets = targets.ToArray(),
                TargetWidth = network.Target.IsClass ? 0 : network.Target.Width,
            };
        }

        void AddTargets(int[] columns)
        {
            foreach (int column in columns)
            {
                float value = records.Number(column);
                if (network.Target.Kind == ObjectiveKind.BinaryCrossEntropy && value is < 0 or > 1)
                    throw records.At(column, $"{value.ToString(CultureInfo.InvariantCulture)} is outside 0 to 1");
                targets.Add(value);
            }
        }

        int ClassOf(string text, int line, DataSchema schema)
        {
            int found = schema.ClassOf(text, network, out string problem);
            return found >= 0 ? found : throw records.AtLine(line, labelColumn, problem);
        }

        /// <summary>A label and the line on which it first stands.</summary>
        sealed class DistinctLabel(string text, int line)
        {
            public string Text => text;

            public int Line => line;
        }
    }
}
