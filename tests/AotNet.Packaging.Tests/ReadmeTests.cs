using System.Text.RegularExpressions;

namespace AotNet.Packaging.Tests;

/// <summary>The examples of the README, which is the packages' own, compiled and run.</summary>
[Collection(nameof(PackedSolution))]
public sealed class ReadmeTests(PackedSolution packed)
{
    [Fact]
    public void ExamplesCompileAndRun()
    {
        string[] blocks = [.. Regex.Matches(File.ReadAllText(Repository.PathOf("README.md")), "```csharp\n(.*?)```", RegexOptions.Singleline)
            .Select(static match => match.Groups[1].Value)];
        string Block(string mark) => Assert.Single(blocks, block => block.Contains(mark, StringComparison.Ordinal));

        string project = Consumer.Create(packed, "Readme", aot: false, "AotNet", "AotNet.Training");
        File.WriteAllText(Path.Combine(project, "Network.cs"), Block("[Network("));
        File.WriteAllText(Path.Combine(project, "Helpers.cs"),
            $"using AotNet;\n[Network]\npublic sealed partial class Helpers\n{{\n{Block("static Tensor Residual")}\n}}\n");
        File.WriteAllText(Path.Combine(project, "Program.cs"), $"""
            using AotNet.Runtime;
            float[] images = new float[4 * 784], probabilities = new float[4 * 10];
            int[] labels = [1, 2, 3, 4];
            {Block("network.Step(")}
            System.Console.WriteLine(float.IsFinite(loss) && weights.Length > 0 ? "stepped" : "failed");
            {Block("TrainerHost.Run<")}
            """);
        Consumer.NoWarnings(Command.Succeed(project, Command.Dotnet, "build"));
        string output = Command.Succeed(project, Command.Dotnet, "run", "--no-build", "--", "info");
        Assert.StartsWith("stepped", output);
        Assert.Contains("FashionMlp", output);
        Assert.True(File.Exists(Path.Combine(project, "fashion.safetensors")));
    }
}
