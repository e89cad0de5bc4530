using AotNet.Training.Data;
using AotNet.Training.Data.Files;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

public sealed class CacheTests : IDisposable
{
    static readonly NetworkInfo Network = Infos.OfImages(2, 2, 1, 2);

    readonly TemporaryDirectory directory = new();
    readonly Counting format = new();
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
    public void NoCacheIsKeptWhereNoneIsWanted()
    {
        directory.Write("data/a/2.png", [9]);
        Dataset data = format.ReadTraining(this.data, new DataRequest(Network) { SkipBad = true, Reporter = notes }).Train;
        Assert.Equal([0, 4, 1, 3, 5], Enumerable.Range(0, 5).Select(sample => (int)ImageFolderTests.Bytes(data, sample)[0]));
        Assert.False(Directory.Exists(Cache));
    }

    /// <summary>Samples that are their files' bytes, counted.</summary>
    sealed class Counting : MediaFolders
    {
        int decoded;

        public int Decoded => decoded;

        internal override string Name => MediaNames.ImagesFormat;

        internal override string Things => "images";

        internal override bool IsWanted(string name) => MediaNames.IsImage(name);

        internal override DataSchema SchemaOf(FileTree tree, string[] files, string[] classNames) => new(classNames);

        internal override MediaDecoder CreateDecoder(NetworkInfo network, DataSchema schema) =>
            new Decoder(this, string.Join("x", network.Inputs[0].Shape));

        internal override Dataset ToDataset(SampleBytes samples, string[] names, int[] labels, string source, NetworkInfo network) => new ByteDataset
        {
            Source = source,
            Count = names.Length,
            Features = 4,
            Values = samples,
            Labels = labels,
            Names = names,
        };

        sealed class Decoder(Counting format, string settings) : MediaDecoder
        {
            public override int SampleBytes => 4;

            public override string Settings => settings;

            public override void Decode(ReadOnlySpan<byte> file, Span<byte> sample)
            {
                if (file.Length != 4)
                    throw new BadFileException($"has {file.Length} bytes");
                file.CopyTo(sample);
                Interlocked.Increment(ref format.decoded);
            }
        }
    }
}
