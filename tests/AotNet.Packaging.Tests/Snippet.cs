using System.Text.RegularExpressions;

namespace AotNet.Packaging.Tests;

/// <summary>
/// A C# block of a page. What surrounds it is the word behind <c>csharp</c>: nothing for a file of types, <c>members</c>
/// of a network class, <c>body</c> for statements of a Define in front of its return, <c>program</c> for statements that
/// use the README's network. Blocks of a page share a namespace. <c>signature</c> blocks are compared with the vocabulary
/// elsewhere and are none of these.
/// </summary>
/// <param name="Page">Path in the repository.</param>
/// <param name="Line">Line of its fence, from 1.</param>
/// <param name="Kind">The word.</param>
/// <param name="Text">Its lines.</param>
sealed record Snippet(string Page, int Line, string Kind, string Text)
{
    /// <summary>Name of what is made of it.</summary>
    internal string Name => $"{Namespace}_{Line}";

    string Namespace => Path.GetFileNameWithoutExtension(Page).ToLowerInvariant() + "_page";

    /// <summary>All blocks of the README and of docs.</summary>
    internal static IReadOnlyList<Snippet> All { get; } = [.. Repository.Files("docs", "*.md").Prepend(Repository.PathOf("README.md")).SelectMany(Of)];

    static IEnumerable<Snippet> Of(string path)
    {
        string page = File.ReadAllText(path).ReplaceLineEndings("\n");
        return Regex.Matches(page, @"^```csharp *(?<kind>\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(match => new Snippet(Path.GetRelativePath(Repository.Root, path), page[..match.Index].Count(static c => c == '\n') + 1,
                match.Groups["kind"].Value, match.Groups["text"].Value))
            .Where(static snippet => snippet.Kind != "signature");
    }

    /// <summary>A file that compiles it.</summary>
    internal string Source()
    {
        const string names = "using AotNet;\nusing AotNet.Runtime;\n";
        // The end of a body or program may be unreachable behind the block's own return.
        const string warnings = "#pragma warning disable CS0105, CS0162\n";
        string space = $"namespace {Namespace};\n";
        string place = $"#line {Line + 1} \"{Page}\"\n";
        return warnings + Kind switch
        {
            "" => Regex.Match(Text, @"^(using [\w.]+;\s*)*").Value + space + Regex.Replace(Text, @"^(using [\w.]+;\s*)*", ""),
            "members" => $"{names}{space}[Network]\npublic sealed partial class {Name}\n{{\n{place}{Text}}}\n",
            "body" => $$"""
                {{names}}{{space}}
                [Network]
                public sealed partial class {{Name}}
                {
                    static Objective Define([Shape(28, 28, 1)] Tensor x, [Classes(10)] Labels label)
                    {
                {{place}}{{Text}}
                        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
                    }
                }
                """,
            "program" => $$"""
                {{names}}{{space}}
                static class {{Name}}
                {
                    internal static readonly readme_page.FashionMlp network = readme_page.FashionMlp.Create(seed: 2, threads: 1);
                    internal static readonly float[] images = new float[4 * 784], probabilities = new float[4 * 10];
                    internal static readonly int[] labels = [1, 2, 3, 4];

                    internal static int Run(string[] args)
                    {
                {{place}}{{Text}}
                        return 0;
                    }
                }
                """,
            _ => throw new InvalidOperationException($"{Page}, line {Line}: '{Kind}' is no kind of snippet."),
        };
    }

    /// <summary>How a program runs it.</summary>
    internal string Call => $"{Namespace}.{Name}.Run(args)";
}
