namespace AotNet.Training.Data.Formats;

/// <summary>A table as text.</summary>
sealed class CsvFormat : DataFormat
{
    CsvFormat()
    {
    }

    /// <summary>The only one.</summary>
    public static CsvFormat Instance { get; } = new();

    internal override string Name => "csv";

    // Any file that nothing else recognises is read as a table.
    internal override bool Recognizes(string path) => false;

    internal override TrainingSets ReadTraining(string path, DataRequest request)
    {
        (Dataset train, CsvSchema schema) = CsvDataset.ReadTraining(path, request.Label, request.Network);
        return new TrainingSets(train, null, schema);
    }

    internal override Dataset ReadLike(string path, DataSchema schema, DataRequest request, DataPart part)
    {
        NetworkInfo network = request.Network;
        int width = network.Target.IsClass ? 1 : network.Target.Width;
        CsvSchema columns = schema as CsvSchema
            ?? new CsvSchema([], [], Enumerable.Range(network.InputFeatures, width).ToArray(), schema.ClassNames);
        return CsvDataset.ReadEvaluation(path, columns, network);
    }

    // Tables are answered row by row, however long they are: see PredictVerb.
    internal override Dataset ReadInputs(string path, DataSchema schema, DataRequest request) =>
        throw new InvalidOperationException("Tables are read as records.");
}
