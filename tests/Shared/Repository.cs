namespace AotNet.Tests;

/// <summary>The repository that the tests were built in.</summary>
static class Repository
{
    /// <summary>The directory of <c>AotNet.sln</c>.</summary>
    internal static string Root { get; } = Find();

    /// <summary>A path inside the repository.</summary>
    internal static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Files under a folder, build outputs left out.</summary>
    internal static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Where(static path => !path.Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "AotNet.sln")))
                return folder;
        }
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds AotNet.sln.");
    }
}
