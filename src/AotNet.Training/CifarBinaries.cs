using AotNet.Training.Data;
using AotNet.Training.Data.Files;

namespace AotNet.Training;

/// <summary>
/// Reads CIFAR-10 and CIFAR-100 in their binary version (<c>data_batch_1.bin</c> to <c>5</c> and <c>test_batch.bin</c>;
/// <c>train.bin</c> and <c>test.bin</c>): the directory, one above it, or the archive as it is fetched. Of CIFAR-100 a
/// network of 20 classes learns the coarse labels, one of 100 the fine ones.
/// </summary>
public sealed class CifarBinaries : DataFormat
{
    internal override string Name => CifarFiles.Format;

    internal override bool Recognizes(string path) => MediaNames.IsArchive(path) && File.Exists(path)
        ? Archive.FirstFile(path, static name => CifarFiles.IsOne(name) || MediaNames.IsImage(name) || MediaNames.IsWave(name)) is { } first && CifarFiles.IsOne(first)
        : CifarFiles.Are(path);

    internal override TrainingSets ReadTraining(string path, DataRequest request)
    {
        if (request.Label is not null)
            throw Problem.NoColumns(Name);
        var set = new CifarSet(path, request.Network);
        Dataset train = set.Read(set.TrainFiles);
        return new TrainingSets(train, set.HasTest ? set.Read(set.TestFiles) : null, new DataSchema(set.ClassNames()));
    }

    internal override Dataset ReadLike(string path, DataSchema schema, DataRequest request, DataPart part)
    {
        var set = new CifarSet(path, request.Network);
        string[] names = set.ClassNames();
        if (schema.ClassNames.Length > 0 && names.Length > 0 && !names.SequenceEqual(schema.ClassNames))
        {
            throw new UsageException($"{path}: its classes are {DataSchema.Sketch(names)}, but the network learned {DataSchema.Sketch(schema.ClassNames)}.");
        }
        return set.Read(part == DataPart.Test && set.HasTest ? set.TestFiles : set.TrainFiles);
    }

    internal override Dataset ReadInputs(string path, DataSchema schema, DataRequest request) => ReadLike(path, schema, request, DataPart.Test);
}
