using System.Reflection;
using System.Text.RegularExpressions;
using AotNet.Compiler.Graphs;
using AotNet.Generator.Diagnostics;
using AotNet.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace AotNet.Generator.Tests.Diagnostics;

/// <summary>Every diagnostic is documented, tracked and tested.</summary>
public class CatalogueTests
{
    static readonly DiagnosticDescriptor[] Descriptors =
        new[] { typeof(DeclarationDescriptors), typeof(ReadingDescriptors), typeof(GraphDescriptors) }
            .SelectMany(static type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(static field => (DiagnosticDescriptor)field.GetValue(null)!)
            .ToArray();

    public static TheoryData<string> Ids => [.. Descriptors.Select(static descriptor => descriptor.Id)];

    static DiagnosticDescriptor Of(string id) => Descriptors.Single(descriptor => descriptor.Id == id);

    [Fact]
    public void IdsAreDistinct() => Assert.Equal(Descriptors.Length, Descriptors.Select(static descriptor => descriptor.Id).Distinct().Count());

    [Theory]
    [MemberData(nameof(Ids))]
    public void HasAnEntryInTheCatalogue(string id)
    {
        string catalogue = File.ReadAllText("DIAGNOSTICS.md").ReplaceLineEndings("\n");
        Match section = Regex.Match(catalogue, $@"^### {id}\n(?<text>(?:(?!^##).*\n?)*)", RegexOptions.Multiline);
        Assert.True(section.Success, $"DIAGNOSTICS.md has no section '### {id}'.");
        string text = section.Groups["text"].Value;
        Assert.Contains($"**{Of(id).Title}**", text);
        Assert.Contains("Cause:", text);
        Assert.Contains("```csharp\n", text);
        Assert.Contains("What to do:", text);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void IsTrackedInAReleaseFile(string id)
    {
        string tracked = File.ReadAllText("AnalyzerReleases.Shipped.md") + File.ReadAllText("AnalyzerReleases.Unshipped.md");
        Assert.Matches($@"(?m)^{id} \| {Regex.Escape(Of(id).Category)} +\| {Of(id).DefaultSeverity} +\| {Regex.Escape(Of(id).Title.ToString())}\r?$", tracked);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void IsAnErrorOrANoteWithALinkAndAFullMessage(string id)
    {
        DiagnosticDescriptor descriptor = Of(id);
        bool note = Enum.GetValues<GraphError>().Any(error => new GraphDiagnostic(error, -1, -1, default).IsNote
            && GraphLocator.DescriptorOf(error) == descriptor);
        Assert.Equal(note ? DiagnosticSeverity.Info : DiagnosticSeverity.Error, descriptor.DefaultSeverity);
        Assert.True(descriptor.IsEnabledByDefault);
        Assert.EndsWith("DIAGNOSTICS.md#" + id.ToLowerInvariant(), descriptor.HelpLinkUri);
        // What was found; what to do.
        Assert.Contains("; ", descriptor.MessageFormat.ToString());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void HasATest(string id)
    {
        DiagnosticCase[] cases = [.. DeclarationDiagnosticTests.All, .. ReadingDiagnosticTests.All, .. GraphDiagnosticTests.All, .. ContractionTests.All,
            .. GraphDiagnosticTests.Images];
        Assert.Contains(cases, test => test.Id == id);
    }

    [Fact]
    public void TheCatalogueHasNoEntryWithoutADescriptor()
    {
        IEnumerable<string> entries = Regex.Matches(File.ReadAllText("DIAGNOSTICS.md"), @"(?m)^### (AOTN\d+)").Select(static match => match.Groups[1].Value);
        Assert.Empty(entries.Except(Descriptors.Select(static descriptor => descriptor.Id)));
    }
}
