using Xunit.Abstractions;

namespace AotNet.EndToEnd.Tests;

/// <summary>The samples, published with Native AOT once for all tests, and a directory for what they write.</summary>
public sealed class PublishedSamples : IDisposable
{
    readonly Lazy<string> forAvx2, mnistCnn, cifarCnn, keywordSpotting;

    /// <summary>Publishes the samples that most tests use.</summary>
    public PublishedSamples()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("aotnet-").FullName;
        FashionMlp = Publish("FashionMlp", "fashion");
        TabularMlp = Publish("TabularMlp", "tabular");
        forAvx2 = new Lazy<string>(() => Publish("FashionMlp", "fashion-avx2", "-p:AotNetIsa=avx2"));
        mnistCnn = new Lazy<string>(() => Publish("MnistCnn", "mnist-cnn"));
        cifarCnn = new Lazy<string>(() => Publish("CifarCnn", "cifar-cnn"));
        keywordSpotting = new Lazy<string>(() => Publish("KeywordSpotting", "keywords"));
    }

    /// <summary>Temporary directory, removed in the end.</summary>
    public string Directory { get; }

    /// <summary>The executable of samples/FashionMlp.</summary>
    public string FashionMlp { get; }

    /// <summary>The executable of samples/TabularMlp.</summary>
    public string TabularMlp { get; }

    /// <summary>The executable of samples/FashionMlp for processors without AVX-512, published when it is first asked for.</summary>
    public string FashionMlpForAvx2 => forAvx2.Value;

    /// <summary>The executable of samples/MnistCnn, published when it is first asked for.</summary>
    public string MnistCnn => mnistCnn.Value;

    /// <summary>The executable of samples/CifarCnn, published when it is first asked for.</summary>
    public string CifarCnn => cifarCnn.Value;

    /// <summary>The executable of samples/KeywordSpotting, published when it is first asked for.</summary>
    public string KeywordSpotting => keywordSpotting.Value;

    /// <summary>The table that TabularMlp learns from.</summary>
    public static string Iris => Path.Combine(Repository.Root, "samples", "TabularMlp", "iris.csv");

    /// <summary>Directory of the Fashion-MNIST files: FASHION_MNIST, or where the distribution's package puts them.</summary>
    public static string FashionMnist
    {
        get
        {
            string directory = Environment.GetEnvironmentVariable("FASHION_MNIST") is { Length: > 0 } given
                ? given
                : "/usr/share/datasets/fashion-mnist";
            Assert.True(System.IO.Directory.Exists(directory), $"{directory} does not exist: test.sh gets Fashion-MNIST, or set FASHION_MNIST.");
            return directory;
        }
    }

    /// <summary>Publishes a sample into a directory of its own and returns its executable.</summary>
    public string Publish(string sample, string name, params string[] properties)
    {
        string target = Path.Combine(Directory, "publish-" + name);
        ProcessResult result = TrainerProcess.Run("dotnet", ["publish", Path.Combine(Repository.Root, "samples", sample), "-c", "Release",
            "-o", target, "--nologo", "-v", "quiet", .. properties]);
        result.Expect(0);
        Assert.DoesNotContain("warning", result.Output, StringComparison.OrdinalIgnoreCase);

        // The next publication of the sample overwrites what this one was made of.
        string kept = System.IO.Directory.CreateDirectory(MadeOf(target)).FullName;
        string built = Path.Combine(Repository.Root, "samples", sample, "obj", "Release");
        foreach (string pattern in (string[])[sample + ".o", sample + "-Avx*.g.cs"])
        {
            // An ordinary build leaves the same names beside the published ones, which are the newest.
            foreach (string file in System.IO.Directory.GetFiles(built, pattern, SearchOption.AllDirectories).OrderBy(File.GetLastWriteTimeUtc))
                File.Copy(file, Path.Combine(kept, Path.GetFileName(file)), overwrite: true);
        }
        return Path.Combine(target, sample);
    }

    /// <summary>The object file that a published executable was linked from; it has the symbols that the executable lacks.</summary>
    public static string ObjectFileOf(string program) => Path.Combine(MadeOf(Path.GetDirectoryName(program)!), Path.GetFileName(program) + ".o");

    /// <summary>What the generator wrote for one half of a published network: Avx2 or Avx512.</summary>
    public static string EmittedTextOf(string program, string half) =>
        File.ReadAllText(Path.Combine(MadeOf(Path.GetDirectoryName(program)!), $"{Path.GetFileName(program)}-{half}.g.cs"));

    static string MadeOf(string target) => target + "-made-of";

    /// <summary>A path that does not exist yet.</summary>
    public string Fresh(string name) => Path.Combine(Directory, $"{name}-{Guid.NewGuid():N}");

    /// <summary>Removes what was written.</summary>
    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}

/// <summary>Tests that share the published samples, one after another: they measure and kill processes.</summary>
[CollectionDefinition(Name)]
public sealed class SamplesCollection : ICollectionFixture<PublishedSamples>
{
    /// <summary>Its name.</summary>
    public const string Name = "published samples";
}
