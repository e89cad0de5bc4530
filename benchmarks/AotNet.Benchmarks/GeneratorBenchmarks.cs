using AotNet.Generator;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AotNet.Benchmarks;

/// <summary>
/// What an edit costs in an IDE: the generator's run after one, in a project with one network of 12 dense layers. Parsing
/// the edited file is the IDE's own work and left out.
/// </summary>
[Config(typeof(Figures))]
public class GeneratorBenchmarks
{
    static readonly CSharpParseOptions Parsing = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);

    CSharpCompilation project = null!, edited = null!;
    GeneratorDriver driver = null!;
    SyntaxTree declaration = null!, unrelated = null!;
    int edits;

    [GlobalSetup]
    public void Setup()
    {
        declaration = Parse(Declaration(width: 128), "Network.cs");
        unrelated = Parse("static class Unrelated { const int Edits = 0; }", "Unrelated.cs");
        project = CSharpCompilation.Create("Project", [declaration, unrelated],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Select(static path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        driver = CSharpGeneratorDriver.Create([new NetworkGenerator().AsSourceGenerator()], parseOptions: Parsing).RunGenerators(project);
        GeneratorRunResult result = driver.GetRunResult().Results.Single();
        if (result.GeneratedSources.IsEmpty || result.Diagnostics.Any(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
            throw new InvalidOperationException(string.Join("\n", result.Diagnostics));
    }

    /// <summary>A width of the network changes.</summary>
    [IterationSetup(Target = nameof(ChangedDeclaration))]
    public void EditDeclaration() =>
        edited = project.ReplaceSyntaxTree(declaration, Parse(Declaration(width: 100 + ++edits % 100), "Network.cs"));

    [Benchmark]
    public GeneratorDriver ChangedDeclaration() => driver = driver.RunGenerators(edited);

    /// <summary>A constant of another file changes.</summary>
    [IterationSetup(Target = nameof(ChangedElsewhere))]
    public void EditElsewhere() => edited = project.ReplaceSyntaxTree(
        unrelated, Parse($"static class Unrelated {{ const int Edits = {++edits}; }}", "Unrelated.cs"));

    [Benchmark]
    public GeneratorDriver ChangedElsewhere() => driver = driver.RunGenerators(edited);

    static string Declaration(int width) => $$"""
        using AotNet;

        [Network(Batch = 128)]
        sealed partial class Twelve
        {
            static Objective Define([Shape(784)] Tensor image, [Classes(10)] Labels label)
            {
                Tensor x = image;
                for (int i = 0; i < 11; i++)
                    x = x.BatchRms().Dense({{width}} + 16 * i).ModU();
                return Objective.SoftmaxCrossEntropy(x.BatchRms().Dense(10), label);
            }
        }
        """;

    static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, Parsing, path, System.Text.Encoding.UTF8);

    sealed class Figures : ManualConfig
    {
        public Figures()
        {
            // One edit is one run: nothing to repeat within an iteration.
            AddJob(Job.Default.WithStrategy(RunStrategy.Monitoring).WithInvocationCount(1).WithUnrollFactor(1)
                .WithWarmupCount(20).WithIterationCount(60));
            AddColumn(StatisticColumn.Min, StatisticColumn.Median, StatisticColumn.P95);
            HideColumns(Column.Error, Column.StdDev, Column.Mean);
        }
    }
}
