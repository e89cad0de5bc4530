namespace AotNet.Training.Data.Files;

/// <summary>Names of the files of CIFAR-10 and CIFAR-100 in their binary version.</summary>
static class CifarFiles
{
    /// <summary>Name of the format.</summary>
    public const string Format = "cifar";

    /// <summary>What CIFAR-10 is learned from.</summary>
    public static readonly string[] TenTrain = [.. Enumerable.Range(1, 5).Select(static number => $"data_batch_{number}.bin")];

    /// <summary>What CIFAR-10 is measured on, and the names of its classes.</summary>
    public const string TenTest = "test_batch.bin", TenNames = "batches.meta.txt";

    /// <summary>The same of CIFAR-100, whose classes are fine or coarse.</summary>
    public const string HundredTrain = "train.bin", HundredTest = "test.bin", FineNames = "fine_label_names.txt", CoarseNames = "coarse_label_names.txt";

    /// <summary>Whether a path is such a directory, or one that holds it.</summary>
    /// <exception cref="UsageException">A link in it leads to a directory.</exception>
    public static bool Are(string path)
    {
        string[] names = [.. TenTrain, TenTest, HundredTrain, HundredTest];
        return Directory.Exists(path)
            && DirectoryTree.Within(path).Prepend(path).Any(directory => names.Any(name => File.Exists(Path.Combine(directory, name))));
    }

    /// <summary>Whether a file is one of those with samples.</summary>
    public static bool IsOne(string name)
    {
        string last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        return TenTrain.Contains(last) || last is TenTest or HundredTrain or HundredTest;
    }
}
