using System.Collections.Concurrent;

namespace AotNet.Training.Tests.Support;

/// <summary>An image in a directory of its own that must not be read: the system tells when it is.</summary>
sealed class UnreadFile : IDisposable
{
    /// <summary>How long the system may take to tell; it takes a moment.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TemporaryDirectory directory = new();
    readonly FileSystemWatcher watcher;
    readonly BlockingCollection<string> reads = [];
    int asserted;

    public UnreadFile()
    {
        Path = directory.Write("secret.png", MediaFiles.Png(8, 8, 3, Values));
        watcher = new FileSystemWatcher(directory.Path) { NotifyFilter = NotifyFilters.LastAccess };
        watcher.Changed += (_, read) => reads.Add(read.Name!);
        watcher.EnableRaisingEvents = true;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its directory.</summary>
    public string Directory => directory.Path;

    /// <summary>Values of its 8x8 points in three colours, as no other image has them.</summary>
    public static byte[] Values { get; } = [.. Enumerable.Range(0, 192).Select(static i => (byte)(i * 7 + i / 32))];

    /// <summary>Fails if it has been read.</summary>
    public void AssertUnread()
    {
        // The system tells in order: of what was read before this other file, it has told before.
        string last = $"last{++asserted}";
        File.ReadAllBytes(directory.Write(last, [1]));
        string? name = null;
        while (name != last)
        {
            Assert.True(reads.TryTake(out name, Patience), "The system does not tell what is read.");
            Assert.NotEqual(System.IO.Path.GetFileName(Path), name);
        }
    }

    public void Dispose()
    {
        watcher.Dispose();
        directory.Dispose();
    }
}
