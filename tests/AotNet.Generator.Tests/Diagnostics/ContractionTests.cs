using AotNet.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AotNet.Generator.Tests.Diagnostics;

/// <summary>Where residuals are lost: errors in networks that promise to be contractive, notes in others.</summary>
public class ContractionTests
{
    internal static readonly DiagnosticCase[] All =
    [
        Promised("AOTN2101", "The network promises to be contractive, but this Dense expands 4 inputs to 6 outputs, which loses at least 2 "
            + "dimensions of every residual; make it at most 4 wide, or what comes before it wider", "x.Dense(«6»).ModU().Dense(3)"),
        Promised("AOTN2101", "The network promises to be contractive, but this Dense expands 2 inputs to 3 outputs, which loses at least 1 "
            + "dimensions of every residual; make it at most 2 wide, or what comes before it wider", "x.Dense(2).ModU().Dense(outputs: «3»)"),
        Promised("AOTN2102", "The network promises to lose no residual, but this Relu zeroes that of every unit which is not active; "
            + "use ModU, which keeps all", "x.Dense(4).«Relu()».Dense(3)"),
        Promised("AOTN2102", "The network promises to lose no residual, but this LeakyRelu zeroes that of every unit which is not active; "
            + "use ModU, which keeps all", "x.Dense(4).«LeakyRelu(0)».Dense(3)"),
        Note("AOTN2103", "This Dense expands 4 inputs to 6 outputs, so at least 2 dimensions of every residual end here; "
            + "at most 4 outputs would lose none", "x.Dense(bias: false, outputs: «6»).Tanh().Dense(3)"),
        Note("AOTN2103", "This Dense expands 4 inputs to 16 outputs, so at least 12 dimensions of every residual end here; "
            + "at most 4 outputs would lose none", "Twice(Twice(x)).Dense(3)", "static Tensor Twice(Tensor x) => x.Dense(«4 * 4»).Dense(4);"),
        Note("AOTN2104", "This Relu zeroes the residual of every unit which is not active; ModU keeps all",
            "Twice(Twice(x)).Dense(3)", "static Tensor Twice(Tensor x) => x.Dense(4).«Relu()»;"),
    ];

    public static TheoryData<DiagnosticCase> Cases => [.. All];

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void IsReportedAtItsSpan(DiagnosticCase test)
    {
        Run run = test.Check();
        // A note leaves the network as it is; an error leaves the half that stands in.
        Assert.Equal(test.Severity == DiagnosticSeverity.Info ? 6 : 1, run.Result.GeneratedSources.Length);
        Assert.Empty(run.DeclarationErrorsAfterGeneration.Select(static error => error.ToString()));
    }

    [Theory]
    [InlineData("x.Dense(4).ModU().Dense(4).Tanh().Sigmoid().Gelu().Silu().LeakyRelu().Dense(3)")]
    [InlineData("x.BatchRms().RmsNorm().LayerNorm().BatchNorm().Dense(4).Dropout(0.5f).Flatten().Dense(3)")]
    [InlineData("(x + Tensor.Concat(x.Dense(2), x.Dense(2))).Dense(3)")]
    public void WhatLosesNothingKeepsThePromise(string logits)
    {
        Run run = Driver.Run(Source("[Network(Contractive = true)]", logits));
        Assert.Empty(run.Result.Diagnostics);
        Assert.Equal(6, run.Result.GeneratedSources.Length);
    }

