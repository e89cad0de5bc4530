using System.Reflection;
using AotNet.Training.Data;
using AotNet.Training.Reporting;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    static readonly NetworkInfo Colour = Infos.OfImages(8, 8, 3, 2), Grey = Infos.OfImages(8, 8, 1, 2);
    static readonly byte[] Formula = [.. from y in Enumerable.Range(0, 8) from x in Enumerable.Range(0, 8) from c in Enumerable.Range(0, 3)
        select (byte)(c == 0 ? 16 * x + 40 : c == 1 ? 24 * y + 20 : 128 + 8 * x - 8 * y)];
    static readonly byte[] GreyFormula = [.. from y in Enumerable.Range(0, 8) from x in Enumerable.Range(0, 8) select (byte)(20 * x + 10 * y + 10)];

    readonly TemporaryDirectory directory = new();
    readonly Notes notes = new();

    public void Dispose() => directory.Dispose();

    TrainingSets Read(string path, NetworkInfo network, bool skipBad = false, int threads = 2) =>
        new ImageFolders().ReadTraining(path, new DataRequest(network) { SkipBad = skipBad, Threads = threads, Reporter = notes });

    string Refusal(string path, NetworkInfo network) => Assert.Throws<UsageException>(() => Read(path, network)).Message;

    internal static byte[] Bytes(Dataset data, int sample)
    {
        var inputs = new float[data.Features];
        data.Gather([sample], Standardization.Uniform(data.Features, 0, 1), inputs);
        return [.. inputs.Select(static value => (byte)value)];
    }

    [Fact]
    public void EachKindGivesItsPointsRowByRow()
    {
        directory.Write("a/1.png", MediaFiles.Png(8, 8, 3, Formula));
        directory.Write("a/2.BMP", MediaFiles.Bmp(8, 8, Formula));
        directory.Write("b/3.jpeg", MediaFiles.ColourJpeg);
        directory.Write("b/4.png", MediaFiles.Png(8, 8, 1, GreyFormula));
        TrainingSets sets = Read(directory.Path, Colour);
        Assert.Null(sets.Test);
        Assert.Equal(["a", "b"], sets.Schema.ClassNames);
        Assert.Equal([0, 0, 1, 1], sets.Train.Labels);
        Assert.Equal(Formula, Bytes(sets.Train, 0));
        Assert.Equal(Formula, Bytes(sets.Train, 1));
        // The encoder halves the resolution of colours; its own library decodes them as far from the formula.
        Assert.All(Bytes(sets.Train, 2).Zip(Formula), static pair => Assert.InRange(pair.First - pair.Second, -16, 16));
        Assert.Equal(GreyFormula.SelectMany(static value => (byte[])[value, value, value]), Bytes(sets.Train, 3));
        Assert.Equal(["1.png", "2.BMP", "3.jpeg", "4.png"], sets.Train.Names.Select(Path.GetFileName));
    }

    [Fact]
    public void AJpegOfPlainBlocksGivesThemExactly()
    {
        byte[] colours = [255, 0, 0, 3, 250, 9, 0, 0, 255, 128, 127, 129, 77, 77, 77, 0, 255, 255, 1, 2, 3, 200, 100, 50];
        directory.Write("a/1.jpg", MediaFiles.BlockJpeg(16, 32, colours));
        directory.Write("b/1.jpg", MediaFiles.BlockJpeg(16, 32, colours));
        byte[] points = Bytes(Read(directory.Path, Infos.OfImages(16, 32, 3, 2)).Train, 0);
        for (int at = 0; at < points.Length; at++)
        {
            int row = at / 96, column = at / 3 % 32;
            Assert.Equal(colours[(row / 8 * 4 + column / 8) * 3 + at % 3], points[at]);
        }
    }

    [Fact]
    public void GreyNetworksTakeGreyImages()
    {
        directory.Write("a/1.jpg", MediaFiles.GreyJpeg);
        directory.Write("b/1.png", MediaFiles.Png(8, 8, 2, [.. GreyFormula.SelectMany(static value => (byte[])[value, 255])]));
        Dataset data = Read(directory.Path, Grey).Train;
        Assert.All(Bytes(data, 0).Zip(GreyFormula), static pair => Assert.InRange(pair.First - pair.Second, -2, 2));
        Assert.Equal(GreyFormula, Bytes(data, 1));
    }

    [Fact]
    public void TrainAndTestDirectoriesAreParts()
    {
        foreach (string name in (string[])["train/cat/1.png", "train/dog/deep/2.png", "test/dog/3.png", "unsorted/4.png"])
            directory.Write(name, MediaFiles.RandomPng(8, 8, 3, name.Length));
        directory.Write("train/readme.txt", "not an image"u8.ToArray());
        TrainingSets sets = Read(directory.Path, Colour);
        Assert.Equal(["cat", "dog"], sets.Schema.ClassNames);
        Assert.Equal([0, 1], sets.Train.Labels);
        Assert.Equal([1], sets.Test!.Labels);
        Assert.Contains(notes.Sentences, static note => note.Contains("1 of 5 files are no images") && note.Contains("train/readme.txt"));
        Dataset again = new ImageFolders().ReadLike(directory.Path, sets.Schema, new DataRequest(Colour), DataPart.Test);
        Assert.Equal([1], again.Labels);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ArchivesAreReadLikeDirectories(bool gzip)
    {
        byte[] tar = MediaFiles.Tar(("./set/train/dog/2.png", MediaFiles.RandomPng(8, 8, 3, 2)), ("./set/train/cat/1.png", MediaFiles.RandomPng(8, 8, 3, 1)),
            ("./set/test/dog/3.png", MediaFiles.RandomPng(8, 8, 3, 3)));
        string path = directory.Write(gzip ? "set.tar.gz" : "set.tar", gzip ? TemporaryDirectory.Gzip(tar) : tar);
        foreach (int threads in (int[])[1, 3])
        {
            TrainingSets sets = Read(path, Colour, threads: threads);
            Assert.Equal([0, 1], sets.Train.Labels);
            for (int sample = 0; sample < 2; sample++)
                Assert.Equal(Pixels(sample + 1), Bytes(sets.Train, sample));
            Assert.Equal(Pixels(3), Bytes(sets.Test!, 0));
        }

        static byte[] Pixels(int seed)
        {
            var values = new byte[192];
            new Random(seed).NextBytes(values);
            return values;
        }
    }

    [Fact]
    public void AManifestNamesFilesAndLabels()
    {
        directory.Write("pictures/1.png", MediaFiles.RandomPng(8, 8, 3, 1));
        directory.Write("pictures/2.png", MediaFiles.RandomPng(8, 8, 3, 2));
        directory.Write("3.png", MediaFiles.RandomPng(8, 8, 3, 3));
        string manifest = directory.Write("list.csv", "label,path\ndog,pictures/2.png\ncat,./pictures/1.png\ncat,3.png\n");
        TrainingSets sets = Read(manifest, Colour);
        Assert.Equal(["cat", "dog"], sets.Schema.ClassNames);
        Assert.Equal([1, 0, 0], sets.Train.Labels);
        Assert.Equal(3, sets.Train.Count);

        Assert.Contains("line 2, column 1 (path): ../1.png leads out", Manifest("path,label\n../1.png,a\n"));
        Assert.Contains("/etc/passwd.png leads out", Manifest("path,label\n/etc/passwd.png,a\n"));
        Assert.Contains("line 2, column 1 (path): there is no file", Manifest("path,label\n4.png,a\n"));
        Assert.Contains("line 3, column 1 (path): 3.png was named before", Manifest("path,label\n3.png,a\n3.png,b\n"));
        Assert.Contains("is not among the images", Manifest("path,label\nlist.csv,a\n"));
        Assert.Contains("the value is missing", Manifest("path,label\n3.png,\n"));
        Assert.Contains("begins with 3.png, a; a manifest begins with a row that names its columns: path,label", Manifest("3.png,a\n"));
        Assert.Contains("a manifest has two", Manifest("3.png\n"));

        string Manifest(string text) => Refusal(directory.Write("other.csv", text), Colour);
    }

    [Fact]
    public void ClassesThatAreNumbersAreIndices()
    {
        NetworkInfo network = Infos.OfImages(8, 8, 3, 11);
        foreach (string name in (string[])["10/1.png", "2/1.png", "0/1.png"])
            directory.Write(name, MediaFiles.RandomPng(8, 8, 3, 1));
        TrainingSets sets = Read(directory.Path, network);
        Assert.Empty(sets.Schema.ClassNames);
        Assert.Equal([0, 10, 2], sets.Train.Labels);
        Assert.Contains("label 10 is outside 0 to 1 of network Toy", Refusal(directory.Path, Colour));
    }

    public static TheoryData<string, byte[], string> Bad => new()
    {
        { "empty", [], "is empty" },
        { "text", "not an image"u8.ToArray(), "is no JPEG, PNG or BMP image" },
        { "gif", "GIF89a..............."u8.ToArray(), "is no JPEG, PNG or BMP image" },
        { "large", MediaFiles.RandomPng(9, 8, 3, 1), "is 9 high and 8 wide, but network Toy takes 8 high and 8 wide; scale it" },
        { "cut png", MediaFiles.RandomPng(8, 8, 3, 1)[..^20], "is truncated" },
        { "flipped png", Changed(MediaFiles.RandomPng(8, 8, 3, 1), 60, 1), "a checksum" },
        { "cut jpeg", MediaFiles.ColourJpeg[..^30], "is truncated" },
        { "cut bmp", MediaFiles.Bmp(8, 8, Formula)[..^1], "is truncated" },
        { "cut bmp header", MediaFiles.Bmp(8, 8, Formula)[..20], "is truncated" },
        { "another bmp", Changed(MediaFiles.Bmp(8, 8, Formula), 14, 77), "is damaged" },
        { "transparent", MediaFiles.RandomPng(8, 8, 4, 1), "is transparent" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void ABadImageIsNamedOrSkipped(string kind, byte[] bytes, string expected)
    {
        string bad = directory.Write("a/2.png", bytes);
        foreach (string name in (string[])["a/1.png", "a/3.png", "b/1.png"])
            directory.Write(name, MediaFiles.Png(8, 8, 3, Formula));
        string message = Refusal(directory.Path, Colour);
        Assert.StartsWith($"{bad}: ", message);
        Assert.Contains(expected, message);
        Assert.EndsWith("or leave bad files out with --skip-bad.", message);

        TrainingSets sets = Read(directory.Path, Colour, skipBad: true);
        Assert.Equal([0, 0, 1], sets.Train.Labels);
        Assert.Equal(["1.png", "3.png", "1.png"], sets.Train.Names.Select(Path.GetFileName));
        for (int sample = 0; sample < 3; sample++)
            Assert.Equal(Formula, Bytes(sets.Train, sample));
        Assert.True(notes.Sentences.Single(static note => note.Contains("skipped")).Contains("1 of 4 images cannot be read"), kind);
    }

    [Fact]
    public void TheFirstBadImageIsNamedWhateverTheThreads()
    {
        for (int i = 0; i < 40; i++)
            directory.Write($"{i % 2}/{i:00}.png", i is 4 or 22 or 37 ? [] : MediaFiles.RandomPng(8, 8, 3, i));
        for (int threads = 1; threads <= 4; threads++)
            Assert.Contains("04.png", Assert.Throws<UsageException>(() => Read(directory.Path, Colour, threads: threads)).Message);
    }

    [Fact]
    public void WhatDoesNotFitTheNetworkIsRefused()
    {
        directory.Write("a/1.png", MediaFiles.Png(8, 8, 3, Formula));
        Assert.Contains("holds 1 class (a), but network Toy has 2", Refusal(directory.Path, Colour));
        directory.Write("b/1.png", MediaFiles.Png(8, 8, 3, Formula));
        Assert.Contains("is in colour, but network Toy takes one channel", Refusal(directory.Path, Grey));
        Assert.Contains("Toy takes x 192", Refusal(directory.Path, Infos.Of(192, 2)));
        Assert.Contains("use CSV", Refusal(directory.Path, Infos.Of(192, 2, ObjectiveKind.MeanSquaredError)));
        directory.Write("1.png", MediaFiles.Png(8, 8, 3, Formula));
        Assert.Contains("1.png: lies in no directory of a class", Refusal(directory.Path, Colour));
        using var empty = new TemporaryDirectory();
        Assert.Contains("holds no images", Refusal(empty.Path, Colour));
        Assert.Contains("label 'a' is none of cat, dog", Assert.Throws<UsageException>(() =>
            new ImageFolders().ReadLike(directory["list.csv"] is var list && directory.Write("list.csv", "path,label\na/1.png,a\n") == list ? list : "",
                new DataSchema(["cat", "dog"]), new DataRequest(Colour), DataPart.Test)).Message);
    }

    [Fact]
    public void LinksThatLeadOutAreRefused()
    {
        using var elsewhere = new TemporaryDirectory();
        string secret = elsewhere.Write("secret.png", MediaFiles.RandomPng(8, 8, 3, 9));
        directory.Write("a/1.png", MediaFiles.RandomPng(8, 8, 3, 1));
        directory.Write("b/1.png", MediaFiles.RandomPng(8, 8, 3, 2));
        File.CreateSymbolicLink(directory["b/inside.png"], directory["a/1.png"]);
        Assert.Equal(3, Read(directory.Path, Colour).Train.Count);
        File.CreateSymbolicLink(directory["b/2.png"], secret);
        Assert.Contains($"b/2.png: is a link to {secret}, outside", Refusal(directory.Path, Colour));
        File.Delete(directory["b/2.png"]);
        Directory.CreateSymbolicLink(directory["b/loop"], directory.Path + "/a");
        Assert.Contains("b/loop: is a link to a directory", Refusal(directory.Path, Colour));
    }

    [Fact]
    public void ADirectoryThatIsALinkItselfIsReadAndSoAreLinksWithinIt()
    {
        directory.Write("real/a/1.png", MediaFiles.RandomPng(8, 8, 3, 1));
        directory.Write("real/b/1.png", MediaFiles.RandomPng(8, 8, 3, 2));
        Directory.CreateSymbolicLink(directory["named"], directory["real"]);
        File.CreateSymbolicLink(directory["real/b/absolute.png"], directory["real/a/1.png"]);
        File.CreateSymbolicLink(directory["real/b/relative.png"], "../a/1.png");
        foreach (string name in (string[])["named", "named/", "real"])
            Assert.Equal([0, 1, 1, 1], Read(directory[name], Colour).Train.Labels);
        File.CreateSymbolicLink(directory["real/b/round.png"], "round.png");
        Assert.Contains("b/round.png: is a link that leads back to itself", Refusal(directory["named"], Colour));
        File.Delete(directory["real/b/round.png"]);
        File.CreateSymbolicLink(directory["real/b/none.png"], "../a/2.png");
        Assert.Contains($"b/none.png: is a link to {directory["real/a/2.png"]}, which is not there", Refusal(directory["named"], Colour));
    }

    [Fact]
    public void ALinkThatLeadsOutByWayOfAnotherIsRefused()
    {
        string secret = directory.Write("elsewhere/data/a/1.png", MediaFiles.RandomPng(8, 8, 3, 9));
        directory.Write("data/a/1.png", MediaFiles.RandomPng(8, 8, 3, 1));
        directory.Write("data/b/1.png", MediaFiles.RandomPng(8, 8, 3, 2));
        Directory.CreateDirectory(directory["elsewhere/deep"]);
        Directory.CreateSymbolicLink(directory["step"], directory["elsewhere/deep"]);
        // As text this path comes back to data/a/1.png; the system goes up from where the first link leads.
        File.CreateSymbolicLink(directory["data/b/2.png"], directory["step"] + "/../data/a/1.png");
        Assert.Contains($"b/2.png: is a link to {secret}, outside", Refusal(directory["data"], Colour));
    }

    static byte[] Changed(byte[] bytes, int at, byte by)
    {
        bytes[at] ^= by;
        return bytes;
    }

    /// <summary>Keeps what a reader tells.</summary>
    internal sealed class Notes : Reporter
    {
        public List<string> Sentences { get; } = [];

        public override void Note(string sentence) => Sentences.Add(sentence);
    }
}
