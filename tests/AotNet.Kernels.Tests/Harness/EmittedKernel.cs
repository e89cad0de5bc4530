using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using AotNet.Compiler.Emission;
using AotNet.Compiler.Planning;
using AotNet.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AotNet.Kernels.Tests.Harness;

/// <summary>Emitted statements, compiled in memory into a pass as the generator would write it.</summary>
static class EmittedKernel
{
    /// <summary>A pass: what each worker runs.</summary>
    internal delegate void Pass(in KernelContext context);

    static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            .Select(static path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToList());

    /// <summary>The source file of the pass whose statements <paramref name="write"/> returns.</summary>
    internal static string Source(InstructionSet instructions, Func<KernelLibrary, IEnumerable<string>> write)
    {
        var library = new KernelLibrary(instructions);
        List<string> statements = [.. write(library)];
        var text = new StringBuilder();
        text.Append("using System;\nusing System.Runtime.CompilerServices;\nusing System.Runtime.Intrinsics;\n"
            + "using System.Runtime.Intrinsics.X86;\nusing AotNet.Runtime;\n");
        text.Append($"using V = System.Runtime.Intrinsics.{instructions.VectorClass}<float>;\n");
        text.Append($"using VI = System.Runtime.Intrinsics.{instructions.VectorClass}<uint>;\n");
        text.Append($"using VN = System.Runtime.Intrinsics.{instructions.VectorClass};\n\n");
        text.Append("public static unsafe class Kernels\n{\npublic static void Run(in KernelContext c)\n{\nfloat* a = c.Arena;\nint rows = c.Rows;\n");
        foreach (string statement in statements)
            text.Append(statement).Append("\nc.Barrier();\n");
        text.Append("}\n\n").AppendJoin('\n', library.Bodies).Append("}\n");
        return text.ToString();
    }

    /// <summary>Compiles a source file and loads its pass.</summary>
    internal static Pass Load(string source)
    {
        var compilation = CSharpCompilation.Create("Emitted", [CSharpSyntaxTree.ParseText(source)], References.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        if (!result.Success)
            throw new InvalidOperationException(string.Join("\n", result.Diagnostics.Take(10)) + "\n" + source);
        image.Position = 0;
        Assembly assembly = new AssemblyLoadContext("Emitted", isCollectible: true).LoadFromStream(image);
        return assembly.GetType("Kernels")!.GetMethod("Run")!.CreateDelegate<Pass>();
    }
}
