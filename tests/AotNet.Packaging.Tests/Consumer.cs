using System.Text.RegularExpressions;

namespace AotNet.Packaging.Tests;

/// <summary>Projects outside the repository, made as their users make them, with packages from the local feed.</summary>
static class Consumer
{
    /// <summary>A console project that refers to packages.</summary>
    internal static string Create(PackedSolution packed, string name, bool aot, params string[] packages)
    {
        Command.Succeed(packed.Folder, Command.Dotnet, ["new", "console", "-o", name, .. aot ? ["--aot"] : Array.Empty<string>()]);
        string project = Path.Combine(packed.Folder, name);
        foreach (string package in packages)
            Command.Succeed(project, Command.Dotnet, "add", "package", package, "--version", packed.Version);
        return project;
    }

    /// <summary>Of the C# compiler, the trimmer, the compiler of Native AOT, or the linker.</summary>
    internal static void NoWarnings(string output) => Assert.DoesNotContain(output.Split('\n'),
        static line => line.Contains("warning", StringComparison.OrdinalIgnoreCase) && !Regex.IsMatch(line, @"^\s*0 Warning\(s\)"));
}
