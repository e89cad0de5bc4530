using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace AotNet.Generator.Diagnostics;

/// <summary>A place in the sources by file and position, without the syntax tree, so that equal places compare equal.</summary>
readonly record struct LocationInfo(string Path, TextSpan Span, LinePositionSpan Lines)
{
    /// <summary>The place of a node.</summary>
    public static LocationInfo Of(SyntaxNode node) => Of(node.SyntaxTree, node.Span);

    /// <summary>The place of a token.</summary>
    public static LocationInfo Of(SyntaxToken token) => token.SyntaxTree is { } tree ? Of(tree, token.Span) : default;

    /// <summary>A span of a file.</summary>
    public static LocationInfo Of(SyntaxTree tree, TextSpan span) => new(tree.FilePath, span, tree.GetLineSpan(span).Span);

    /// <summary>The form that the compiler reports: in its tree among <paramref name="trees"/>, or by file and position.</summary>
    public Location ToLocation(SourceTrees? trees) => Path is null ? Location.None
        : trees?.Find(Path) is { } tree && Span.End <= tree.Length ? Location.Create(tree, Span)
        : Location.Create(Path, Span, Lines);
}
