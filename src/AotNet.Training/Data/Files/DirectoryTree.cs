using Microsoft.Win32.SafeHandles;

namespace AotNet.Training.Data.Files;

/// <summary>A directory with everything below it.</summary>
sealed class DirectoryTree : FileTree
{
    readonly string realRoot;

    /// <summary>Lists a directory.</summary>
    /// <exception cref="UsageException">It cannot be read, or a link in it leads elsewhere.</exception>
    public DirectoryTree(string path)
    {
        Source = path;
        string root = Path.GetFullPath(path);
        realRoot = (RealPath.Of(root) ?? root).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
        var names = new List<string>();
        try
        {
            List(new DirectoryInfo(root), "", names);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem.Unreadable(path, error);
        }
        names.Sort(StringComparer.Ordinal);
        Names = [.. names];
    }

    public override string Source { get; }

    public override string[] Names { get; }

    public override string Describe(string name) => Path.Combine(Source, name);

    public override long LengthOf(string name) => LengthOfFile(Describe(name));

    public override FileCursor Read(string[] files) => new Cursor(this, files);

    /// <summary>The directories in a directory, in order, and nothing below them.</summary>
    /// <exception cref="UsageException">One is a link; thrown when it is come to.</exception>
    public static IEnumerable<string> Within(string directory) => Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal)
        .Select(static inner => (File.GetAttributes(inner) & FileAttributes.ReparsePoint) == 0 ? inner : throw Linked(inner));

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="buffer">Grown as needed; overwritten.</param>
    /// <returns>Bytes read.</returns>
    /// <exception cref="UsageException">It cannot be read, or is too long.</exception>
    public static int ReadFile(string path, ref byte[] buffer)
    {
        try
        {
            // Files are read whole; a buffer would only copy them once more.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return ReadAll(stream, ref buffer);
        }
        catch (InvalidDataException problem)
        {
            throw new UsageException($"{path}: {problem.Message}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem.Unreadable(path, error);
        }
    }

    /// <summary>Bytes of a file; of a link those that it leads to.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static long LengthOfFile(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            return RandomAccess.GetLength(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem.Unreadable(path, error);
        }
    }

    void List(DirectoryInfo directory, string prefix, List<string> names)
    {
        foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos())
        {
            string name = prefix + entry.Name;
            bool link = (entry.Attributes & FileAttributes.ReparsePoint) != 0;
            if (link)
                CheckLink(entry, name);
            if ((entry.Attributes & FileAttributes.Directory) == 0)
                names.Add(name);
            else if (link)
                throw Linked(Describe(name));
            else
                List((DirectoryInfo)entry, name + "/", names);
        }
    }

    void CheckLink(FileSystemInfo entry, string name)
    {
        string target = RealPath.Of(entry.FullName) ?? throw new UsageException($"{Describe(name)}: is a link that leads back to itself.");
        if (!Path.Exists(target))
            throw new UsageException($"{Describe(name)}: is a link to {target}, which is not there.");
        if (!target.StartsWith(realRoot, StringComparison.Ordinal))
            throw new UsageException($"{Describe(name)}: is a link to {target}, outside {Source}; only files inside are read.");
    }

    /// <summary>Links to directories are never followed: one may lead to where the search came from.</summary>
    static UsageException Linked(string path) =>
        new($"{path}: is a link to a directory, which is not followed; put the files there, or name their own directory.");

    sealed class Cursor(DirectoryTree tree, string[] files) : FileCursor
    {
        int next = -1;

        public override bool Next(ref byte[] buffer, out int file, out int length)
        {
            length = 0;
            file = Interlocked.Increment(ref next);
            if (file >= files.Length)
                return false;
            length = ReadFile(tree.Describe(files[file]), ref buffer);
            return true;
        }
    }
}
