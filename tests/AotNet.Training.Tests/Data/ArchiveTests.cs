using System.Formats.Tar;
using AotNet.Training.Data.Files;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

public sealed class ArchiveTests : IDisposable
{
    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("../1.png")]
    [InlineData("a/../../1.png")]
    [InlineData("/etc/1.png")]
    [InlineData("a\\..\\1.png")]
    [InlineData("C:/1.png")]
    public void EntriesThatWouldLeaveAreRefused(string name)
    {
        string path = directory.Write("set.tar", MediaFiles.Tar(("a/1.png", [1]), (name, [2])));
        string message = Assert.Throws<UsageException>(() => new Archive(path)).Message;
        Assert.StartsWith($"{path}: entry {name} would leave the archive", message);
    }

    [Theory]
    [InlineData("a/\n1.png")]
    [InlineData("a/\e[2J.png")]
    public void NamesThatATerminalWouldObeyAreRefused(string name)
    {
        string path = directory.Write("set.tar", MediaFiles.Tar(("a/1.png", [1]), (name, [2])));
        Assert.Equal($"{path}: the name of an entry holds control characters; the archive is damaged or not to be trusted.",
            Assert.Throws<UsageException>(() => new Archive(path)).Message);
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public void LinksAreRefused(TarEntryType type)
    {
        using (var writer = new TarWriter(File.Create(directory["set.tar"])))
            writer.WriteEntry(new UstarTarEntry(type, "a/1.png") { LinkName = "/etc/passwd" });
        Assert.Contains("a/1.png is no file and no directory", Assert.Throws<UsageException>(() => new Archive(directory["set.tar"])).Message);
    }

    [Fact]
    public void AFileMayNotBeThereTwice()
    {
        string path = directory.Write("set.tar", MediaFiles.Tar(("a/1.png", [1]), ("./a/1.png", [2])));
        Assert.Contains("holds a/1.png twice", Assert.Throws<UsageException>(() => new Archive(path)).Message);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(1500)]
    public void ATruncatedArchiveIsRefused(int length)
    {
        byte[] tar = MediaFiles.Tar(("a/1.png", new byte[700]), ("a/2.png", new byte[700]));
        foreach (byte[] cut in (byte[][])[tar[..length], TemporaryDirectory.Gzip(tar)[..^20]])
        {
            string path = directory.Write(cut[0] == 0x1f ? "set.tar.gz" : "set.tar", cut);
            string message = Assert.Throws<UsageException>(() => new Archive(path)).Message;
            Assert.Equal($"{path}: the archive is damaged; fetch it again.", message);
        }
    }

    [Fact]
    public void FilesAreGivenOnceWithTheirBytesInTheOrderOfTheArchive()
    {
        string path = directory.Write("set.tar", MediaFiles.Tar(("b", [2, 2]), ("a", [1]), ("c", []), ("d", [4])));
        var archive = new Archive(path);
        Assert.Equal(["a", "b", "c", "d"], archive.Names);
        using FileCursor cursor = archive.Read(["a", "b", "c"]);
        byte[] buffer = [];
        var read = new List<(int, int)>();
        while (cursor.Next(ref buffer, out int file, out int length))
        {
            Assert.All(buffer[..length], value => Assert.Equal(file + 1, value));
            read.Add((file, length));
        }
        Assert.Equal([(1, 2), (0, 1), (2, 0)], read);
    }
}
