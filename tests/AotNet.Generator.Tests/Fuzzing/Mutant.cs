using CsCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using AotNet.Generator.Tests.Harness;

namespace AotNet.Generator.Tests.Fuzzing;

/// <summary>One step away from a valid declaration.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Place">Which token or node it is done to, reduced to their number.</param>
/// <param name="Donor">Which token, node or wrapping it is done with.</param>
public readonly record struct Mutation(MutationKind Kind, int Place, int Donor);

/// <summary>Ways to spoil a declaration: the first five work on tokens, the others on the syntax tree.</summary>
public enum MutationKind
{
    DeleteToken,
    DuplicateToken,
    ReplaceToken,
    InsertToken,
    SwapTokens,
    ReplaceNode,
    DeleteNode,
    DuplicateNode,
    SwapNodes,
    WrapExpression,
    RepeatExpression,
}

/// <summary>A declaration of the corpus after some mutations.</summary>
public sealed record Mutant(int Origin, Mutation[] Mutations)
{
    /// <summary>Mutants of one to six mutations.</summary>
    public static readonly Gen<Mutant> Gen = CsCheck.Gen.Select(
        CsCheck.Gen.Int[0, Corpus.Declarations.Length - 1],
        CsCheck.Gen.Select(CsCheck.Gen.Enum<MutationKind>(), CsCheck.Gen.Int[0, 9999], CsCheck.Gen.Int[0, 9999],
            static (kind, place, donor) => new Mutation(kind, place, donor)).Array[1, 6],
        static (origin, mutations) => new Mutant(origin, mutations));

    static readonly SyntaxNode[] Origins = [.. Corpus.Declarations.Select(static text => Driver.Parse(text).GetRoot())];

    // Texts of the corpus's nodes by category.
    static readonly ILookup<int, string> Donors = Origins
        .SelectMany(Nodes)
        .ToLookup(Category, static node => node.ToString());

    static readonly string[] Wrappings =
    [
        "({0})", "-({0})", "!{0}", "(int)({0})", "(Tensor)({0})", "({0} + {0})", "({0})!", "(true ? {0} : {0})", "new[] {{ {0} }}", "[{0}]", "() => {0}",
        "{0}.Relu()", "{0}?.Relu()", "checked({0} * {0})", "({0}, {0})", "{0} switch {{ _ => {0} }}", "Block({0}, 1, 1)", "Define({0}, {0})", "${0}",
        "await {0}", "{0} is var v", "nameof({0})", "typeof({0})", "({0} = {0})", "{0}++", "throw {0}", "stackalloc[] {{ {0} }}", "{0} with {{ }}", "ref {0}",
        "{0}[{0}]", "{0}..{0}", "^{0}", "{0} << {0}", "{0} / {0}", "x.Dense({0})", "Tensor.Concat({0})", "string.Concat({0})", "$\"{{{0}}}\"",
    ];

    /// <summary>The mutated text.</summary>
    public string Text
    {
        get
        {
            string text = Corpus.Declarations[Origin];
            foreach (Mutation mutation in Mutations)
                text = Apply(text, ReferenceEquals(text, Corpus.Declarations[Origin]) ? Origins[Origin] : Driver.Parse(text).GetRoot(), mutation);
            return text;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Mutations) + "\n" + Text;

    static string Apply(string text, SyntaxNode root, Mutation mutation) =>
        mutation.Kind <= MutationKind.SwapTokens ? OfTokens(text, root, mutation) : OfNodes(text, root, mutation);

    static string OfTokens(string text, SyntaxNode root, Mutation mutation)
    {
        SyntaxToken[] tokens = [.. root.DescendantTokens().Where(static token => token.Span.Length > 0)];
        if (tokens.Length == 0)
            return Corpus.Tokens[mutation.Donor % Corpus.Tokens.Length];
        SyntaxToken token = tokens[mutation.Place % tokens.Length], other = tokens[mutation.Donor % tokens.Length];
        string spice = " " + Corpus.Tokens[mutation.Donor % Corpus.Tokens.Length] + " ";
        return mutation.Kind switch
        {
            MutationKind.DeleteToken => Replace(text, token.Span, ""),
            MutationKind.DuplicateToken => Replace(text, token.Span, token.Text + " " + token.Text),
            MutationKind.ReplaceToken => Replace(text, token.Span, spice),
            MutationKind.InsertToken => Replace(text, new TextSpan(token.SpanStart, 0), spice),
            _ => Swap(text, token.Span, other.Span),
        };
    }

    static string OfNodes(string text, SyntaxNode root, Mutation mutation)
    {
        SyntaxNode[] nodes = Nodes(root);
        if (nodes.Length == 0)
            return text;
        SyntaxNode node = nodes[mutation.Place % nodes.Length];
        string own = node.ToString();
        switch (mutation.Kind)
        {
            case MutationKind.ReplaceNode:
                IEnumerable<string> donors = Donors[Category(node)];
                return Replace(text, node.Span, donors.ElementAt(mutation.Donor % donors.Count()));
            case MutationKind.DeleteNode:
                return Replace(text, node.Span, "");
            case MutationKind.DuplicateNode:
                return Replace(text, node.Span, own + (node is ArgumentSyntax or ParameterSyntax ? ", " : "\n") + own);
            case MutationKind.SwapNodes:
                SyntaxNode[] alike = [.. nodes.Where(other => Category(other) == Category(node))];
                return Swap(text, node.Span, alike[mutation.Donor % alike.Length].Span);
            case MutationKind.RepeatExpression when node is ExpressionSyntax:
                // Chains and nesting far beyond what anyone writes.
                int times = 1 << mutation.Donor % 11;
                return Replace(text, node.Span, mutation.Donor % 2 == 0
                    ? own + string.Concat(Enumerable.Repeat(".Relu()", times))
                    : new string('(', times) + own + new string(')', times));
            default:
                string wrapping = Wrappings[mutation.Donor % Wrappings.Length].Replace("{{", "{").Replace("}}", "}");
                return node is ExpressionSyntax ? Replace(text, node.Span, wrapping.Replace("{0}", own)) : text;
        }
    }

    static SyntaxNode[] Nodes(SyntaxNode root) => [.. root.DescendantNodes().Where(static node => Category(node) != 0)];

    static int Category(SyntaxNode node) => node switch
    {
        TypeSyntax and not IdentifierNameSyntax => 1,
        ExpressionSyntax => 2,
        StatementSyntax => 3,
        MemberDeclarationSyntax => 4,
        ParameterSyntax => 5,
        ArgumentSyntax => 6,
        AttributeListSyntax => 7,
        PatternSyntax => 8,
        ParameterListSyntax or ArgumentListSyntax => 9,
        _ => 0,
    };

    static string Replace(string text, TextSpan span, string by) => string.Concat(text.AsSpan(0, span.Start), by, text.AsSpan(span.End));

    static string Swap(string text, TextSpan a, TextSpan b)
    {
        (a, b) = a.Start <= b.Start ? (a, b) : (b, a);
        return a.End > b.Start
            ? text
            : string.Concat(text[..a.Start], text.Substring(b.Start, b.Length), text[a.End..b.Start], text.Substring(a.Start, a.Length), text[b.End..]);
    }
}
