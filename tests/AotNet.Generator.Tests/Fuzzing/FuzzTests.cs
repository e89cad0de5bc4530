using AotNet.Compiler;
using AotNet.Compiler.Graphs;
using AotNet.Generator.Emission;
using AotNet.Generator.Reading;
using AotNet.Generator.Tests.Harness;
using CsCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit.Abstractions;

namespace AotNet.Generator.Tests.Fuzzing;

/// <summary>No declaration, however malformed, may crash the generator, make it hang, or fail without a word.</summary>
public class FuzzTests(ITestOutputHelper output)
{
    const int Mutants = 10_000;

    // The later stages cost many times what reading costs, so a sample of what reaches them must do.
    const int ToTheEnd = 100;

    // Far beyond what the slowest mutant takes: the evaluator's budget ends it long before.
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    static readonly CSharpCompilation Base = Driver.Compile();
    static readonly GeneratorDriver UpToTheGraph = Driver.Create(new NetworkGenerator(CompileToGraph), track: false).RunGenerators(Base);
    static readonly GeneratorDriver Whole = Driver.Create(track: false).RunGenerators(Base);

    // What reading gave in the run on this thread.
    [ThreadStatic]
    static List<Subject>? subjects;

    int read, rejected, silent, whole;

    [Fact]
    public void MutatedDeclarationsNeitherCrashNorHang()
    {
        Mutant.Gen.Sample(Survives, iter: Mutants, threads: 2);
        output.WriteLine($"{Mutants} mutants: {read} read, {rejected} with AOTN diagnostics, {silent} left to the C# compiler; {Math.Min(whole, ToTheEnd)} compiled to the end.");
        Assert.True(read > Mutants / 20, "Mutations that always break the syntax test little.");
        Assert.True(rejected > Mutants / 10);
    }

    [Fact]
    public void TheCorpusItselfIsValid()
    {
        foreach (string declaration in Corpus.Declarations)
        {
            Run run = Driver.Run(declaration);
            Assert.Empty(run.Diagnostics.Select(static diagnostic => diagnostic.ToString()));
            Assert.All(run.Specifications, Assert.NotNull);
            Assert.Empty(run.DeclarationErrorsAfterGeneration.Select(static diagnostic => diagnostic.ToString()));
        }
    }

    void Survives(Mutant mutant)
    {
        string text = mutant.Text;
        CSharpCompilation compilation = Base.AddSyntaxTrees(Driver.Parse(text));
        subjects = [];
        GeneratorRunResult result;
        try
        {
            result = Run(UpToTheGraph, compilation);
        }
        catch (InvalidOperationException) when (FailsWithoutGenerator(compilation))
        {
            return;
        }
        bool found = result.Diagnostics.Any(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        bool understood = subjects.Any(static subject => subject.Specification is not null);
        foreach (Diagnostic diagnostic in result.Diagnostics)
        {
            if (!diagnostic.Id.StartsWith("AOTN", StringComparison.Ordinal) || diagnostic.Location.SourceSpan.End > text.Length)
                throw new InvalidOperationException("Misplaced: " + diagnostic);
        }
        Interlocked.Add(ref rejected, found ? 1 : 0);
        Interlocked.Add(ref read, understood ? 1 : 0);
        if (understood && !found)
            SurvivesToTheEnd(compilation);
        else if (!found)
            IsRejectedByTheCompiler(compilation);
    }

    // A few mutants, such as one that calls A::(x, y), bring the C# compiler itself down.
    static bool FailsWithoutGenerator(CSharpCompilation compilation)
    {
        try
        {
            _ = compilation.GetDiagnostics();
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }

    void SurvivesToTheEnd(CSharpCompilation compilation)
    {
        if (Interlocked.Increment(ref whole) <= ToTheEnd)
            Run(Whole, compilation);
    }

    void IsRejectedByTheCompiler(CSharpCompilation compilation)
    {
        // Every fourth: binding the whole program is what costs most here.
        if (Interlocked.Increment(ref silent) % 4 != 0 || subjects!.Count == 0
            || compilation.SyntaxTrees.Any(static tree => tree.GetDiagnostics().Any()))
            return;
        if (!Harness.Run.CompilerErrors(compilation).Any())
            throw new InvalidOperationException("A network was not read, and nothing says why.");
    }

    static GeneratorRunResult Run(GeneratorDriver driver, CSharpCompilation compilation)
    {
        using var limit = new CancellationTokenSource(Limit);
        GeneratorRunResult result = driver.RunGenerators(compilation, limit.Token).GetRunResult().Results.Single();
        return result.Exception is null ? result : throw new InvalidOperationException("Crashed: " + result.Exception, result.Exception);
    }

    static Compiled CompileToGraph(Subject subject, CompilerOptions options)
    {
        subjects?.Add(subject);
        EquatableArray<GraphDiagnostic> diagnostics = subject.Specification is { } spec ? GraphBuilder.Build(spec).Diagnostics : default;
        return new Compiled(subject.FileName, default, diagnostics);
    }
}
