using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AotNet.CodeFixes;

/// <summary>Puts <c>ModU</c>, which loses no residual, in the place of an activation that zeroes some.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(KeepResidualsFix)), Shared]
public sealed class KeepResidualsFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["AOTN2102", "AOTN2104"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        // The diagnostic's span is the last link of a chain: Relu() of x.Dense(8).Relu().
        if (root?.FindNode(context.Span) is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call)
            return;
        InvocationExpressionSyntax modU = call
            .WithExpression(access.WithName(SyntaxFactory.IdentifierName("ModU").WithTriviaFrom(access.Name)))
            .WithArgumentList(call.ArgumentList.WithArguments(default));
        Document changed = context.Document.WithSyntaxRoot(root.ReplaceNode(call, modU));
        context.RegisterCodeFix(
            CodeAction.Create("Use ModU, which keeps all residuals", _ => Task.FromResult(changed), nameof(KeepResidualsFix)),
            context.Diagnostics);
    }
}
