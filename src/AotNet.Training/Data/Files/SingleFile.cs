namespace AotNet.Training.Data.Files;

/// <summary>One file alone.</summary>
/// <param name="path">The file.</param>
sealed class SingleFile(string path) : FileTree
{
    public override string Source => path;

    public override string[] Names { get; } = [Path.GetFileName(path)];

    public override string Describe(string name) => path;

    public override long LengthOf(string name) => DirectoryTree.LengthOfFile(path);

    public override FileCursor Read(string[] files) => new Cursor(path);

    sealed class Cursor(string path) : FileCursor
    {
        int next = -1;

        public override bool Next(ref byte[] buffer, out int file, out int length)
        {
            length = 0;
            file = Interlocked.Increment(ref next);
            if (file > 0)
                return false;
            length = DirectoryTree.ReadFile(path, ref buffer);
            return true;
        }
    }
}
