using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Hashing;

namespace AotNet.Training.Data.Files;

/// <summary>
/// A tar archive, plain or compressed by gzip, read from its beginning to its end: once for the names, once for the
/// content. It is never unpacked, so that no entry can write anywhere.
/// </summary>
sealed class Archive : FileTree
{
    readonly Dictionary<string, long> lengths = new(StringComparer.Ordinal);

    /// <summary>Lists an archive.</summary>
    /// <exception cref="UsageException">It is damaged, or an entry would leave it.</exception>
    public Archive(string path)
    {
        Source = path;
        Guarded(path, () =>
        {
            using var reader = new Entries(path);
            while (reader.Next() is { } name)
            {
                if (!lengths.TryAdd(name, reader.Length))
                    throw new UsageException($"{path}: holds {name} twice.");
            }
        });
        Names = [.. lengths.Keys.Order(StringComparer.Ordinal)];
    }

    public override string Source { get; }

    public override string[] Names { get; }

    /// <summary>The first file of an archive that meets a condition, or null; reads no further.</summary>
    /// <exception cref="UsageException">It is damaged before that.</exception>
    public static string? FirstFile(string path, Predicate<string> wanted)
    {
        string? found = null;
        Guarded(path, () =>
        {
            using var reader = new Entries(path);
            do
                found = reader.Next();
            while (found is not null && !wanted(found));
        });
        return found;
    }

    public override string Describe(string name) => $"{Source}: {name}";

    public override long LengthOf(string name) => lengths[name];

    /// <summary>Hash of the whole archive, compressed as it is: its files need not be unpacked for that.</summary>
    public override UInt128 HashOf(string[] files, int threads)
    {
        var hash = new XxHash128();
        AppendNames(hash, files);
        Guarded(Source, () =>
        {
            using FileStream file = File.OpenRead(Source);
            hash.Append(file);
        });
        return hash.GetCurrentHashAsUInt128();
    }

    public override FileCursor Read(string[] files) => new Cursor(this, files);

    /// <summary>Turns what is thrown at a damaged archive into a sentence; the library has no one exception for that.</summary>
    static void Guarded(string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is IOException and not EndOfStreamException or UnauthorizedAccessException)
        {
            throw Problem.Unreadable(path, error);
        }
        catch (Exception error) when (error is not (TrainerException or OutOfMemoryException))
        {
            throw new UsageException($"{path}: the archive is damaged; fetch it again.");
        }
    }

    /// <summary>The regular files of an archive one after another.</summary>
    sealed class Entries : IDisposable
    {
        readonly string path;
        readonly FileStream file;
        readonly TarReader reader;
        TarEntry? entry;

        public Entries(string path)
        {
            this.path = path;
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            bool compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            reader = new TarReader(compressed ? new GZipStream(file, CompressionMode.Decompress) : file);
        }

        /// <summary>The present file's bytes.</summary>
        public Stream Content => entry!.DataStream ?? Stream.Null;

        /// <summary>How many those are.</summary>
        public long Length => entry!.Length;

        /// <summary>Goes to the next file; null at the end.</summary>
        public string? Next()
        {
            while ((entry = reader.GetNextEntry()) is not null)
            {
                // They would go on to the terminal and into reports.
                if (entry.Name.Any(char.IsControl))
                    throw new UsageException($"{path}: the name of an entry holds control characters; the archive is damaged or not to be trusted.");
                switch (entry.EntryType)
                {
                    case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                        return Inside(entry.Name);
                    case TarEntryType.Directory:
                        Inside(entry.Name);
                        break;
                    case TarEntryType.GlobalExtendedAttributes:
                        break;
                    default:
                        throw new UsageException($"{path}: entry {entry.Name} is no file and no directory ({entry.EntryType}); only these are read.");
                }
            }
            return null;
        }

        public void Dispose()
        {
            reader.Dispose();
            file.Dispose();
        }

        /// <summary>An entry's name without what only repeats where it is.</summary>
        string Inside(string name)
        {
            string[] parts = name.Split('/', '\\');
            if (parts.Contains("..") || Path.IsPathRooted(name) || parts[0].Contains(':'))
                throw new UsageException($"{path}: entry {name} would leave the archive; it is refused as a whole.");
            return string.Join('/', parts.Where(static part => part is not ("" or ".")));
        }
    }

    sealed class Cursor : FileCursor
    {
        readonly Archive archive;
        readonly Dictionary<string, int> wanted = new(StringComparer.Ordinal);
        readonly Entries entries;
        readonly Lock turn = new();

        public Cursor(Archive archive, string[] files)
        {
            this.archive = archive;
            for (int i = 0; i < files.Length; i++)
                wanted.Add(files[i], i);
            Entries? opened = null;
            Guarded(archive.Source, () => opened = new Entries(archive.Source));
            entries = opened!;
        }

        public override bool Next(ref byte[] buffer, out int file, out int length)
        {
            int number = -1, bytes = 0;
            byte[] target = buffer;
            lock (turn)
            {
                Guarded(archive.Source, () =>
                {
                    while (number < 0 && entries.Next() is { } name)
                    {
                        if (wanted.Remove(name, out int index))
                        {
                            if (entries.Length > LongestFile)
                                throw new UsageException($"{archive.Describe(name)}: is longer than 1 GB.");
                            bytes = ReadAll(entries.Content, ref target);
                            number = index;
                        }
                    }
                });
                if (number < 0 && wanted.Count > 0)
                    throw new UsageException($"{archive.Source}: changed while it was read: {wanted.Keys.First()} is gone.");
            }
            (buffer, file, length) = (target, number, bytes);
            return number >= 0;
        }

        public override void Dispose()
        {
            entries.Dispose();
            base.Dispose();
        }
    }
}
