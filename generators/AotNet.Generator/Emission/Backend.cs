using AotNet.Compiler;
using AotNet.Compiler.Graphs;
using AotNet.Generator.Reading;

namespace AotNet.Generator.Emission;

/// <summary>What the compiler made of a declaration.</summary>
/// <param name="FileName">Name of the generated files without suffix and ending.</param>
/// <param name="Sources">C# texts to add; empty when nothing can be added.</param>
/// <param name="Diagnostics">What the compiler found wrong.</param>
sealed record Compiled(string FileName, EquatableArray<SourceFile> Sources, EquatableArray<GraphDiagnostic> Diagnostics);

/// <summary>The one place where the generator calls the compiler.</summary>
static class Backend
{
    /// <summary>Compiles a declaration; one in error gets a half that stands in.</summary>
    public static Compiled Compile(Subject subject, CompilerOptions options)
    {
        CompilationResult result = subject.Specification is { } spec
            ? NetworkCompiler.Compile(spec, options)
            : new CompilationResult(default, default);
        EquatableArray<SourceFile> sources = result.Sources;
        if (sources.Count == 0 && subject.Header is { } header)
            sources = new EquatableArray<SourceFile>([new SourceFile("", StandIn.Write(header))]);
        return new Compiled(subject.FileName, sources, result.Diagnostics);
    }
}