    [Theory]
    [InlineData("image.Conv(2, kernel: 3)", "")]
    [InlineData("image.Conv(8, kernel: 2, stride: 2)", "")]
    [InlineData("image.Conv(3, kernel: 3)", "32 inputs to 48 outputs, which loses at least 16 dimensions")]
    [InlineData("image.Conv(9, kernel: 2, stride: 2)", "32 inputs to 36 outputs, which loses at least 4 dimensions")]
    public void AConvolutionIsCountedInAllItsFeatures(string convolution, string told)
    {
        Run run = Driver.Run($$"""
            [Network(Contractive = true)]
            partial class Net
            {
                static Objective Define([Shape(4, 4, 2)] Tensor image, [Classes(3)] Labels label) =>
                    Objective.SoftmaxCrossEntropy({{convolution}}.ModU().Flatten().Dense(3), label);
            }
            """);
        if (told.Length == 0)
            Assert.Empty(run.Result.Diagnostics);
        else
            Assert.Contains(told, Assert.Single(run.Result.Diagnostics).GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public void ThePromiseChangesNoCode() => Assert.Equal(
        Driver.Run(Source("[Network]", "x.Dense(4).ModU().Dense(3)")).Result.GeneratedSources.Select(static source => source.SourceText.ToString()),
        Driver.Run(Source("[Network(Contractive = true)]", "x.Dense(4).ModU().Dense(3)")).Result.GeneratedSources.Select(static source => source.SourceText.ToString()));

    [Fact]
    public void AnErrorComesBeforeWhatIsMerelyWorthKnowing()
    {
        Run run = Driver.Run(Source("[Network(Contractive = true)]", "x.Dense(9).Relu().Dense(0).Dense(3)"));
        Assert.Equal("AOTN2006", Assert.Single(run.Result.Diagnostics).Id);
    }

    [Fact]
    public void APragmaSilencesANoteInItsLines()
    {
        Run run = Driver.Run(Source("[Network]", """
            x
            #pragma warning disable AOTN2104
                    .Relu()
            #pragma warning restore AOTN2104
                    .Dense(4).Relu().Dense(3)
            """));
        Diagnostic left = Assert.Single(run.Result.Diagnostics.Where(static diagnostic => !diagnostic.IsSuppressed));
        Assert.Equal(7, left.Location.GetLineSpan().StartLinePosition.Line);
    }

    [Theory]
    [InlineData("suggestion", "AOTN2103 Info, AOTN2104 Info")]
    [InlineData("none", "AOTN2104 Info")]
    [InlineData("warning", "AOTN2103 Warning, AOTN2104 Info")]
    [InlineData("error", "AOTN2103 Error, AOTN2104 Info")]
    public void AnEditorConfigSetsTheSeverity(string severity, string expected)
    {
        AnalyzerConfigSet config = AnalyzerConfigSet.Create(new[] { AnalyzerConfig.Parse(
            $"root = true\n[*.cs]\ndotnet_diagnostic.AOTN2103.severity = {severity}\n", "/.editorconfig") });
        CSharpCompilation compilation = Expanding("/Network.cs");
        compilation = compilation.WithOptions(compilation.Options.WithSyntaxTreeOptionsProvider(new TreeOptions(config)));
        Assert.Equal(expected, Found(compilation));
    }

    [Fact]
    public void NoWarnSilencesANote()
    {
        CSharpCompilation compilation = Expanding("Network.cs");
        compilation = compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions([new("AOTN2104", ReportDiagnostic.Suppress)]));
        Assert.Equal("AOTN2103 Info", Found(compilation));
    }

    [Fact]
    public void WarningsAsErrorsLeaveNotesAlone()
    {
        CSharpCompilation compilation = Expanding("Network.cs");
        compilation = compilation.WithOptions(compilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Error));
        Assert.Equal("AOTN2103 Info, AOTN2104 Info", Found(compilation));
    }

    static CSharpCompilation Expanding(string path) =>
        Driver.Compile().AddSyntaxTrees(Driver.Parse(Source("[Network]", "x.Dense(6).Relu().Dense(3)"), path));

    static string Found(CSharpCompilation compilation) => string.Join(", ", Driver.Create().RunGenerators(compilation).GetRunResult().Diagnostics
        .Select(static diagnostic => $"{diagnostic.Id} {diagnostic.Severity}").Order(StringComparer.Ordinal));

    static DiagnosticCase Promised(string id, string message, string logits) =>
        new(id, message, Source("[Network(Contractive = true)]", logits));

    static DiagnosticCase Note(string id, string message, string logits, string members = "") =>
        new(id, message, Source("[Network]", logits, members)) { Severity = DiagnosticSeverity.Info };

    static string Source(string attribute, string logits, string members = "") => $$"""
        {{attribute}}
        partial class N
        {
            static Objective Define([Shape(4)] Tensor x, [Classes(3)] Labels y) => Objective.SoftmaxCrossEntropy({{logits}}, y);
            {{members}}
        }
        """;

    /// <summary>The options that the compiler takes from an .editorconfig.</summary>
    sealed class TreeOptions(AnalyzerConfigSet config) : SyntaxTreeOptionsProvider
    {
        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellation) => GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(SyntaxTree tree, string id, CancellationToken cancellation, out ReportDiagnostic severity) =>
            config.GetOptionsForSourcePath(tree.FilePath).TreeOptions.TryGetValue(id, out severity);

        public override bool TryGetGlobalDiagnosticValue(string id, CancellationToken cancellation, out ReportDiagnostic severity) =>
            config.GlobalConfigOptions.TreeOptions.TryGetValue(id, out severity);
    }
}
