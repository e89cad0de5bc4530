using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AotNet.CodeFixes;

/// <summary>Gives a layer that expands the largest width that does not, where its width is written as a literal.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ContractiveWidthFix)), Shared]
public sealed class ContractiveWidthFix : CodeFixProvider
{
    /// <summary>Property of a diagnostic: the width to use; absent where another one would not fit the network.</summary>
    const string LargestWidth = nameof(LargestWidth);

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["AOTN2101", "AOTN2103"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true) is not LiteralExpressionSyntax literal)
            return;
        string?[] widths = context.Diagnostics.Select(static diagnostic => diagnostic.Properties.GetValueOrDefault(LargestWidth)).ToArray();
        if (widths.Contains(null))
            return;
        // A helper that is called on several widths has a diagnostic for each at one place; the smallest fits them all.
        int width = widths.Min(static text => int.Parse(text!, CultureInfo.InvariantCulture));
        LiteralExpressionSyntax narrow = literal.WithToken(SyntaxFactory.Literal(width).WithTriviaFrom(literal.Token));
        Document changed = context.Document.WithSyntaxRoot(root.ReplaceNode(literal, narrow));
        string title = "Make the layer " + width.ToString(CultureInfo.InvariantCulture) + " wide, as its input is";
        context.RegisterCodeFix(
            CodeAction.Create(title, _ => Task.FromResult(changed), nameof(ContractiveWidthFix)), context.Diagnostics);
    }
}
