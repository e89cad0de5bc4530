using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AotNet.Architecture.Tests;

/// <summary>What any change may spoil without a compiler noticing.</summary>
public sealed class HygieneTests
{
    const int LongestFile = 450;

    // What it measures against weighs half a gigabyte, which nobody should have to download to build or test.
    const string OutsideTheSolution = "AotNet.Peers";

    static readonly string[] CodeFolders = ["src", "generators", "samples", "tests", "benchmarks"];

    static IEnumerable<string> Code(params string[] folders) => folders.Where(static folder => Directory.Exists(Repository.PathOf(folder)))
        .SelectMany(static folder => Repository.Files(folder, "*.cs"))
        // Emitted text: as long as what it computes.
        .Where(static path => !path.Contains($"{Path.DirectorySeparatorChar}golden{Path.DirectorySeparatorChar}"));

    [Fact]
    public void FilesAreShortEnoughToRead() => Empty(Code("src", "generators")
        .Where(static path => File.ReadLines(path).Count() > LongestFile));

    [Fact]
    public void FilesEndLinesAlike() => Empty(Code(CodeFolders).Where(static path =>
    {
        string text = File.ReadAllText(path);
        return text.Contains('\r') || text.Contains('\t') || !text.EndsWith('\n') || text.Contains(" \n", StringComparison.Ordinal);
    }));

    [Fact]
    public void NothingIsLeftUndone()
    {
        var mark = new Regex($@"\b({"TO"}DO|{"FIX"}ME|{"HA"}CK|{"Not"}ImplementedException)\b");
        Empty(Code(CodeFolders).Where(path => mark.IsMatch(File.ReadAllText(path))));
    }

    [Fact]
    public void NoTestIsSkipped()
    {
        var skipped = new Regex(@"\[(Fact|Theory|InlineData)\([^\]]*\bSkip\s*=");
        Empty(Code("tests").Where(path => skipped.IsMatch(File.ReadAllText(path))));
    }

    [Fact]
    public void EveryPublicTypeOfSourcesIsDocumented() => Assert.All(BuiltProject.In("src"), static project =>
    {
        var documented = XDocument.Load(Path.ChangeExtension(project.Assembly, ".xml")).Descendants("member")
            .Where(static member => member.Element("summary") is not null || member.Element("inheritdoc") is not null)
            .Select(static member => member.Attribute("name")!.Value).ToHashSet();
        Assert.NotEmpty(project.PublicTypes);
        Assert.DoesNotContain(project.PublicTypes, type => !documented.Contains("T:" + type));
    });

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        string solution = File.ReadAllText(Repository.PathOf("AotNet.sln"));
        Assert.DoesNotContain(OutsideTheSolution, solution);
        Empty(BuiltProject.All.Where(static project => project.Name != OutsideTheSolution).Select(static project => project.Path)
            .Where(path => !solution.Contains($"\"{Path.GetRelativePath(Repository.Root, path).Replace('/', '\\')}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void VersionsAreCentralAndExact()
    {
        Empty(BuiltProject.All.Select(static project => project.Path)
            .Where(static path => XDocument.Load(path).Descendants("PackageReference").Any(static package => package.Attribute("Version") is not null)));
        Assert.All(XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion"),
            static package => Assert.Matches(@"^\d+\.\d+\.\d+$", package.Attribute("Version")!.Value));
    }

    static void Empty(IEnumerable<string> paths) => Assert.Empty(paths.Select(static path => Path.GetRelativePath(Repository.Root, path)));
}
