using System.Text.Json;
using Xunit.Abstractions;

namespace AotNet.Packaging.Tests;

/// <summary>What users of the packages do with them.</summary>
[Collection(nameof(PackedSolution))]
public sealed class ConsumerTests(PackedSolution packed, ITestOutputHelper log)
{
    const string Network = """
        using AotNet;

        /// <summary>Two measurements, three classes.</summary>
        [Network(Batch = 16)]
        public sealed partial class Blobs
        {
            const int Width = 16;

            static Objective Define([Shape(2)] Tensor measurements, [Classes(3)] Labels kind)
            {
                Tensor x = measurements.BatchRms();
                for (int i = 0; i < 2; i++)
                    x = x.Dense(Width).ModU();
                return Objective.SoftmaxCrossEntropy(x.Dense(3), kind);
            }
        }
        """;

    [Fact]
    public void APublishedProjectTrains()
    {
        string project = Create("Published", aot: true, "AotNet", "AotNet.Training");
        string published = Command.Succeed(project, Command.Dotnet, "publish", "-c", "Release", "-o", "out");
        log.WriteLine(published);
        Consumer.NoWarnings(published);

        string program = Path.Combine(project, "out", "Published");
        Assert.Equal(["Published"], Directory.EnumerateFileSystemEntries(Path.Combine(project, "out")).Select(Path.GetFileName));
        log.WriteLine($"{new FileInfo(program).Length} bytes");
        log.WriteLine(Command.Succeed(project, program, "info"));

        WriteData(Path.Combine(project, "blobs.csv"));
        log.WriteLine(Command.Succeed(project, program, "train", "--data", "blobs.csv", "--format", "csv", "--optimizer", "sgd2",
            "--epochs", "20", "--run", "run"));
        string[] lines = File.ReadAllLines(Path.Combine(project, "run", "log.jsonl"));
        Assert.Equal(20, lines.Length);
        double[] losses = [.. lines.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("train_loss").GetDouble())];
        Assert.True(losses[^1] < 0.5 * losses[0], $"The loss went from {losses[0]} to {losses[^1]}.");
    }

    [Fact]
    public void ImagesAloneBringEverythingAndTheirDecoderWorksInABinary()
    {
        string project = Create("Pictures", aot: true, "AotNet.Images");
        File.WriteAllText(Path.Combine(project, "Blobs.cs"), Network.Replace("[Shape(2)]", "[Shape(2, 2, 3)]").Replace("measurements.BatchRms()", "measurements.Flatten().BatchRms()"));
        File.WriteAllText(Path.Combine(project, "Program.cs"),
            "return AotNet.Training.TrainerHost.Run<Blobs>(args, new AotNet.Training.ImageFolders(), new AotNet.Training.CifarBinaries(), new AotNet.Training.WavFolders());\n");
        string published = Command.Succeed(project, Command.Dotnet, "publish", "-c", "Release", "-o", "out");
        Consumer.NoWarnings(published);
        string program = Path.Combine(project, "out", "Pictures");
        log.WriteLine($"{new FileInfo(program).Length} bytes");
        for (int i = 0; i < 24; i++)
        {
            string directory = Path.Combine(project, "images", "abc"[i % 3].ToString());
            Directory.CreateDirectory(directory);
            File.WriteAllBytes(Path.Combine(directory, $"{i}.bmp"), Bitmap((byte)(i % 3 * 100 + i)));
        }
        Assert.Contains("24 images, decoded in", Command.Succeed(project, program, "train", "--data", "images", "--epochs", "2", "--augment", "flip", "--run", "runs/a"));
        Assert.Contains("24 images, decoded before", Command.Succeed(project, program, "train", "--data", "images", "--epochs", "2", "--run", "runs/b"));

        // Two rows of two points and two bytes to fill each up.
        static byte[] Bitmap(byte value) =>
        [
            (byte)'B', (byte)'M', 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0, .. new byte[24],
            value, 1, 2, 3, 4, 5, 0, 0, 6, 7, 8, 9, 10, value, 0, 0,
        ];
    }

    [Fact]
    public void TrainingAloneBringsEverything()
    {
        string project = Create("Alone", aot: true, "AotNet.Training");
        Consumer.NoWarnings(Command.Succeed(project, Command.Dotnet, "build"));
        string properties = Command.Succeed(project, Command.Dotnet, "msbuild", "-getProperty:AotNetIsa,AllowUnsafeBlocks,IlcInstructionSet,StackTraceSupport");
        JsonElement values = JsonDocument.Parse(properties).RootElement.GetProperty("Properties");
        Assert.Equal("native", values.GetProperty("AotNetIsa").GetString());
        Assert.Equal("true", values.GetProperty("AllowUnsafeBlocks").GetString());
        Assert.Matches("^(x86-64-v[34]|native)$", values.GetProperty("IlcInstructionSet").GetString());
        Assert.Equal("false", values.GetProperty("StackTraceSupport").GetString());

        Assert.Equal("x86-64-v3", Property(project, "IlcInstructionSet", "-p:AotNetIsa=avx2"));
        Assert.Equal("x86-64-v4", Property(project, "IlcInstructionSet", "-p:AotNetIsa=avx512"));
        Assert.Equal("", Property(project, "AotNetEmittedHalf", "-p:AotNetIsa=avx2"));
        Assert.Equal("avx2", Property(project, "AotNetEmittedHalf", "-p:AotNetIsa=avx2", "-p:AotNetHalves=chosen"));
        Command unknown = Command.Run(project, Command.Dotnet, "build", "--no-restore", "-p:AotNetIsa=sse2");
        Assert.NotEqual(0, unknown.ExitCode);
        Assert.Contains("AotNetIsa is 'sse2', expected avx2, avx512 or native.", unknown.Output);

        // The same program under the JIT.
        Assert.Contains("Blobs", Command.Succeed(project, Command.Dotnet, "run", "--no-build", "--", "info"));
    }

    [Fact]
    public void ALibraryNeedsAotNetAlone()
    {
        string project = Create("Library", aot: false, "AotNet");
        File.WriteAllText(Path.Combine(project, "Program.cs"), """
            using Blobs network = Blobs.Create(seed: 1, threads: 1);
            float[] measurements = [0.5f, -1f, 2f, 0.25f];
            float first = network.Step(measurements, [0, 2]);
            for (int i = 0; i < 50; i++)
                network.Step(measurements, [0, 2]);
            System.Console.WriteLine(network.Loss(measurements, [0, 2]) < first ? "learned" : "did not learn");
            """);
        Consumer.NoWarnings(Command.Succeed(project, Command.Dotnet, "build"));
        Assert.Equal("learned", Command.Succeed(project, Command.Dotnet, "run", "--no-build").Trim());
    }

    [Fact]
    public void NotesAreSetLikeOtherDiagnostics()
    {
        string project = Create("Notes", aot: false, "AotNet");
        File.WriteAllText(Path.Combine(project, "Program.cs"), "System.Console.WriteLine(Blobs.ParameterCount);\n");
        // The second layer keeps the width that the first one expands to.
        string build = Command.Succeed(project, Command.Dotnet, "build", "-warnaserror");
        Consumer.NoWarnings(build);
        File.WriteAllText(Path.Combine(project, ".editorconfig"), "root = true\n[*.cs]\ndotnet_diagnostic.AOTN2103.severity = warning\n");
        Assert.Contains("warning AOTN2103: This Dense expands 2 inputs to 16 outputs",
            Command.Succeed(project, Command.Dotnet, "build", "--no-restore"));
        File.WriteAllText(Path.Combine(project, "Blobs.cs"), "#pragma warning disable AOTN2103\n" + Network);
        Consumer.NoWarnings(Command.Succeed(project, Command.Dotnet, "build", "--no-restore"));
        File.WriteAllText(Path.Combine(project, "Blobs.cs"), Network.Replace("Batch = 16", "Contractive = true"));
        Assert.Contains("error AOTN2101: The network promises to be contractive",
            Command.Run(project, Command.Dotnet, "build", "--no-restore").Output);
    }

    string Create(string name, bool aot, params string[] packages)
    {
        string project = Consumer.Create(packed, name, aot, packages);
        File.WriteAllText(Path.Combine(project, "Blobs.cs"), Network);
        File.WriteAllText(Path.Combine(project, "Program.cs"), "return AotNet.Training.TrainerHost.Run<Blobs>(args);\n");
        return project;
    }

    static string Property(string project, string name, params string[] arguments) =>
        Command.Succeed(project, Command.Dotnet, ["msbuild", "-getProperty:" + name, .. arguments]).Trim();

    static void WriteData(string path)
    {
        var random = new Random(1);
        (double X, double Y)[] centres = [(0, 2), (-2, -1), (2, -1)];
        IEnumerable<string> rows = Enumerable.Range(0, 96).Select(row => FormattableString.Invariant(
            $"{centres[row % 3].X + random.NextDouble()},{centres[row % 3].Y + random.NextDouble()},{"abc"[row % 3]}"));
        File.WriteAllLines(path, rows.Prepend("x,y,kind"));
    }
}
