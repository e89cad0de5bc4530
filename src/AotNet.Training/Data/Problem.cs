namespace AotNet.Training.Data;

/// <summary>Sentences for what more than one reader meets.</summary>
static class Problem
{
    /// <summary>A file that cannot be opened or read.</summary>
    public static UsageException Unreadable(string path, Exception error) => new(error switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{path}: there is no such file or directory.",
        UnauthorizedAccessException => Directory.Exists(path)
            ? $"{path}: is a directory; a file is expected."
            : $"{path}: may not be read by this user.",
        _ => $"{path}: cannot be read (error 0x{error.HResult:x}).",
    });

    /// <summary>--label where there are no columns.</summary>
    public static UsageException NoColumns(string data) => new($"--label: {data} data have no columns; it applies to CSV.");

    /// <summary>Features that do not fit the network.</summary>
    public static UsageException WrongFeatures(string source, string found, NetworkInfo network) => new(
        $"{source}: {found}, but network {network.Name} takes {network.InputFeatures} ({ImageShape.Describe(network)}).");

    /// <summary>A label that no class has.</summary>
    public static string OutsideClasses(string label, int classes) => $"label {label} is outside 0 to {classes - 1}";
}
