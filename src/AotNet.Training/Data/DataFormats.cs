using AotNet.Training.Data.Files;
using AotNet.Training.Data.Formats;
using AotNet.Training.Loop;

namespace AotNet.Training.Data;

/// <summary>The formats that a program reads, and what to say of those that it could have been built to read.</summary>
/// <param name="added">Formats beside IDX and CSV.</param>
sealed class DataFormats(params ReadOnlySpan<DataFormat> added)
{
    readonly DataFormat[] formats = [IdxFormat.Instance, .. added, CsvFormat.Instance];

    /// <summary>IDX and CSV alone.</summary>
    public static DataFormats BuiltIn { get; } = new();

    /// <summary>The format of a name, or that of what lies at a path where there is no name.</summary>
    /// <exception cref="UsageException">This program has no such format, or the path cannot be read.</exception>
    public DataFormat Choose(string? name, string path, NetworkInfo network) => name is null ? Detect(path, network) : Named(name, network);

    /// <summary>
    /// The format of what lies at a path: the first that recognises it, else CSV for a file. The code to look into other
    /// data lies with the formats that read them; of a path that none recognises only its name is looked at.
    /// </summary>
    /// <exception cref="UsageException">There is nothing, or it cannot be read, or not by this program.</exception>
    public DataFormat Detect(string path, NetworkInfo network)
    {
        bool directory = Directory.Exists(path);
        bool table;
        try
        {
            if (!directory)
                File.OpenHandle(path).Dispose();
            foreach (DataFormat format in formats)
            {
                if (format.Recognizes(path))
                    return format;
            }
            table = !directory && !MediaNames.IsArchive(path) && !MediaNames.IsImage(path) && !MediaNames.IsWave(path) && !MediaNames.IsManifest(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem.Unreadable(path, error);
        }
        return table ? CsvFormat.Instance
            : throw new UsageException($"{path}: {(directory ? "is a directory that holds no train-images-idx3-ubyte file, plain or .gz" : "is no IDX or CSV file")}"
                + $"{(formats.Length > 2 ? $", nor {Others()}" : "")}. {Advice(network)}");
    }

    /// <summary>--format.</summary>
    /// <exception cref="UsageException">This program has no such format.</exception>
    public DataFormat Named(string name, NetworkInfo network)
    {
        foreach (DataFormat format in formats)
        {
            if (format.Name == name)
                return format;
        }
        throw new UsageException($"--{RunFlags.Format}: found '{name}', expected one of idx, csv{(formats.Length > 2 ? ", " : "")}{Others()}. {Advice(network)}");
    }

    string Others()
    {
        string names = "";
        foreach (DataFormat format in formats.AsSpan(1, formats.Length - 2))
            names += (names.Length > 0 ? ", " : "") + format.Name;
        return names;
    }

    /// <summary>What a program says to read more.</summary>
    static string Advice(NetworkInfo network) => "A program reads other data when its Program.cs names them: "
        + $"TrainerHost.Run<{network.Name}>(args, new ImageFolders()) of the package AotNet.Images for image files, new CifarBinaries() for CIFAR, new WavFolders() for WAV files.";
}
