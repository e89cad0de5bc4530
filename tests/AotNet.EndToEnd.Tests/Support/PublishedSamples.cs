using System.Buffers.Binary;

namespace AotNet.EndToEnd.Tests.Support;

/// <summary>The samples as users publish them, once for the whole test run, and a small image data set.</summary>
public sealed class PublishedSamples : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("aotnet-e2e-").FullName;

    public PublishedSamples()
    {
        FashionMlp = Publish("FashionMlp");
        TabularMlp = Publish("TabularMlp");
        Images = Path.Combine(directory, "images");
        Directory.CreateDirectory(Images);
        WritePair("train", 1500, seed: 1);
        WritePair("t10k", 300, seed: 2);
    }

    /// <summary>The executable of samples/FashionMlp.</summary>
    public string FashionMlp { get; }

    /// <summary>The executable of samples/TabularMlp.</summary>
    public string TabularMlp { get; }

    /// <summary>A directory of IDX files: made-up images of ten classes, 28x28.</summary>
    public string Images { get; }

    /// <summary>The iris table.</summary>
    public static string Iris => Repository.PathOf("samples", "TabularMlp", "iris.csv");

    /// <summary>What publishing printed, by sample.</summary>
    public Dictionary<string, string> PublishOutput { get; } = [];

    /// <summary>The SDK's command, the one that runs these tests if it says so.</summary>
    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>A path for a test's own files.</summary>
    public string Fresh(string name)
    {
        string path = Path.Combine(directory, name);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        return path;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    string Publish(string sample)
    {
        string target = Path.Combine(directory, sample);
        PublishOutput[sample] = Command.Run(Dotnet, $"publish {Repository.PathOf("samples", sample)} -c Release -o {target} --nologo").Succeeded();
        return Path.Combine(target, sample);
    }

    /// <summary>Images of noise with a bright bar whose place tells the class.</summary>
    void WritePair(string prefix, int count, int seed)
    {
        var random = new Random(seed);
        var images = new byte[16 + count * 784];
        var labels = new byte[8 + count];
        new byte[] { 0, 0, 8, 3 }.CopyTo(images, 0);
        new byte[] { 0, 0, 8, 1 }.CopyTo(labels, 0);
        foreach ((int at, int extent) in (ReadOnlySpan<(int, int)>)[(4, count), (8, 28), (12, 28)])
            BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(at), extent);
        BinaryPrimitives.WriteInt32BigEndian(labels.AsSpan(4), count);
        for (int i = 0; i < count; i++)
        {
            int label = random.Next(10);
            labels[8 + i] = (byte)label;
            for (int pixel = 0; pixel < 784; pixel++)
                images[16 + i * 784 + pixel] = (byte)(random.Next(100) + (pixel / 28 / 2 == label + 2 ? 100 : 0));
        }
        File.WriteAllBytes(Path.Combine(Images, $"{prefix}-images-idx3-ubyte"), images);
        File.WriteAllBytes(Path.Combine(Images, $"{prefix}-labels-idx1-ubyte"), labels);
    }
}

/// <summary>All end-to-end tests share the published samples and run one after another: some measure time.</summary>
[CollectionDefinition(Name)]
public sealed class Published : ICollectionFixture<PublishedSamples>
{
    public const string Name = "end to end";
}
