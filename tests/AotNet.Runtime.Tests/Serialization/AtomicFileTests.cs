namespace AotNet.Runtime.Tests.Serialization;

public sealed class AtomicFileTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("aotnet-atomic-").FullName;

    string FilePath => Path.Combine(directory, "file");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void The_new_content_replaces_the_old_and_nothing_else_stays()
    {
        AtomicFile.Write(FilePath, stream => stream.Write([1, 2, 3]));
        AtomicFile.Write(FilePath, stream => stream.Write([4]));
        Assert.Equal([4], File.ReadAllBytes(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(directory));
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_no_other()
    {
        File.WriteAllBytes(FilePath, [9]);
        var error = Assert.Throws<IOException>(() => AtomicFile.Write(FilePath, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException($"No space left on device : '{FilePath}.tmp'");
        }));
        Assert.Equal($"Cannot write '{FilePath}': No space left on device : '{FilePath}'", error.Message);
        Assert.Equal([9], File.ReadAllBytes(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(directory));
    }

    [Fact]
    public void Other_failures_of_the_writer_pass_through()
    {
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(FilePath, _ => throw new InvalidOperationException()));
        Assert.Empty(Directory.GetFiles(directory));
    }

    [Fact]
    public void A_remnant_of_a_killed_writer_is_replaced()
    {
        File.WriteAllBytes(FilePath + ".tmp", [1, 1, 1, 1]);
        AtomicFile.Write(FilePath, stream => stream.WriteByte(5));
        Assert.Equal([5], File.ReadAllBytes(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(directory));
    }

    [Fact]
    public void A_target_that_cannot_be_replaced_is_named()
    {
        string missing = Path.Combine(directory, "none", "file");
        Assert.Contains($"'{missing}'", Assert.Throws<IOException>(() => AtomicFile.Write(missing, _ => { })).Message, StringComparison.Ordinal);
        string occupied = Path.Combine(directory, "folder");
        Directory.CreateDirectory(occupied);
        Assert.Contains($"'{occupied}'", Assert.Throws<IOException>(() => AtomicFile.Write(occupied, _ => { })).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(directory));
    }
}
