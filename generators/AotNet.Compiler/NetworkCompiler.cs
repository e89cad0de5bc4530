using AotNet.Compiler.Emission;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler;

/// <summary>The stages in a row: specification, graph, plan, text.</summary>
public static class NetworkCompiler
{
    /// <summary>Compiles a declaration, or says why it cannot be.</summary>
    public static CompilationResult Compile(NetworkSpec spec, CompilerOptions? options = null)
    {
        options ??= new CompilerOptions();
        (Graph? graph, EquatableArray<GraphDiagnostic> diagnostics) = GraphBuilder.Build(spec);
        if (graph is null)
            return new CompilationResult(default, diagnostics);
        Plan plan = Planner.Plan(graph);
        if (Planner.CheckMemory(plan) is { } error)
            return new CompilationResult(default, new[] { error }.ToEquatableArray());
        List<SourceFile> sources = [new SourceFile("", NetworkEmitter.Emit(plan, options))];
        if (options.Instructions is EmittedInstructions.Both or EmittedInstructions.Avx512)
            Add(InstructionSet.Avx512);
        if (options.Instructions is EmittedInstructions.Both or EmittedInstructions.Avx2)
            Add(InstructionSet.Avx2);
        if (plan.Probes is not null)
            sources.Add(new SourceFile(".Probe", ProbeEmitter.Emit(plan, plan.Probes, options)));
        return new CompilationResult(sources.ToEquatableArray(), diagnostics);

        void Add(InstructionSet instructions)
        {
            (string passes, string? probes) = PassEmitter.Emit(plan, instructions, options.Timings);
            sources.Add(new SourceFile("." + instructions.Name, passes));
            if (probes is not null)
                sources.Add(new SourceFile($".{instructions.Name}.Probe", probes));
        }
    }
}

/// <summary>Which halves of a network are written.</summary>
public enum EmittedInstructions
{
    /// <summary>Both, chosen by the CPU, or at build time under Native AOT.</summary>
    Both,

    /// <summary>AVX-512 alone.</summary>
    Avx512,

    /// <summary>AVX2 alone.</summary>
    Avx2,
}

/// <summary>Settings of the compiler.</summary>
public sealed record CompilerOptions
{
    /// <summary>Which halves are written; tests write one to force it.</summary>
    public EmittedInstructions Instructions { get; init; }

    /// <summary>Whether kernels of training steps note how long they took.</summary>
    public bool Timings { get; init; }
}

/// <summary>One emitted file.</summary>
/// <param name="Suffix">Appended to the hint name of the network.</param>
/// <param name="Text">C# text.</param>
public sealed record SourceFile(string Suffix, string Text);

/// <summary>What came of a compilation: sources, perhaps with notes, or the errors why there are none.</summary>
/// <param name="Sources">Emitted files; empty when there are errors.</param>
/// <param name="Diagnostics">Errors, or the notes of a network that has none.</param>
public sealed record CompilationResult(EquatableArray<SourceFile> Sources, EquatableArray<GraphDiagnostic> Diagnostics);
