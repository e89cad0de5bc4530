using AotNet.Training.Data;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

/// <summary>
/// Ten thousand damaged images, sounds, archives and CIFAR files: each is read or refused in one sentence that begins with
/// its name; nothing else is thrown, nothing hangs, and no sample holds a byte of a file that lies outside.
/// </summary>
public sealed class MediaDamageTests : IDisposable
{
    static readonly NetworkInfo Colour = Infos.OfImages(8, 8, 3, 2), Grey = Infos.OfImages(8, 8, 1, 2), Sound = Infos.Of(6, 2);

    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("colour.jpg", 1500)]
    [InlineData("grey.jpg", 1000)]
    [InlineData("colour.png", 1500)]
    [InlineData("unchecked.png", 1500)]
    [InlineData("colour.bmp", 1000)]
    public void Images(string name, int times)
    {
        byte[] valid = name switch
        {
            "colour.jpg" => MediaFiles.ColourJpeg,
            "grey.jpg" => MediaFiles.GreyJpeg,
            "colour.bmp" => MediaFiles.Bmp(8, 8, new byte[192]),
            _ => MediaFiles.RandomPng(8, 8, 3, 1),
        };
        // Checksums catch nearly all damage to a PNG; with them put right, the decoder sees it.
        Func<byte[], byte[]> after = name == "unchecked.png" ? MediaFiles.WithChecksums : static bytes => bytes;
        NetworkInfo network = name == "grey.jpg" ? Grey : Colour;
        int read = Repeat("x" + Path.GetExtension(name), valid, times, path => new ImageFolders().ReadInputs(path, DataSchema.Indices, new DataRequest(network)), after);
        Assert.InRange(read, 1, times - 1);
    }

    [Fact]
    public void Sounds() => Assert.InRange(Repeat("x.wav", MediaFiles.Wav(8000, 2, [1, -2, 3, -4, 5, 6, 7, 8]), 1000,
        static path => new WavFolders().ReadInputs(path, DataSchema.Indices, new DataRequest(Sound))), 1, 999);

    [Theory]
    [InlineData("x.tar", 1500)]
    [InlineData("x.tar.gz", 500)]
    public void Archives(string name, int times)
    {
        byte[] tar = MediaFiles.Tar(("train/a/1.jpg", MediaFiles.ColourJpeg), ("train/b/2.png", MediaFiles.RandomPng(8, 8, 3, 2)), ("test/b/3.png", MediaFiles.RandomPng(8, 8, 3, 3)));
        Assert.InRange(Repeat(name, name == "x.tar" ? tar : TemporaryDirectory.Gzip(tar), times, path =>
            new ImageFolders().ReadTraining(path, new DataRequest(Colour)).Train), 1, times - 1);
    }

    [Fact]
    public void Cifar()
    {
        foreach (int batch in (int[])[1, 2, 3, 4])
            directory.Write($"data_batch_{batch}.bin", MediaFiles.Cifar(1));
        string named = directory["data_batch_5.bin"];
        Assert.InRange(Repeat("data_batch_5.bin", MediaFiles.Cifar(3, 9), 500, _ =>
            new CifarBinaries().ReadTraining(directory.Path, new DataRequest(Infos.OfImages(32, 32, 3, 10))).Train, source: named), 1, 499);
    }

    /// <summary>Gives how often a damaged file was read.</summary>
    int Repeat(string name, byte[] valid, int times, Func<string, Dataset> read, Func<byte[], byte[]>? after = null, string? source = null)
    {
        var random = new Random(6);
        int succeeded = 0;
        for (int i = 0; i < times; i++)
        {
            byte[] damaged = DamageTests.Damage(valid, random);
            string path = directory.Write(name, after is null ? damaged : after(damaged));
            try
            {
                Dataset data = read(path);
                Assert.NotEqual(0, data.Count);
                var inputs = new float[data.Features];
                data.Gather([data.Count - 1], Standardization.Uniform(data.Features, 0, 1), inputs);
                Assert.All(inputs, static value => Assert.True(float.IsFinite(value)));
                succeeded++;
            }
            catch (UsageException problem)
            {
                Assert.True(problem.Message.StartsWith(source ?? path, StringComparison.Ordinal), problem.Message);
                Assert.DoesNotContain('\n', problem.Message);
            }
        }
        return succeeded;
    }
}
