using AotNet.Compiler.Specification;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AotNet.Compiler.Tests.Harness;

/// <summary>Compiles emitted sources beside a stand-in for the half that the user writes.</summary>
static class EmittedSources
{
    static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            .Select(static path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToList());

    /// <summary>What the C# compiler says about the networks in one assembly, hidden remarks left out.</summary>
    /// <param name="asIs">Whether the files keep the line that turns warnings off.</param>
    /// <param name="networks">Declarations, all valid.</param>
    internal static IReadOnlyList<string> Diagnose(bool asIs, params NetworkSpec[] networks)
    {
        var trees = new List<SyntaxTree>();
        foreach (NetworkSpec spec in networks)
        {
            trees.Add(CSharpSyntaxTree.ParseText(DeclaredHalf(spec), path: spec.Name + ".cs"));
            foreach (SourceFile file in NetworkCompiler.Compile(spec).Sources)
                trees.Add(Parse(spec, file, asIs));
        }
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, warningLevel: 9999, allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable);
        return CSharpCompilation.Create("Emitted", trees, References.Value, options).GetDiagnostics()
            .Where(static diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)
            .Select(static diagnostic => diagnostic.ToString()).ToList();
    }

    static SyntaxTree Parse(NetworkSpec spec, SourceFile file, bool asIs)
    {
        const string silence = "#pragma warning disable\n";
        Assert.Contains(silence, file.Text);
        // As in a library with documentation, so that references in doc comments are looked up.
        var options = CSharpParseOptions.Default.WithDocumentationMode(DocumentationMode.Diagnose);
        string text = asIs ? file.Text : file.Text.Replace(silence, "#pragma warning disable CS1591\n");
        return CSharpSyntaxTree.ParseText(text, options, path: spec.Name + file.Suffix + ".g.cs");
    }

    static string DeclaredHalf(NetworkSpec spec)
    {
        string header = string.Concat(spec.ContainingTypes.Select(static type => type + " { "));
        string space = spec.Namespace.Length > 0 ? $"namespace {spec.Namespace} {{ " : "";
        string close = string.Concat(Enumerable.Repeat(" }", spec.ContainingTypes.Count + (space.Length > 0 ? 1 : 0)));
        return $"{space}{header}public sealed partial class @{spec.Name} {{ }}{close}\n";
    }
}
