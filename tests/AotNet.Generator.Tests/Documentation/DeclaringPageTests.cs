using System.Text.RegularExpressions;
using AotNet.Generator.Tests.Diagnostics;

namespace AotNet.Generator.Tests.Documentation;

/// <summary>docs/declaring.md against the vocabulary: every member with every parameter and default, and nothing else.</summary>
public class DeclaringPageTests
{
    static readonly string Page = File.ReadAllText("declaring.md").ReplaceLineEndings("\n");

    /// <summary>Signatures on the page, each with the text of its section.</summary>
    static readonly (string Signature, string Section)[] Documented = [.. ReadPage()];

    [Fact]
    public void EveryMemberIsOnThePageAsItIs() => NothingLeft("docs/declaring.md lacks",
        VocabularySignatures.All.Select(static member => member.Signature).Except(Documented.Select(static entry => entry.Signature)));

    [Fact]
    public void ThePageKnowsNoOtherMembers() => NothingLeft("docs/declaring.md describes what does not exist",
        Documented.Select(static entry => entry.Signature).Except(VocabularySignatures.All.Select(static member => member.Signature)));

    [Fact]
    public void EveryParameterIsExplained()
    {
        Assert.NotEmpty(Documented);
        foreach ((string signature, IEnumerable<string> parameters) in VocabularySignatures.All)
        {
            string section = Documented.FirstOrDefault(entry => entry.Signature == signature).Section ?? "";
            foreach (string parameter in parameters)
                Assert.True(section.Contains($"`{parameter}`"), $"The section of '{signature}' does not mention `{parameter}`.");
        }
    }

    [Theory]
    [MemberData(nameof(CatalogueTests.Ids), MemberType = typeof(CatalogueTests))]
    public void EveryDiagnosticIsLinked(string id) => Assert.Contains($"[{id}](../generators/DIAGNOSTICS.md#{id.ToLowerInvariant()})", Page);

    static void NothingLeft(string what, IEnumerable<string> signatures) =>
        Assert.True(!signatures.Any(), $"{what}:\n{string.Join('\n', signatures)}");

    static IEnumerable<(string Signature, string Section)> ReadPage()
    {
        foreach (string section in Regex.Split(Page, "(?m)^#+ "))
        {
            foreach (Match block in Regex.Matches(section, "```csharp signature\n(.*?)```", RegexOptions.Singleline))
            {
                // A line that is indented goes on with the one above.
                string joined = Regex.Replace(block.Groups[1].Value, @"\n +", " ");
                foreach (string signature in joined.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    yield return (signature, section);
            }
        }
    }
}
