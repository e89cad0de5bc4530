using System.Collections.Immutable;
using AotNet.CodeFixes;
using AotNet.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace AotNet.Generator.Tests.CodeFixes;

/// <summary>What the fixes make of a declaration, and that what they were offered at is gone then.</summary>
public class CodeFixTests
{
    [Theory]
    [InlineData("AOTN2104", "", "x.Dense(4).Relu().Dense(3)", "x.Dense(4).ModU().Dense(3)")]
    [InlineData("AOTN2102", "(Contractive = true)", "x.Dense(4).Relu().Dense(3)", "x.Dense(4).ModU().Dense(3)")]
    [InlineData("AOTN2104", "", "x.Dense(4)\n    . /* a */ LeakyRelu( /* b */ slope: 0) // c\n    .Dense(3)",
        "x.Dense(4)\n    . /* a */ ModU( /* b */ ) // c\n    .Dense(3)")]
    [InlineData("AOTN2104", "", "Layer(Layer(x)).Dense(3)", "Layer(Layer(x)).Dense(3)", "x.Dense(4).Relu()", "x.Dense(4).ModU()")]
    public void ModUTakesThePlaceOfRelu(string id, string promise, string logits, string expected, string helper = "x", string expectedHelper = "x") =>
        Fixes(new KeepResidualsFix(), id, Source(promise, logits, helper), Source(promise, expected, expectedHelper));

    [Theory]
    [InlineData("AOTN2103", "", "x.Dense(6).Dense(3)", "x.Dense(4).Dense(3)")]
    [InlineData("AOTN2101", "(Contractive = true)", "x.Dense(6).Dense(3)", "x.Dense(4).Dense(3)")]
    [InlineData("AOTN2103", "", "x.Dense(bias: false, outputs: /* wide */ 1_000).Dense(3)", "x.Dense(bias: false, outputs: /* wide */ 4).Dense(3)")]
    // The same place with four inputs and, later, with three.
    [InlineData("AOTN2103", "", "Layer(Layer(x).Dense(3)).Dense(3)", "Layer(Layer(x).Dense(3)).Dense(3)", "x.Dense(6)", "x.Dense(3)")]
    public void AWidthBecomesContractive(string id, string promise, string logits, string expected, string helper = "x", string expectedHelper = "x") =>
        Fixes(new ContractiveWidthFix(), id, Source(promise, logits, helper), Source(promise, expected, expectedHelper));

    [Theory]
    // Not a literal, whose meaning elsewhere no one knows here; and the output, which is as wide as there are classes.
    [InlineData("x.Dense(2 * 3).Dense(3)")]
    [InlineData("x.Dense(2).Dense(3)")]
    public void NoOtherWidthIsOffered(string logits) => Assert.Empty(Offered(new ContractiveWidthFix(), "AOTN2103", Source("", logits)).Actions);

    [Fact]
    public async Task AWholeFileIsFixedAtOnce()
    {
        string source = Source("", "x.Dense(4).Relu().Dense(4).Relu().Dense(3)");
        (Document document, ImmutableArray<Diagnostic> found, _) = Offered(new KeepResidualsFix(), "AOTN2104", source);
        var context = new FixAllContext(document, new KeepResidualsFix(), FixAllScope.Document, nameof(KeepResidualsFix), ["AOTN2104"],
            new Known(found), default);
        CodeAction? all = await new KeepResidualsFix().GetFixAllProvider().GetFixAsync(context);
        Assert.Equal(source.Replace("Relu", "ModU"), Apply(document, all!));
    }

    static void Fixes(CodeFixProvider fix, string id, string source, string expected)
    {
        (Document document, _, List<CodeAction> actions) = Offered(fix, id, source);
        string changed = Apply(document, Assert.Single(actions));
        Assert.Equal(expected, changed);
        Run run = Driver.Run(changed);
        Assert.DoesNotContain(run.Result.Diagnostics, diagnostic => diagnostic.Id == id);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.ErrorsAfterGeneration.Select(static error => error.ToString()));
    }

    /// <summary>What a fix offers at the first place of a diagnostic.</summary>
    static (Document Document, ImmutableArray<Diagnostic> Found, List<CodeAction> Actions) Offered(CodeFixProvider fix, string id, string source)
    {
        using var workspace = new AdhocWorkspace();
        Microsoft.CodeAnalysis.Compilation empty = Driver.Compile();
        Project project = workspace.AddProject("Declarations", LanguageNames.CSharp)
            .WithMetadataReferences(empty.References).WithCompilationOptions(empty.Options).WithParseOptions(Driver.ParseOptions);
        project = project.AddDocument("Usings.cs", Driver.Usings.GetText(), filePath: "Usings.cs").Project;
        Document document = project.AddDocument("Network.cs", source, filePath: "Network.cs");
        ImmutableArray<Diagnostic> found = [.. Driver.Create().RunGenerators(document.Project.GetCompilationAsync().Result!).GetRunResult()
            .Diagnostics.Where(diagnostic => diagnostic.Id == id)];
        Assert.Contains(id, fix.FixableDiagnosticIds);
        var place = found.GroupBy(static diagnostic => diagnostic.Location.SourceSpan).First();
        List<CodeAction> actions = [];
        fix.RegisterCodeFixesAsync(new CodeFixContext(document, place.Key, [.. place], (action, _) => actions.Add(action), default)).Wait();
        return (document, found, actions);
    }

    static string Apply(Document document, CodeAction action) => action.GetOperationsAsync(default).Result.OfType<ApplyChangesOperation>().Single()
        .ChangedSolution.GetDocument(document.Id)!.GetTextAsync().Result.ToString();

    static string Source(string promise, string logits, string helper = "x") => $$"""
        [Network{{promise}}]
        partial class N
        {
            static Objective Define([Shape(4)] Tensor x, [Classes(3)] Labels y) => Objective.SoftmaxCrossEntropy({{logits}}, y);
            static Tensor Layer(Tensor x) => {{helper}};
        }
        """;

    /// <summary>Diagnostics that are known already.</summary>
    sealed class Known(ImmutableArray<Diagnostic> found) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellation) =>
            Task.FromResult<IEnumerable<Diagnostic>>(found);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellation) =>
            Task.FromResult<IEnumerable<Diagnostic>>(found);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellation) =>
            Task.FromResult<IEnumerable<Diagnostic>>(found);
    }
}
