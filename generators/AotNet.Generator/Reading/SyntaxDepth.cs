using Microsoft.CodeAnalysis;

namespace AotNet.Generator.Reading;

/// <summary>Measures nesting without recursion.</summary>
static class SyntaxDepth
{
    /// <summary>The first node that stands more than <paramref name="limit"/> levels below the root; null for none.</summary>
    public static SyntaxNode? Excess(SyntaxNode root, int limit)
    {
        var pending = new Stack<(SyntaxNode Node, int Depth)>();
        pending.Push((root, 0));
        while (pending.Count > 0)
        {
            (SyntaxNode node, int depth) = pending.Pop();
            if (depth > limit)
                return node;
            foreach (SyntaxNode child in node.ChildNodes().Reverse())
                pending.Push((child, depth + 1));
        }
        return null;
    }
}
