using Microsoft.CodeAnalysis;

namespace AotNet.Generator.Diagnostics;

/// <summary>The syntax trees of a compilation by path, looked up when the first one is asked for.</summary>
sealed class SourceTrees(Compilation compilation)
{
    ILookup<string, SyntaxTree>? byPath;

    /// <summary>The tree of a file; null when there is none, or several of that path.</summary>
    public SyntaxTree? Find(string path)
    {
        byPath ??= compilation.SyntaxTrees.ToLookup(static tree => tree.FilePath, StringComparer.Ordinal);
        SyntaxTree[] found = byPath[path].Take(2).ToArray();
        return found.Length == 1 ? found[0] : null;
    }
}
