using AotNet.Training.Data;
using AotNet.Training.Data.Files;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

public sealed class CacheTests : IDisposable
{
    static readonly NetworkInfo Network = Infos.OfImages(2, 2, 1, 2);

    readonly TemporaryDirectory directory = new();
    readonly CountingFormat format = new();
    readonly ImageFolderTests.Notes notes = new();
    readonly string data;

    public CacheTests()
    {
        data = directory["data"];
        for (int i = 0; i < 6; i++)
            directory.Write($"data/{"ab"[i % 2]}/{i}.png", [(byte)i, 0, 0, 1]);
    }

    string Cache => directory["cache"];

    public void Dispose() => directory.Dispose();

    Dataset Read(bool skipBad = false, NetworkInfo? network = null) => format.ReadTraining(data,
        new DataRequest(network ?? Network) { CacheDirectory = Cache, SkipBad = skipBad, Threads = 3, Reporter = notes }).Train;

    [Fact]
    public void ASecondReadingDecodesNothing()
    {
        Dataset first = Read();
        Assert.Equal(6, format.Decoded);
        Dataset second = Read();
        Assert.Equal(6, format.Decoded);
        Assert.Equal(first.Fingerprint(), second.Fingerprint());
        for (int sample = 0; sample < 6; sample++)
            Assert.Equal(ImageFolderTests.Bytes(first, sample), ImageFolderTests.Bytes(second, sample));
        Assert.Equal([0, 2, 4, 1, 3, 5], Enumerable.Range(0, 6).Select(sample => (int)ImageFolderTests.Bytes(first, sample)[0]));
        Assert.Single(Directory.GetFiles(Cache));
        Assert.Contains("6 images, decoded in", notes.Sentences[0]);
        Assert.Contains("6 images, decoded before: ", notes.Sentences[1]);
    }

    [Fact]
    public void AnotherContentNameOrShapeIsDecodedAnew()
    {
        Read();
        directory.Write("data/a/0.png", [7, 0, 0, 1]);
        Assert.Equal(7, ImageFolderTests.Bytes(Read(), 0)[0]);
        Assert.Equal(12, format.Decoded);
        File.Move(directory["data/a/0.png"], directory["data/a/9.png"]);
        Assert.Equal(7, ImageFolderTests.Bytes(Read(), 2)[0]);
        Assert.Equal(18, format.Decoded);
        Read(network: Infos.OfImages(1, 4, 1, 2));
        Assert.Equal(24, format.Decoded);
        // What was there is still there.
        directory.Write("data/a/0.png", [0, 0, 0, 1]);
        File.Delete(directory["data/a/9.png"]);
        Read();
        Assert.Equal(24, format.Decoded);
    }

    [Fact]
    public void ADamagedCacheIsMadeAnew()
    {
        string fingerprint = Read().Fingerprint();
        string file = Directory.GetFiles(Cache).Single();
        byte[] valid = File.ReadAllBytes(file);
        var random = new Random(3);
        for (int i = 0; i < 60; i++)
        {
            int decoded = format.Decoded;
            byte[] damaged = valid[..(i % 3 == 0 ? random.Next(valid.Length) : valid.Length)];
            // What lies between the numbers of the header and the samples means nothing.
            if (damaged.Length == valid.Length)
                damaged[i % 3 == 1 ? random.Next(64) : random.Next(4096, valid.Length)] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(file, damaged);
            Assert.Equal(fingerprint, Read().Fingerprint());
            Assert.Equal(decoded + 6, format.Decoded);
            Assert.Equal(valid, File.ReadAllBytes(file));
        }
    }

    [Fact]
    public void BadFilesAreRemembered()
    {
        directory.Write("data/a/2.png", [9]);
        directory.Write("data/b/3.png", [9]);
        Assert.Contains("2.png: has 1 bytes", Assert.Throws<UsageException>(() => Read()).Message);
        Assert.False(Directory.Exists(Cache));
        Dataset made = Read(skipBad: true);
        Assert.Equal([0, 4, 1, 5], Enumerable.Range(0, 4).Select(sample => (int)ImageFolderTests.Bytes(made, sample)[0]));
        int decoded = format.Decoded;
        Dataset found = Read(skipBad: true);
        Assert.Equal(decoded, format.Decoded);
        Assert.Equal(made.Fingerprint(), found.Fingerprint());
        Assert.Equal(2, notes.Sentences.Count(static note => note.Contains("2 of 6 images cannot be read and were skipped, the first: ") && note.Contains("2.png")));
        Assert.Contains("2.png: has 1 bytes", Assert.Throws<UsageException>(() => Read()).Message);
        Assert.Equal(decoded, format.Decoded);
    }

    [Fact]
    public void ACacheThatCannotBeWrittenSaysWhatToDo()
    {
        directory.Write("cache", "a file"u8.ToArray());
        Assert.Contains("--cache names another directory", Assert.Throws<IOException>(() => Read()).Message);
        Assert.Equal("a file", File.ReadAllText(Cache));
    }

    [Fact]
    public void WhatAKilledProcessHasLeftIsRemovedWhenACacheIsMade()
    {
        string left = directory.Write("cache/images-1.samples.1.a.tmp", new byte[5000]), younger = directory.Write("cache/images-2.samples.1.b.tmp", [1]);
        string locked = directory.Write("cache/images-3.samples.1.c.tmp", [1]), foreign = directory.Write("cache/notes.tmp", [1]), whole = directory.Write("cache/wav-4.samples", [1]);
        foreach (string file in (string[])[left, locked, foreign, whole])
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));
        // As a process does that still decodes.
        using (File.OpenHandle(locked, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            // The clock may be stepped while the test runs; what is written ahead of it stays young.
            File.SetLastWriteTimeUtc(younger, DateTime.UtcNow.AddMinutes(1));
            Read();
        }
        Assert.False(File.Exists(left));
        Assert.All((string[])[younger, locked, foreign, whole], static file => Assert.True(File.Exists(file), file));
        Assert.Equal(5, Directory.GetFiles(Cache).Length);
    }

    [Fact]
    public void OneThatIsStillWrittenOutlivesTheMakingOfAnother()
    {
        SampleCache Of(int key) => new(Path.Combine(Cache, $"images-{key}.samples"), (UInt128)key, 1, 4);
        DecodedSamples first = Of(1).Create(store =>
        {
            store(0, [1, 2, 3, 4]);
            File.SetLastWriteTimeUtc(Directory.GetFiles(Cache).Single(), DateTime.UtcNow.AddHours(-1));
            DecodedSamples second = Of(2).Create(other =>
            {
                other(0, [5, 6, 7, 8]);
                return [];
            });
            Assert.Equal((byte[])[5, 6, 7, 8], second.Values.Slice(0, 4).ToArray());
            return [];
        });
        Assert.Equal((byte[])[1, 2, 3, 4], first.Values.Slice(0, 4).ToArray());
        Assert.Equal(["images-1.samples", "images-2.samples"], Directory.GetFiles(Cache).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NoCacheIsKeptWhereNoneIsWanted()
    {
        directory.Write("data/a/2.png", [9]);
        Dataset data = format.ReadTraining(this.data, new DataRequest(Network) { SkipBad = true, Reporter = notes }).Train;
        Assert.Equal([0, 4, 1, 3, 5], Enumerable.Range(0, 5).Select(sample => (int)ImageFolderTests.Bytes(data, sample)[0]));
        Assert.False(Directory.Exists(Cache));
    }
}
