using AotNet.Training.Data;
using AotNet.Training.Data.Formats;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

public sealed class IdxTests : IDisposable
{
    static readonly NetworkInfo Network = Infos.Of(4, 3);

    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ADirectoryGivesItsTrainingAndTestPairs(bool gzip)
    {
        directory.WritePair("train", 20, gzip: gzip);
        directory.WritePair("t10k", 7, gzip: gzip);
        (Dataset train, Dataset? test) = IdxDataset.ReadTraining(directory.Path, Network);
        Assert.Equal(20, train.Count);
        Assert.Equal(7, test!.Count);
        Assert.Equal(7, IdxDataset.ReadEvaluation(directory.Path, Network).Count);
        Assert.All(train.Labels, label => Assert.InRange(label, 0, 2));
    }

    [Fact]
    public void AnImagesFileFindsItsLabels()
    {
        directory.WritePair("train", 5, gzip: true);
        Assert.Equal(5, IdxDataset.ReadTraining(directory["train-images-idx3-ubyte.gz"], Network).Train.Count);
    }

    [Fact]
    public void ALargeFileArrivesAsItWasWritten()
    {
        var pixels = new byte[6_000_004];
        new Random(1).NextBytes(pixels);
        string path = directory.Write("images", TemporaryDirectory.Gzip(TemporaryDirectory.Idx([pixels.Length / 4, 2, 2], pixels)));
        Assert.Equal(pixels, IdxFile.Read(path).Values);
    }

    public static TheoryData<string, byte[], string> Malformed => new()
    {
        { "empty", [], "ends within the 4 bytes" },
        { "three bytes", [0, 0, 8], "ends within the 4 bytes" },
        { "text", "not an idx file"u8.ToArray(), "begins with bytes 6e 6f" },
        { "floats", TemporaryDirectory.Idx([2, 2, 2], new byte[8], type: 0x0d), "type 0x0d" },
        { "no dimensions", [0, 0, 8, 0], "0 dimensions" },
        { "many dimensions", [0, 0, 8, 200], "200 dimensions" },
        { "cut header", [0, 0, 8, 3, 0, 0], "ends within its header" },
        { "zero extent", TemporaryDirectory.Idx([0, 2, 2], []), "extent 1 of its header is 0" },
        { "truncated", TemporaryDirectory.Idx([3, 2, 2], new byte[11]), "truncated" },
        { "promises the world", TemporaryDirectory.Idx([int.MaxValue, 28, 28], new byte[16]), "header promises" },
        { "negative", TemporaryDirectory.Idx([-1, 2, 2], new byte[16]), "extent of 4294967295" },
        { "trailing", TemporaryDirectory.Idx([3, 2, 2], new byte[13]), "more bytes than the 12" },
        { "one dimension", TemporaryDirectory.Idx([12], new byte[12]), "images have at least two" },
        { "other shape", TemporaryDirectory.Idx([3, 3, 3], new byte[27]), "3x3 = 9 values, but network Toy takes 4" },
        { "cut gzip", TemporaryDirectory.Gzip(TemporaryDirectory.Idx([3, 2, 2], new byte[12]))[..12], "" },
        { "broken gzip", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255, 255, 255, 255], "gzip stream is damaged" },
        { "gzip promising the world", TemporaryDirectory.Gzip(TemporaryDirectory.Idx([2_000_000, 28, 28], [])), "more than the file can hold" },
        { "gzip truncated inside", TemporaryDirectory.Gzip(TemporaryDirectory.Idx([3, 2, 2], new byte[5])), "truncated" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void AMalformedFileIsRefusedInOneSentence(string kind, byte[] bytes, string expected)
    {
        string path = directory.Write("images", bytes);
        var problem = Assert.Throws<UsageException>(() => IdxDataset.ReadImages(path, Network));
        Assert.Equal(ExitCode.Usage, problem.ExitCode);
        Assert.StartsWith(path, problem.Message);
        Assert.Contains(expected, problem.Message);
        Assert.True(problem.Message.EndsWith('.') && !problem.Message.Contains('\n'), kind);
    }

    [Fact]
    public void LabelsThatDoNotFitAreRefused()
    {
        directory.WritePair("train", 5);
        directory.Write("train-labels-idx1-ubyte", TemporaryDirectory.Idx([4], new byte[4]));
        Assert.Contains("4 labels for the 5 samples", Refusal());
        directory.Write("train-labels-idx1-ubyte", TemporaryDirectory.Idx([5], [0, 1, 2, 3, 0]));
        Assert.Contains("sample 3: label 3 is outside 0 to 2", Refusal());
        directory.Write("train-labels-idx1-ubyte", TemporaryDirectory.Idx([5, 1], new byte[5]));
        Assert.Contains("labels have one", Refusal());
        File.Delete(directory["train-labels-idx1-ubyte"]);
        Assert.Contains("labels file train-labels-idx1-ubyte is missing", Refusal());
        File.Delete(directory["train-images-idx3-ubyte"]);
        Assert.Contains("holds no train-images-idx3-ubyte", Refusal());

        string Refusal() => Assert.Throws<UsageException>(() => IdxDataset.ReadTraining(directory.Path, Network)).Message;
    }

    [Fact]
    public void ATestPairReadBesideTheTrainingPairIsRefusedLikeIt()
    {
        directory.WritePair("train", 5);
        directory.WritePair("t10k", 3);
        (Dataset train, Dataset? test) = IdxDataset.ReadTraining(directory.Path, Network);
        Assert.Equal((5, 3), (train.Count, test!.Count));
        directory.Write("t10k-labels-idx1-ubyte", TemporaryDirectory.Idx([2], new byte[2]));
        Assert.Contains("2 labels for the 3 samples", Assert.Throws<UsageException>(() => IdxDataset.ReadTraining(directory.Path, Network)).Message);
        // With both damaged the first of the directory's files is named.
        directory.Write("train-labels-idx1-ubyte", TemporaryDirectory.Idx([4], new byte[4]));
        Assert.Contains("4 labels for the 5 samples", Assert.Throws<UsageException>(() => IdxDataset.ReadTraining(directory.Path, Network)).Message);
    }

    [Fact]
    public void ClassesDoNotServeARegression()
    {
        directory.WritePair("train", 5);
        Assert.Contains("use CSV", Assert.Throws<UsageException>(() =>
            IdxDataset.ReadTraining(directory.Path, Infos.Of(4, 3, ObjectiveKind.MeanSquaredError))).Message);
    }

    [Fact]
    public void PixelsAreStandardisedByOneMeanAndDeviation()
    {
        directory.WritePair("train", 50);
        (Dataset train, _) = IdxDataset.ReadTraining(directory.Path, Network);
        int[] all = Enumerable.Range(0, 50).ToArray();
        Standardization standardization = train.Measure(all);
        Assert.Single(standardization.Mean.Distinct());
        var inputs = new float[50 * 4];
        train.Gather(all, standardization, inputs);
        Assert.Equal(0, inputs.Average(), 1e-5);
        Assert.Equal(1, inputs.Average(static x => x * x), 1e-5);
    }

    [Fact]
    public void VectorAndScalarStandardisationAgree()
    {
        var raw = new byte[67];
        new Random(1).NextBytes(raw);
        var random = new Random(2);
        var standardization = new Standardization(
            raw.Select(_ => random.NextSingle() * 200).ToArray(), raw.Select(_ => random.NextSingle()).ToArray());
        var actual = new float[67];
        standardization.Apply(raw, actual);
        for (int i = 0; i < raw.Length; i++)
            Assert.Equal((raw[i] - standardization.Mean[i]) * standardization.Scale[i], actual[i]);
    }
}
