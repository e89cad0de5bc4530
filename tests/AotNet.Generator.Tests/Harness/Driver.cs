using System.Collections.Immutable;
using AotNet.Compiler.Specification;
using AotNet.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AotNet.Generator.Tests.Harness;

/// <summary>Runs the generator in memory.</summary>
static class Driver
{
    public static readonly CSharpParseOptions ParseOptions = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);

    static readonly CSharpCompilation Empty = CSharpCompilation.Create("Declarations",
        references:
        [
            // Names are looked up in every reference, so only those are here that declarations and generated code use.
            .. new[] { "System.Runtime", "System.Collections", "System.Linq", "System.Console", "System.Memory", "System.Runtime.Intrinsics", "System.Threading" }
                .Select(static name => Basic.Reference.Assemblies.Net100.References.All.Single(reference => reference.FilePath == name + ".dll")),
            MetadataReference.CreateFromFile(typeof(NetworkAttribute).Assembly.Location),
            MetadataReference.CreateFromFile(typeof(Runtime.CompiledNetwork).Assembly.Location),
        ],
        options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, warningLevel: 9999, allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable));

    public static readonly SyntaxTree Usings = Parse(
        "global using System; global using System.Collections.Generic; global using System.Linq; global using AotNet;", "Usings.cs");

    public static SyntaxTree Parse(string source, string path = "Network.cs") =>
        CSharpSyntaxTree.ParseText(source, ParseOptions, path, System.Text.Encoding.UTF8);

    public static CSharpCompilation Compile(params string[] sources) => Empty
        .AddSyntaxTrees(Usings)
        .AddSyntaxTrees(sources.Select((source, index) => Parse(source, index == 0 ? "Network.cs" : $"Network{index}.cs")));

    public static GeneratorDriver Create(NetworkGenerator? generator = null, bool track = true) => CSharpGeneratorDriver.Create(
        [(generator ?? new NetworkGenerator()).AsSourceGenerator()],
        parseOptions: ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: track));

    /// <summary>Runs the generator over the sources, and again over a copy, which must find every step cached.</summary>
    public static Run Run(params string[] sources)
    {
        CSharpCompilation compilation = Compile(sources);
        GeneratorDriver driver = Create().RunGenerators(compilation);
        Run run = new(compilation, driver.GetRunResult());
        GeneratorRunResult again = driver.RunGenerators(compilation.Clone()).GetRunResult().Results.Single();
        foreach ((string step, IncrementalStepRunReason reason) in Tests.Harness.Run.ReasonsOf(again))
            Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step} is {reason} in a second run");
        return run;
    }
}

/// <summary>What a run of the generator gave.</summary>
sealed class Run(CSharpCompilation compilation, GeneratorDriverRunResult result)
{
    public GeneratorRunResult Result { get; } = result.Results.Single();

    /// <summary>The compilation that went in.</summary>
    public CSharpCompilation Compilation { get; } = compilation;

    /// <summary>What is wrong with the declarations.</summary>
    public ImmutableArray<Diagnostic> Diagnostics =>
        [.. Result.Diagnostics.Where(static diagnostic => diagnostic.DefaultSeverity != DiagnosticSeverity.Info)];

    /// <summary>What is allowed but worth knowing.</summary>
    public ImmutableArray<Diagnostic> Notes => [.. Result.Diagnostics.Except(Diagnostics)];

    /// <summary>The declarations read, in the order of the sources.</summary>
    public IReadOnlyList<NetworkSpec?> Specifications =>
        StepOutputs<Subject>(Result, NetworkGenerator.Steps.Subject).Select(static subject => subject.Specification).ToList();

    /// <summary>The one declaration of a run without findings.</summary>
    public NetworkSpec Specification
    {
        get
        {
            Assert.Empty(Diagnostics.Select(static diagnostic => diagnostic.ToString()));
            Assert.Empty(CompilerErrors(Compilation).Select(static diagnostic => diagnostic.ToString()));
            return Assert.Single(Specifications) ?? throw new InvalidOperationException("Nothing was read.");
        }
    }

    /// <summary>The compilation with the generated sources in.</summary>
    public CSharpCompilation Completed => Compilation.AddSyntaxTrees(Result.GeneratedSources.Select(static source => source.SyntaxTree));

    /// <summary>Errors of the C# compiler with the generated sources in.</summary>
    public IEnumerable<Diagnostic> ErrorsAfterGeneration => CompilerErrors(Completed);

    /// <summary>The same without the bodies of methods, which is quicker.</summary>
    public IEnumerable<Diagnostic> DeclarationErrorsAfterGeneration => Completed.GetDeclarationDiagnostics()
        .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    public static IEnumerable<Diagnostic> CompilerErrors(CSharpCompilation compilation) =>
        compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    public static IEnumerable<T> StepOutputs<T>(GeneratorRunResult result, string step) =>
        result.TrackedSteps.TryGetValue(step, out var runs)
            ? runs.SelectMany(static run => run.Outputs).Select(static output => (T)output.Value)
            : [];

    /// <summary>Why each tracked step and output ran.</summary>
    public static IEnumerable<(string Step, IncrementalStepRunReason Reason)> ReasonsOf(GeneratorRunResult result)
    {
        string[] steps =
        [
            NetworkGenerator.Steps.Reading, NetworkGenerator.Steps.Subject, NetworkGenerator.Steps.Emission,
            NetworkGenerator.Steps.FileNames, NetworkGenerator.Steps.Findings, NetworkGenerator.Steps.Diagnostics,
        ];
        var tracked = result.TrackedSteps.Where(step => steps.Contains(step.Key)).Concat(result.TrackedOutputSteps);
        foreach ((string name, ImmutableArray<IncrementalGeneratorRunStep> runs) in tracked)
        {
            foreach ((object _, IncrementalStepRunReason reason) in runs.SelectMany(static run => run.Outputs))
                yield return (name, reason);
        }
    }
}
