using AotNet.Runtime;
using AotNet.Training.Data;

namespace AotNet.Training.Loop;

/// <summary>
/// A checkpoint file: the network's state, how to read data, the run's flags and where it stands. It holds no clock and
/// no path of its own, so that equal runs give equal files, byte for byte, however often they were interrupted.
/// </summary>
/// <param name="Path">Where it lies.</param>
/// <param name="File">Its tensors.</param>
/// <param name="Profile">How to read data.</param>
sealed record Checkpoint(string Path, SafetensorsFile File, DataProfile Profile)
{
    const string FlagPrefix = "flag.", FingerprintKey = "data.fingerprint";

    /// <summary>Identity of the data that the run learns from.</summary>
    public string Fingerprint => File.Metadata.GetValueOrDefault(FingerprintKey) ?? "";

    /// <summary>
    /// Writes a checkpoint; on failure the file that was there stays. The one before the first step is not flushed to
    /// disk: losing it loses no training, and waiting for the disk would take longer than all else before that step.
    /// </summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public static void Write(string path, ITrainable network, RunSettings settings, RunState state, DataProfile profile,
        string fingerprint)
    {
        var writer = new SafetensorsWriter { Checksum = true };
        network.WriteState(writer);
        profile.WriteTo(writer);
        state.WriteTo(writer.Metadata);
        writer.Metadata[FingerprintKey] = fingerprint;
        foreach ((string flag, string value) in settings.Flags)
            writer.Metadata[FlagPrefix + flag] = value;
        try
        {
            writer.WriteTo(path, durable: state.Step > 0);
        }
        catch (ArgumentOutOfRangeException error)
        {
            // What .NET makes of EFBIG: the file system, or a limit on this process, allows no file of this size.
            throw new IOException($"Cannot write '{path}': the file is too large for the file system or for this user.", error);
        }
    }

    /// <summary>The flags that the run of a checkpoint was begun with.</summary>
    /// <exception cref="UsageException">The file is missing or damaged.</exception>
    public static IReadOnlyDictionary<string, string> ReadFlags(string path) => Guarded(path, () =>
        ReadChecked(path).Metadata.Where(static entry => entry.Key.StartsWith(FlagPrefix, StringComparison.Ordinal))
            .ToDictionary(static entry => entry.Key[FlagPrefix.Length..], static entry => entry.Value));

    /// <summary>Reads a checkpoint and restores the network from it.</summary>
    /// <exception cref="UsageException">The file is missing, damaged or of another network; the message says which.</exception>
    public static Checkpoint Read(string path, ITrainable network, NetworkInfo info) => Guarded(path, () =>
    {
        SafetensorsFile file = ReadChecked(path);
        network.ReadState(file);
        return new Checkpoint(path, file, DataProfile.ReadFrom(file, info));
    });

    /// <summary>Where the run stands.</summary>
    /// <exception cref="UsageException">The file holds no run.</exception>
    public RunState ReadRunState() => Guarded(Path, () => RunState.ReadFrom(File.Metadata));

    static SafetensorsFile ReadChecked(string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        return file.HasChecksum ? file : throw new InvalidDataException("it has no checksum; it was not written by AotNet, or is damaged");
    }

    static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            throw new UsageException($"{path}: this checkpoint is refused: {error.Message.TrimEnd('.')}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem.Unreadable(path, error);
        }
    }
}
