using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace AotNet.Training.Data.Files;

/// <summary>The files of a directory or of an archive, by names relative to it. Nothing outside is ever read.</summary>
abstract class FileTree
{
    /// <summary>Most bytes that a file may have: longer ones are no single image or recording.</summary>
    public const int LongestFile = 1 << 30;

    /// <summary>The directory or archive, for messages.</summary>
    public abstract string Source { get; }

    /// <summary>Names of all regular files with slashes between their parts, sorted ordinally.</summary>
    public abstract string[] Names { get; }

    /// <summary>Opens what lies at a path.</summary>
    /// <exception cref="UsageException">It cannot be read, is damaged, or would be read outside itself.</exception>
    public static FileTree Open(string path) => Directory.Exists(path) ? new DirectoryTree(path) : new Archive(path);

    /// <summary>A file's name for messages.</summary>
    public abstract string Describe(string name);

    /// <summary>Bytes of a file, told without reading it.</summary>
    public abstract long LengthOf(string name);

    /// <summary>Begins to read some of the files.</summary>
    /// <param name="files">Names, in any order, each once.</param>
    public abstract FileCursor Read(string[] files);

    /// <summary>Hash of some files' names and bytes, in the given order.</summary>
    /// <exception cref="UsageException">One cannot be read.</exception>
    public virtual UInt128 HashOf(string[] files, int threads)
    {
        var contents = new UInt128[files.Length];
        var work = new ParallelFiles(this, files, threads);
        work.Run<object?>(static () => null, (_, file, bytes) => contents[file] = XxHash128.HashToUInt128(bytes));
        work.ThrowFirst();
        var hash = new XxHash128();
        AppendNames(hash, files);
        hash.Append(MemoryMarshal.AsBytes<UInt128>(contents));
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>Appends names, and where each ends.</summary>
    protected static void AppendNames(XxHash128 hash, string[] files)
    {
        foreach (string file in files)
        {
            hash.Append(MemoryMarshal.AsBytes(file.AsSpan()));
            hash.Append([0, 0]);
        }
    }

    /// <summary>Reads to the end of a stream.</summary>
    /// <param name="stream">Read from its present position.</param>
    /// <param name="buffer">Grown as needed.</param>
    /// <returns>Bytes read.</returns>
    /// <exception cref="InvalidDataException">There are more than <see cref="LongestFile"/>.</exception>
    public static int ReadAll(Stream stream, ref byte[] buffer)
    {
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= LongestFile)
                    throw new InvalidDataException("is longer than 1 GB");
                Array.Resize(ref buffer, Math.Max(1 << 16, buffer.Length * 2));
            }
            int read = stream.Read(buffer, length, buffer.Length - length);
            if (read == 0)
                return length;
            length += read;
        }
    }
}

/// <summary>Gives the bytes of files one after another, to any number of threads.</summary>
abstract class FileCursor : IDisposable
{
    /// <summary>Reads the next file.</summary>
    /// <param name="buffer">Grown as needed; overwritten.</param>
    /// <param name="file">Its number among the names that were asked for.</param>
    /// <param name="length">Its bytes in the buffer.</param>
    /// <returns>False when every file has been read.</returns>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public abstract bool Next(ref byte[] buffer, out int file, out int length);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}
