namespace AotNet.Architecture.Tests;

/// <summary>Which assembly refers to which, as built: the only arrows allowed.</summary>
public sealed class ArrowTests
{
    [Theory]
    [InlineData("AotNet")]
    [InlineData("AotNet.Runtime", "AotNet")]
    [InlineData("AotNet.Training", "AotNet", "AotNet.Runtime")]
    [InlineData("AotNet.Images", "AotNet", "AotNet.Training")]
    [InlineData("AotNet.Compiler")]
    [InlineData("AotNet.Generator", "AotNet.Compiler")]
    [InlineData("AotNet.CodeFixes")]
    [InlineData("AotNet.Reference", "AotNet.Compiler")]
    [InlineData("CifarCnn", "AotNet", "AotNet.Runtime", "AotNet.Training", "AotNet.Images")]
    [InlineData("CifarResNet", "AotNet", "AotNet.Runtime", "AotNet.Training", "AotNet.Images")]
    [InlineData("FashionMlp", "AotNet", "AotNet.Runtime", "AotNet.Training")]
    [InlineData("KeywordSpotting", "AotNet", "AotNet.Runtime", "AotNet.Training")]
    [InlineData("MnistCnn", "AotNet", "AotNet.Runtime", "AotNet.Training")]
    [InlineData("MnistMlp", "AotNet", "AotNet.Runtime", "AotNet.Training")]
    [InlineData("PaperExperiments", "AotNet", "AotNet.Runtime", "AotNet.Training", "AotNet.Images")]
    [InlineData("TabularMlp", "AotNet", "AotNet.Runtime", "AotNet.Training")]
    public void ReferToTheseAlone(string project, params string[] allowed) =>
        Assert.Empty(BuiltProject.Named(project).Arrows.Except(allowed));

    [Fact]
    public void EveryShippedProjectHasItsArrows()
    {
        // A new project under these folders needs a line above.
        string[] known = ["AotNet", "AotNet.Runtime", "AotNet.Training", "AotNet.Images", "AotNet.Compiler", "AotNet.Generator", "AotNet.CodeFixes"];
        Assert.Equal(known.Order(StringComparer.Ordinal),
            BuiltProject.In("src").Concat(BuiltProject.In("generators")).Select(static project => project.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheArrowsThatMustBeAre()
    {
        Assert.Contains("AotNet", BuiltProject.Named("AotNet.Runtime").Arrows);
        Assert.Contains("AotNet.Runtime", BuiltProject.Named("AotNet.Training").Arrows);
        Assert.Contains("AotNet.Training", BuiltProject.Named("AotNet.Images").Arrows);
        Assert.Contains("AotNet.Compiler", BuiltProject.Named("AotNet.Generator").Arrows);
        Assert.Contains("AotNet.Training", BuiltProject.Named("FashionMlp").Arrows);
    }

    [Fact]
    public void TrainersKnowNoImageDecoder() => Assert.DoesNotContain(BuiltProject.Named("AotNet.Training").References,
        static reference => reference.Name.StartsWith("StbImage", StringComparison.Ordinal));

    [Fact]
    public void SourcesNeverReferToGenerators() => Assert.All(BuiltProject.In("src"),
        static project => Assert.Empty(project.Arrows.Intersect(BuiltProject.In("generators").Select(static generator => generator.Name))));

    [Fact]
    public void NothingRefersToSamples()
    {
        string samples = Repository.PathOf("samples") + Path.DirectorySeparatorChar;
        foreach (BuiltProject project in BuiltProject.All.Where(static project => project.Name != "AotNet.Architecture.Tests"))
            Assert.DoesNotContain(project.ProjectReferences, reference => reference.StartsWith(samples, StringComparison.Ordinal));
    }

    [Fact]
    public void TheCompilerKnowsNoRoslyn() => Assert.DoesNotContain(BuiltProject.Named("AotNet.Compiler").References,
        static reference => reference.Name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal));

    [Theory]
    [InlineData("AotNet.Compiler")]
    [InlineData("AotNet.Generator")]
    public void CompilersNeedNoWorkspaces(string project) => Assert.DoesNotContain(BuiltProject.Named(project).References,
        static reference => reference.Name.Contains("Workspaces", StringComparison.Ordinal));

    [Theory]
    [InlineData("AotNet.Compiler")]
    [InlineData("AotNet.Generator")]
    [InlineData("AotNet.CodeFixes")]
    public void GeneratorsLoadIntoAnyCompiler(string project)
    {
        IReadOnlyList<(string Name, Version Version)> references = BuiltProject.Named(project).References;
        Assert.Contains(references, static reference => reference.Name == "netstandard" && reference.Version == new Version(2, 0, 0, 0));
        // An analyzer built against a newer Roslyn than the SDK's own is not loaded.
        Assert.DoesNotContain(references, static reference =>
            reference.Name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) && reference.Version > new Version(4, 14, 0, 0));
    }

    [Fact]
    public void SourcesAreCompatibleWithNativeAot() => Assert.All(BuiltProject.In("src"), static project =>
    {
        Assert.Contains(project.MetadataValues, static value => value.Contains("IsAotCompatible") && value.Contains("True"));
        Assert.Contains(project.MetadataValues, static value => value.Contains("IsTrimmable") && value.Contains("True"));
    });
}
