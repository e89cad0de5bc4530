namespace AotNet.Packaging.Tests;

/// <summary>The C# of the README, which is the packages' own, and of docs: compiled with the packages, and run.</summary>
[Collection(nameof(PackedSolution))]
public sealed class SnippetTests(PackedSolution packed)
{
    [Fact]
    public void EverySnippetCompilesAndEveryProgramRuns()
    {
        string project = Consumer.Create(packed, "Snippets", aot: false, "AotNet", "AotNet.Training", "AotNet.Images");
        Assert.Contains(Snippet.All, static snippet => snippet.Page == "README.md" && snippet.Text.Contains("class FashionMlp"));
        foreach (Snippet snippet in Snippet.All)
            File.WriteAllText(Path.Combine(project, snippet.Name + ".cs"), snippet.Source());
        Snippet[] programs = [.. Snippet.All.Where(static snippet => snippet.Kind == "program")];
        File.WriteAllText(Path.Combine(project, "Program.cs"), string.Concat(programs.Select(static program =>
            $"if ({program.Call} != 0) return 1;\nSystem.Console.WriteLine(\"{program.Name} ran\");\n")) + "return 0;\n");
        Consumer.NoWarnings(Command.Succeed(project, Command.Dotnet, "build"));
        string output = Command.Succeed(project, Command.Dotnet, "run", "--no-build", "--", "info");
        Assert.All(programs, program => Assert.Contains(program.Name + " ran", output));
        // What the README's own examples leave behind.
        Assert.Contains("FashionMlp", output);
        Assert.True(File.Exists(Path.Combine(project, "fashion.safetensors")));
    }
}
