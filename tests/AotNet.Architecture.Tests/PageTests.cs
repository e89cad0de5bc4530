using System.Text.RegularExpressions;

namespace AotNet.Architecture.Tests;

/// <summary>What pages say of files: links lead somewhere, and code that a page names is where it says.</summary>
public sealed class PageTests
{
    static IEnumerable<string> Pages => new[] { "src", "generators", "tests", "benchmarks", "docs" }
        .SelectMany(static folder => Repository.Files(folder, "*.md"))
        .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"));

    /// <summary>Links of a page to files of the repository: text, path without fragment, fragment.</summary>
    static IEnumerable<(string Text, string Path, string Fragment)> Links(string page) =>
        Regex.Matches(File.ReadAllText(page), @"\[(?<text>[^\]\n]*)\]\((?!\w+:)(?<path>[^)#\s]*)(?:#(?<fragment>[^)\s]*))?\)")
            .Select(link => (link.Groups["text"].Value, link.Groups["path"].Value is { Length: > 0 } path
                ? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, path))
                : page, link.Groups["fragment"].Value));

    [Fact]
    public void LinksLeadSomewhere()
    {
        int found = 0;
        foreach (string page in Pages)
        {
            foreach ((_, string path, string fragment) in Links(page))
            {
                Assert.True(Path.Exists(path), $"{page} links to {path}, which does not exist.");
                if (fragment.Length > 0 && Path.GetExtension(path) == ".md")
                    Assert.True(Anchors(path).Contains(fragment), $"{page} links to #{fragment} of {path}, which has no such heading.");
                found++;
            }
        }
        Assert.True(found > 50);
    }

    /// <summary>The text of a link to a C# file is the type, or Type.Member, that it is for.</summary>
    [Theory]
    [InlineData("docs/method.md", 20)]
    [InlineData("docs/optimizers.md", 5)]
    [InlineData("docs/consistency.md", 1)]
    public void CodeThatAPageNamesIsThere(string page, int least)
    {
        var code = Links(Repository.PathOf(page)).Where(static link => link.Path.EndsWith(".cs", StringComparison.Ordinal)).ToList();
        Assert.True(code.Count >= least, $"{page} links to {code.Count} files of code.");
        foreach ((string text, string path, _) in code)
        {
            string[] names = text.Trim('`').Split('.');
            string source = File.ReadAllText(path);
            Assert.True(Regex.IsMatch(source, $@"\b(class|record|struct|enum|interface)\s+{names[0]}\b")
                && names.Skip(1).All(name => Regex.IsMatch(source, $@"\b{name}\b")), $"{page}: {path} has no {text}.");
        }
    }

    /// <summary>Headings as the web spells them: in lower case, blanks as -, without punctuation.</summary>
    static HashSet<string> Anchors(string page) => [.. File.ReadLines(page).Where(static line => line.StartsWith('#'))
        .Select(static line => Regex.Replace(line.TrimStart('#').Trim().ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-'))];
}
