using System.IO.Compression;
using System.Xml.Linq;

namespace AotNet.Packaging.Tests;

/// <summary>The solution packed once, under a version that no cache has seen, beside folders for projects that use it.</summary>
public sealed class PackedSolution : IDisposable
{
    /// <summary>Packs what is built.</summary>
    public PackedSolution()
    {
        Folder = Directory.CreateTempSubdirectory("aotnet-packaging-").FullName;
        string configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/', '\\')))!;
        Command.Succeed(Repository.Root, Command.Dotnet, "pack", "AotNet.sln", "--no-build", "-c", configuration,
            "-o", Feed, $"-p:PackageVersion={Version}", "-v", "quiet", "--nologo");
        // The sources of the machine remain, for the compiler of Native AOT.
        File.WriteAllText(Path.Combine(Folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="aotnet-local" value="{Feed}" />
              </packageSources>
            </configuration>
            """);
    }

    /// <summary>A folder outside the repository.</summary>
    internal string Folder { get; }

    /// <summary>The version of all packages.</summary>
    internal string Version { get; } = $"0.1.0-t{Guid.NewGuid():N}"[..18];

    internal string Feed => Path.Combine(Folder, "feed");

    /// <summary>Opens a package.</summary>
    internal ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(Feed, $"{id}.{Version}.nupkg"));

    /// <summary>The description inside a package.</summary>
    internal XElement Metadata(string id)
    {
        using ZipArchive package = Open(id);
        using Stream stream = package.GetEntry(id + ".nuspec")!.Open();
        var nuspec = XDocument.Load(stream);
        foreach (XElement element in nuspec.Descendants())
            element.Name = element.Name.LocalName;
        return nuspec.Root!.Element("metadata")!;
    }

    /// <summary>Removes the folder, and what restoring left in the machine's cache.</summary>
    public void Dispose()
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string folder in new[] { Folder, Path.Combine(cache, "aotnet", Version), Path.Combine(cache, "aotnet.training", Version), Path.Combine(cache, "aotnet.images", Version) })
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>Tests that share the packages, one after another.</summary>
[CollectionDefinition(nameof(PackedSolution))]
public sealed class PackedSolutionCollection : ICollectionFixture<PackedSolution>;
