using System.Runtime.InteropServices;

namespace AotNet.Runtime;

/// <summary>Replaces a file as a whole: a reader, or a machine that loses power, finds the old content or the new one.</summary>
public static partial class AtomicFile
{
    /// <summary>
    /// Writes a temporary file beside <paramref name="path"/>, flushes it to disk, renames it over
    /// <paramref name="path"/> and flushes the directory, so that the rename lasts too.
    /// </summary>
    /// <param name="path">File to create or replace.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="durable">
    /// Whether to flush. Without it a reader still finds one content or the other, but a power failure may leave neither.
    /// </param>
    /// <exception cref="IOException">It cannot be written; the old file stays and the temporary one is removed.</exception>
    public static void Write(string path, Action<Stream> write, bool durable = true)
    {
        string target = Path.GetFullPath(path);
        string temporary = target + ".tmp";
        try
        {
            try
            {
                using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
                {
                    write(stream);
                    stream.Flush(flushToDisk: durable);
                }
                File.Move(temporary, target, overwrite: true);
            }
            catch
            {
                Remove(temporary);
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot write '{path}': {Reason(error)}", error);
        }
        if (durable)
            FlushDirectory(Path.GetDirectoryName(target)!);
    }

    /// <summary>The system's own sentence, without the temporary name that it may repeat.</summary>
    static string Reason(Exception error) => error.Message.Replace(".tmp'", "'", StringComparison.Ordinal);

    static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report; the next write of the same file replaces this remnant.
        }
    }

    /// <summary>Makes a rename durable. Windows needs none; a system that refuses to flush a directory keeps the file whole.</summary>
    static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(directory, flags: 0);
        if (descriptor < 0)
            return;
        _ = Flush(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
