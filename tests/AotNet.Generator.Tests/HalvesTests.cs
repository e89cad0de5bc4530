using System.Diagnostics.CodeAnalysis;
using AotNet.Generator.Reading;
using AotNet.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AotNet.Generator.Tests;

/// <summary>The build chooses which halves of a network are written.</summary>
public sealed class HalvesTests
{
    const string Source = """
        [Network(Batch = 4)]
        public partial class Small
        {
            static Objective Define([Shape(3)] Tensor x, [Classes(2)] Labels y) => Objective.SoftmaxCrossEntropy(x.Dense(4).Relu().Dense(2), y);
        }
        """;

    [Theory]
    [InlineData(null, "Small-Avx2.g.cs Small-Avx512.g.cs")]
    [InlineData("", "Small-Avx2.g.cs Small-Avx512.g.cs")]
    [InlineData("native", "Small-Avx2.g.cs Small-Avx512.g.cs")]
    [InlineData("avx2", "Small-Avx2.g.cs")]
    [InlineData("avx512", "Small-Avx512.g.cs")]
    public void The_halves_that_are_asked_for_are_written_and_compile(string? half, string expected)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new NetworkGenerator().AsSourceGenerator()], parseOptions: Driver.ParseOptions,
            optionsProvider: new Properties(half));
        driver = driver.RunGeneratorsAndUpdateCompilation(Driver.Compile(Source), out Compilation compilation, out _);
        IEnumerable<string> halves = driver.GetRunResult().Results.Single().GeneratedSources
            .Select(static source => source.HintName)
            .Where(static name => name is "Small-Avx2.g.cs" or "Small-Avx512.g.cs")
            .Order(StringComparer.Ordinal);
        Assert.Equal(expected, string.Join(' ', halves));
        Assert.Empty(compilation.GetDiagnostics().Where(static found => found.Severity == DiagnosticSeverity.Error));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("false", false)]
    [InlineData("true", true)]
    public void Kernels_note_their_times_if_asked_to(string? timings, bool expected)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new NetworkGenerator().AsSourceGenerator()], parseOptions: Driver.ParseOptions,
            optionsProvider: new Properties(null, timings));
        driver = driver.RunGeneratorsAndUpdateCompilation(Driver.Compile(Source), out Compilation compilation, out _);
        string emitted = string.Concat(driver.GetRunResult().Results.Single().GeneratedSources.Select(static source => source.SourceText.ToString()));
        Assert.Equal(expected, emitted.Contains("c.Mark(0);", StringComparison.Ordinal));
        Assert.Equal(expected, emitted.Contains("new TimedKernel(\"dense1\", 96)", StringComparison.Ordinal));
        Assert.Empty(compilation.GetDiagnostics().Where(static found => found.Severity == DiagnosticSeverity.Error));
    }

    sealed class Properties(string? half, string? timings = null) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Global(half, timings);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    sealed class Global(string? half, string? timings) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = key == BuildProperties.EmittedHalf ? half : key == BuildProperties.Timings ? timings : null;
            return value is not null;
        }
    }
}
