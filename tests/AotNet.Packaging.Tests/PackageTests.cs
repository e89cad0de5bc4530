using System.IO.Compression;
using System.Xml.Linq;

namespace AotNet.Packaging.Tests;

/// <summary>What packing the solution gives.</summary>
[Collection(nameof(PackedSolution))]
public sealed class PackageTests(PackedSolution packed)
{
    [Fact]
    public void TheSolutionGivesThreePackages() => Assert.Equal(
        [$"AotNet.{packed.Version}.nupkg", $"AotNet.Images.{packed.Version}.nupkg", $"AotNet.Training.{packed.Version}.nupkg"],
        Directory.EnumerateFiles(packed.Feed).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void AotNetCarriesVocabularyRuntimeGeneratorAndBuildFiles() => Assert.Equal(
        [
            "README.md",
            "analyzers/dotnet/cs/AotNet.CodeFixes.dll", "analyzers/dotnet/cs/AotNet.Compiler.dll", "analyzers/dotnet/cs/AotNet.Generator.dll",
            "build/AotNet.props", "build/AotNet.targets", "build/startup.c",
            "buildTransitive/AotNet.props", "buildTransitive/AotNet.targets", "buildTransitive/startup.c",
            "lib/net10.0/AotNet.Runtime.dll", "lib/net10.0/AotNet.Runtime.xml", "lib/net10.0/AotNet.dll", "lib/net10.0/AotNet.xml",
        ],
        Entries("AotNet"));

    [Fact]
    public void TrainingCarriesItselfAndItsBuildFiles() => Assert.Equal(
        [
            "README.md",
            "build/AotNet.Training.props", "build/AotNet.Training.targets",
            "buildTransitive/AotNet.Training.props", "buildTransitive/AotNet.Training.targets",
            "lib/net10.0/AotNet.Training.dll", "lib/net10.0/AotNet.Training.xml",
        ],
        Entries("AotNet.Training"));

    [Fact]
    public void ImagesCarryThemselvesAlone() => Assert.Equal(["README.md", "lib/net10.0/AotNet.Images.dll", "lib/net10.0/AotNet.Images.xml"], Entries("AotNet.Images"));

    [Theory]
    [InlineData("AotNet")]
    [InlineData("AotNet.Training")]
    [InlineData("AotNet.Images")]
    public void DescriptionsAreComplete(string id)
    {
        XElement metadata = packed.Metadata(id);
        Assert.Equal(id, metadata.Element("id")?.Value);
        Assert.Equal(packed.Version, metadata.Element("version")?.Value);
        Assert.Equal("MIT", metadata.Element("license")?.Value);
        Assert.Equal("expression", metadata.Element("license")?.Attribute("type")?.Value);
        Assert.Equal("README.md", metadata.Element("readme")?.Value);
        Assert.True(metadata.Element("description")?.Value.Length > 40);
        Assert.True(metadata.Element("tags")?.Value.Split(' ').Length >= 4);
        Assert.False(string.IsNullOrWhiteSpace(metadata.Element("authors")?.Value));
        using ZipArchive package = packed.Open(id);
        Assert.True(package.GetEntry("README.md")!.Length > 0);
    }

    [Fact]
    public void AotNetDependsOnNothing() => Assert.Empty(packed.Metadata("AotNet").Descendants("dependency"));

    [Fact]
    public void TrainingDependsOnAotNetWithItsGenerator()
    {
        Dictionary<string, XElement> dependencies = packed.Metadata("AotNet.Training").Descendants("dependency")
            .ToDictionary(static dependency => dependency.Attribute("id")!.Value);
        Assert.Equal(["AotNet", "Sylvan.Data.Csv", "System.IO.Hashing"], dependencies.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(packed.Version, dependencies["AotNet"].Attribute("version")?.Value);
        // By default a package that stands behind another gives neither analyzers nor build files.
        Assert.Equal("All", dependencies["AotNet"].Attribute("include")?.Value);
        Assert.Null(dependencies["AotNet"].Attribute("exclude"));
    }

    [Fact]
    public void ImagesDependOnTrainingWithAllItBringsAndOnOneDecoder()
    {
        Dictionary<string, XElement> dependencies = packed.Metadata("AotNet.Images").Descendants("dependency")
            .ToDictionary(static dependency => dependency.Attribute("id")!.Value);
        Assert.Equal(["AotNet.Training", "StbImageSharp"], dependencies.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(packed.Version, dependencies["AotNet.Training"].Attribute("version")?.Value);
        Assert.Equal("All", dependencies["AotNet.Training"].Attribute("include")?.Value);
        Assert.Equal("2.30.16", dependencies["StbImageSharp"].Attribute("version")?.Value);
    }

    IEnumerable<string> Entries(string id)
    {
        using ZipArchive package = packed.Open(id);
        return package.Entries.Select(static entry => entry.FullName)
            .Where(static name => name.Contains('/') ? name[..name.IndexOf('/')] is not ("_rels" or "package") : name == "README.md")
            .Order(StringComparer.Ordinal).ToList();
    }
}
