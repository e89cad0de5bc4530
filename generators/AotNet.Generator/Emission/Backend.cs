using AotNet.Compiler;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Specification;

namespace AotNet.Generator.Emission;

/// <summary>What the compiler made of a declaration.</summary>
/// <param name="FileName">Name of the generated file without its ending.</param>
/// <param name="Source">C# text to add; null when nothing can be added.</param>
/// <param name="Diagnostics">What the compiler found wrong.</param>
sealed record Compiled(string FileName, string? Source, EquatableArray<GraphDiagnostic> Diagnostics);

/// <summary>The one place where the generator calls the compiler.</summary>
static class Backend
{
    /// <summary>Compiles a declaration; one in error gets a half that stands in.</summary>
    public static Compiled Compile(Reading.Subject subject)
    {
        string? source = null;
        EquatableArray<GraphDiagnostic> diagnostics = default;
        if (subject.Specification is { } spec)
            (source, diagnostics) = Compile(spec);
        if (source is null && subject.Header is { } header)
            source = StandIn.Write(header);
        return new Compiled(subject.FileName, source, diagnostics);
    }

    static (string?, EquatableArray<GraphDiagnostic>) Compile(NetworkSpec spec)
    {
        (Graph? _, EquatableArray<GraphDiagnostic> diagnostics) = GraphBuilder.Build(spec);
        return (null, diagnostics);
    }
}
