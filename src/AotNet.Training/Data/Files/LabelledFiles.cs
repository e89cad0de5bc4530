using AotNet.Training.Data.Formats;

namespace AotNet.Training.Data.Files;

/// <summary>Files and what each shows.</summary>
/// <param name="Files">Names within the tree.</param>
/// <param name="Labels">Label of each, as written.</param>
sealed record LabelledFiles(string[] Files, string[] Labels);

/// <summary>A tree whose files are labelled by the directories that they lie in, or by a manifest.</summary>
sealed class LabelledTree
{
    const string TrainDirectory = "train/", TestDirectory = "test/";

    LabelledTree(FileTree tree, LabelledFiles train, LabelledFiles? test)
    {
        Tree = tree;
        (Train, Test) = (train, test);
    }

    /// <summary>Where the files lie.</summary>
    public FileTree Tree { get; }

    /// <summary>What to learn from.</summary>
    public LabelledFiles Train { get; }

    /// <summary>What to be measured on, where it lies apart.</summary>
    public LabelledFiles? Test { get; }

    /// <summary>Finds the files of a directory, an archive, or a manifest.</summary>
    /// <param name="path">What --data names.</param>
    /// <param name="isWanted">Whether a file is of the kind that is read.</param>
    /// <param name="things">That kind in the plural, for messages.</param>
    /// <param name="request">Whose reporter is told of files left aside.</param>
    /// <exception cref="UsageException">There are none, or some have no label.</exception>
    public static LabelledTree Open(string path, Predicate<string> isWanted, string things, DataRequest request)
    {
        if (File.Exists(path) && !MediaNames.IsArchive(path))
            return OpenManifest(path, isWanted, things);
        FileTree tree = FileTree.Open(path);
        string[] wanted = [.. tree.Names.Where(name => isWanted(name))];
        if (wanted.Length == 0)
            throw new UsageException($"{path}: holds no {things}.");
        if (wanted.Length < tree.Names.Length)
        {
            int aside = tree.Names.Length - wanted.Length;
            request.Reporter.Note($"{path}: {aside} of {tree.Names.Length} files are no {things} and were left aside, "
                + $"such as {tree.Names.First(name => !isWanted(name))}.");
        }
        int root = RootOf(wanted);
        ILookup<bool, string> parts = wanted.ToLookup(name => name.AsSpan(root).StartsWith(TrainDirectory, StringComparison.Ordinal));
        if (!parts.Contains(true))
        {
            return wanted.All(name => name.AsSpan(root).StartsWith(TestDirectory, StringComparison.Ordinal))
                ? new LabelledTree(tree, ByDirectory(tree, wanted, root + TestDirectory.Length), null)
                : new LabelledTree(tree, ByDirectory(tree, wanted, root), null);
        }
        string[] test = [.. parts[false].Where(name => name.AsSpan(root).StartsWith(TestDirectory, StringComparison.Ordinal))];
        return new LabelledTree(tree, ByDirectory(tree, [.. parts[true]], root + TrainDirectory.Length),
            test.Length == 0 ? null : ByDirectory(tree, test, root + TestDirectory.Length));
    }

    /// <summary>Length of the directories that hold everything, as archives often have one: none of them is train, test or a class.</summary>
    static int RootOf(string[] names)
    {
        int root = 0;
        while (true)
        {
            int end = names[0].IndexOf('/', root) + 1;
            string prefix = names[0][..end];
            bool common = end > 0 && prefix[root..] is not (TrainDirectory or TestDirectory)
                && names.All(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.IndexOf('/', end) >= 0);
            if (!common)
                return root;
            root = end;
        }
    }

    /// <summary>The class is the first directory; what lies deeper within it belongs to it too.</summary>
    static LabelledFiles ByDirectory(FileTree tree, string[] files, int root)
    {
        var labels = new string[files.Length];
        for (int i = 0; i < files.Length; i++)
        {
            int end = files[i].IndexOf('/', root);
            labels[i] = end > 0 ? files[i][root..end]
                : throw new UsageException($"{tree.Describe(files[i])}: lies in no directory of a class; DIRECTORY/CLASS/FILE is expected.");
        }
        return new LabelledFiles(files, labels);
    }

    static LabelledTree OpenManifest(string path, Predicate<string> isWanted, string things)
    {
        var tree = new DirectoryTree(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var known = new HashSet<string>(tree.Names, StringComparer.Ordinal);
        var files = new List<string>();
        var labels = new List<string>();
        using CsvRecords records = CsvRecords.Open(path);
        (int file, int label) = Columns(records);
        while (records.Next())
        {
            string name = Inside(records, file);
            if (!isWanted(name))
                throw records.At(file, $"{name} is not among the {things} that are read, by its name");
            if (!known.Remove(name))
                throw records.At(file, files.Contains(name) ? $"{name} was named before" : $"there is no file {tree.Describe(name)}");
            files.Add(name);
            labels.Add(records.Present(label).ToString());
        }
        return files.Count == 0 ? throw new UsageException($"{path}: names no {things}.")
            : new LabelledTree(tree, new LabelledFiles([.. files], [.. labels]), null);
    }

    static (int File, int Label) Columns(CsvRecords records)
    {
        if (records.Columns < 2)
            throw new UsageException($"{records.Source}: a row has {records.Columns} column; a manifest has two, path and label.");
        if (records.Header is not { } header)
            return (0, 1);
        int file = Array.FindIndex(header, static name => name.Equals("path", StringComparison.OrdinalIgnoreCase));
        int label = Array.FindIndex(header, static name => name.Equals("label", StringComparison.OrdinalIgnoreCase));
        if (file >= 0 && label >= 0)
            return (file, label);
        // Without numbers in it, the first row looks like a header even when it is none.
        throw new UsageException($"{records.Source}: begins with {string.Join(", ", header)}; a manifest begins with a row that names its columns: path,label.");
    }

    /// <summary>A path of a manifest, without what only repeats where it is.</summary>
    static string Inside(CsvRecords records, int column)
    {
        string name = records.Present(column).ToString();
        string[] parts = name.Split('/', '\\');
        if (parts.Contains("..") || Path.IsPathRooted(name))
            throw records.At(column, $"{name} leads out of the manifest's directory; only files inside are read");
        return string.Join('/', parts.Where(static part => part is not ("" or ".")));
    }
}
