using AotNet.Training.Data.Files;

namespace AotNet.Training.Data.Formats;

/// <summary>LeCun's IDX: an images file and a labels file.</summary>
sealed class IdxFormat : DataFormat
{
    IdxFormat()
    {
    }

    /// <summary>The only one.</summary>
    public static IdxFormat Instance { get; } = new();

    internal override string Name => "idx";

    internal override bool Recognizes(string path) => Directory.Exists(path) ? IdxDataset.LiesIn(path) : IdxFile.LooksLike(path) && !MediaNames.IsArchive(path);

    internal override TrainingSets ReadTraining(string path, DataRequest request)
    {
        if (request.Label is not null)
            throw Problem.NoColumns("IDX");
        (Dataset train, Dataset? test) = IdxDataset.ReadTraining(path, request.Network);
        return new TrainingSets(train, test, DataSchema.Indices);
    }

    internal override Dataset ReadLike(string path, DataSchema schema, DataRequest request, DataPart part) => part == DataPart.Test
        ? IdxDataset.ReadEvaluation(path, request.Network)
        : IdxDataset.ReadTraining(path, request.Network).Train;

    internal override Dataset ReadInputs(string path, DataSchema schema, DataRequest request) => IdxDataset.ReadImages(path, request.Network);
}
