using System.Reflection;
using System.Runtime.Loader;
using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>
/// Networks compiled as a user's project compiles them: specification to C# text, text to an assembly in memory, loaded
/// where it can be unloaded again. One compilation holds many networks, each once for every instruction set.
/// </summary>
public sealed class EmittedNetworks : IDisposable
{
    static readonly Lazy<MetadataReference[]> References = new(static () =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path))]);

    readonly AssemblyLoadContext context = new("emitted networks", isCollectible: true);
    readonly Assembly assembly;

    EmittedNetworks(byte[] image) => assembly = context.LoadFromStream(new MemoryStream(image));

    /// <summary>Compiles networks of different names.</summary>
    public static EmittedNetworks Compile(params IEnumerable<NetworkSpec> specs)
    {
        List<SyntaxTree> trees = [];
        foreach (NetworkSpec spec in specs)
        {
            foreach (EmittedInstructions instructions in InstructionSets.Available)
            {
                NetworkSpec placed = spec with { Namespace = NamespaceOf(instructions) };
                CompilationResult result = NetworkCompiler.Compile(placed, new CompilerOptions { Instructions = instructions });
                if (result.Sources.Count == 0)
                    throw new InvalidOperationException($"{spec.Name}: {string.Join("; ", result.Diagnostics)}");
                foreach (SourceFile source in result.Sources)
                    trees.Add(Parse(source.Text, spec.Name + source.Suffix + "." + instructions + ".cs"));
                trees.Add(Parse($"namespace {placed.Namespace}; public sealed partial class {spec.Name};", spec.Name + ".cs"));
            }
        }
        return new EmittedNetworks(Emit(trees));
    }

    /// <summary>An instance of a network.</summary>
    public CompiledNetwork Create(NetworkSpec spec, EmittedInstructions instructions, ulong seed = 1, int threads = 1)
    {
        Type type = assembly.GetType(NamespaceOf(instructions) + "." + spec.Name, throwOnError: true)!;
        return (CompiledNetwork)type.GetMethod("Create")!.Invoke(null, [seed, threads])!;
    }

    /// <summary>Lets the assembly be unloaded once no instance is left.</summary>
    public void Dispose() => context.Unload();

    // Not the names of the nested classes, which emitted code must find without help.
    static string NamespaceOf(EmittedInstructions instructions) => "Emitted.For" + instructions;

    // Nullable analysis and documentation are tested where the generator is; here they would only cost time.
    static readonly CSharpParseOptions ParseOptions = CSharpParseOptions.Default
        .WithLanguageVersion(LanguageVersion.CSharp13)
        .WithDocumentationMode(DocumentationMode.None)
        .WithFeatures([new KeyValuePair<string, string>("run-nullable-analysis", "never")]);

    static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, ParseOptions, path);

    static byte[] Emit(IEnumerable<SyntaxTree> trees)
    {
        var compilation = CSharpCompilation.Create("Emitted", trees, References.Value, new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        if (!result.Success)
        {
            IEnumerable<Diagnostic> errors = result.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
            throw new InvalidOperationException(string.Join("\n", errors.Take(10)));
        }
        return image.ToArray();
    }
}
