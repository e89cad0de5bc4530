
namespace AotNet.Training.Data.Files;

/// <summary>Data sets of which each sample is a file: one directory a class, or a manifest; see the formats derived from this.</summary>
public abstract class MediaFolders : DataFormat
{
    /// <summary>Levels of directories that are looked through for a first file.</summary>
    const int Depth = 4;

    internal MediaFolders()
    {
    }

    /// <summary>What the files are, in the plural.</summary>
    internal abstract string Things { get; }

    /// <summary>Whether a file is one of those, by its name.</summary>
    internal abstract bool IsWanted(string name);

    /// <summary>What further data must share with these files beside their classes.</summary>
    /// <param name="tree">Where they lie.</param>
    /// <param name="files">Their names; at least one.</param>
    /// <param name="classNames">Of the classes.</param>
    internal abstract DataSchema SchemaOf(FileTree tree, string[] files, string[] classNames);

    /// <summary>Makes a decoder for one thread.</summary>
    /// <exception cref="UsageException">The network takes no such samples.</exception>
    internal abstract MediaDecoder CreateDecoder(NetworkInfo network, DataSchema schema);

    /// <summary>A data set of decoded samples.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="names">File of each.</param>
    /// <param name="labels">Class of each; empty where they have none.</param>
    /// <param name="source">Where they were read, for messages.</param>
    /// <param name="network">What takes them.</param>
    internal abstract Dataset ToDataset(SampleBytes samples, string[] names, int[] labels, string source, NetworkInfo network);

    internal sealed override bool Recognizes(string path)
    {
        if (Directory.Exists(path))
            return FirstMedia(path, Depth) is { } file && IsWanted(file);
        if (MediaNames.IsArchive(path))
            return Archive.FirstFile(path, static name => IsMedia(name) || CifarFiles.IsOne(name)) is { } first && IsWanted(first);
        return IsWanted(path) || MediaNames.IsManifestOf(path, Name);
    }

    internal sealed override TrainingSets ReadTraining(string path, DataRequest request)
    {
        NetworkInfo network = request.Network;
        if (request.Label is not null)
            throw Problem.NoColumns(Name);
        LabelledTree data = Open(path, request);
        string[] names = DataSchema.NamesOf(data.Train.Labels.Distinct().ToArray());
        if (names.Length > 0 && names.Length != network.Target.Width)
        {
            throw new UsageException($"{path}: holds {Classes(names.Length)} ({DataSchema.Sketch(names)}), but network {network.Name} has {network.Target.Width}.");
        }
        DataSchema schema = SchemaOf(data.Tree, data.Train.Files, names);
        Dataset train = Read(data.Tree, data.Train, schema, request);
        Dataset? test = data.Test is null ? null : Read(data.Tree, data.Test, schema, request);
        return new TrainingSets(train, test, schema);

        static string Classes(int count) => count == 1 ? "1 class" : $"{count} classes";
    }

    internal sealed override Dataset ReadLike(string path, DataSchema schema, DataRequest request, DataPart part)
    {
        LabelledTree data = Open(path, request);
        LabelledFiles files = part == DataPart.Test ? data.Test ?? data.Train : data.Train;
        return Read(data.Tree, files, Completed(schema, data.Tree, files.Files), request);
    }

    internal sealed override Dataset ReadInputs(string path, DataSchema schema, DataRequest request)
    {
        bool single = File.Exists(path) && IsWanted(path);
        FileTree tree = single ? new SingleFile(path) : FileTree.Open(path);
        string[] files = [.. tree.Names.Where(IsWanted)];
        return files.Length == 0 ? throw new UsageException($"{path}: holds no {Things}.")
            : Decode(tree, files, [], Completed(schema, tree, files), request);
    }

    /// <summary>The schema of the training set; where that was of another kind, that of these files.</summary>
    DataSchema Completed(DataSchema schema, FileTree tree, string[] files) =>
        schema is WaveSchema ? schema : SchemaOf(tree, files, schema.ClassNames);

    static bool IsMedia(string name) => MediaNames.IsImage(name) || MediaNames.IsWave(name);

    /// <summary>The first image or sound in a directory or below, or null.</summary>
    static string? FirstMedia(string directory, int depth) =>
        Directory.EnumerateFiles(directory).FirstOrDefault(IsMedia) ?? (depth == 0 ? null
            : DirectoryTree.Within(directory).Select(inner => FirstMedia(inner, depth - 1)).FirstOrDefault(static file => file is not null));

    LabelledTree Open(string path, DataRequest request)
    {
        if (!request.Network.Target.IsClass)
        {
            throw new UsageException($"{path}: {Things} are told apart by classes, but network {request.Network.Name} learns "
                + $"{request.Network.Target.Width} values ({request.Network.Target.Kind}); use CSV.");
        }
        return LabelledTree.Open(path, IsWanted, Things, request);
    }

    Dataset Read(FileTree tree, LabelledFiles files, DataSchema schema, DataRequest request)
    {
        var classes = new Dictionary<string, int>(StringComparer.Ordinal);
        var labels = new int[files.Files.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            string label = files.Labels[i];
            if (!classes.TryGetValue(label, out labels[i]))
            {
                labels[i] = schema.ClassOf(label, request.Network, out string problem);
                if (labels[i] < 0)
                    throw new UsageException($"{tree.Describe(files.Files[i])}: {problem}.");
                classes.Add(label, labels[i]);
            }
        }
        return Decode(tree, files.Files, labels, schema, request);
    }

    Dataset Decode(FileTree tree, string[] files, int[] labels, DataSchema schema, DataRequest request)
    {
        var decoding = new Decoding(this, tree, files, schema, request);
        DecodedSamples decoded = decoding.Samples();
        string[] good = Without(files, decoded.Bad);
        if (good.Length == 0)
            throw new UsageException($"{tree.Source}: none of its {files.Length} {Things} can be read; the first: {decoded.Bad[0].Problem}.");
        return ToDataset(decoded.Values, [.. good.Select(tree.Describe)], Without(labels, decoded.Bad), tree.Source, request.Network);
    }

    static T[] Without<T>(T[] all, BadFile[] bad)
    {
        if (all.Length == 0 || bad.Length == 0)
            return all;
        HashSet<int> left = [.. bad.Select(static file => file.File)];
        return [.. all.Where((_, index) => !left.Contains(index))];
    }
}
