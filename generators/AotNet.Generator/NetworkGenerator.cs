using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AotNet.Compiler;
using AotNet.Generator.Diagnostics;
using AotNet.Generator.Emission;
using AotNet.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace AotNet.Generator;

/// <summary>
/// Writes the other half of every class marked with <c>[Network]</c>. Two outputs: sources, made from what is left of a
/// declaration without its locations, and diagnostics, which have them. An edit that moves code but leaves the
/// declaration equal therefore compiles nothing again.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class NetworkGenerator : IIncrementalGenerator
{
    /// <summary>Names of the steps, for tests that look at what was cached.</summary>
    internal static class Steps
    {
        public const string Reading = nameof(Reading);
        public const string Subject = nameof(Subject);
        public const string Emission = nameof(Emission);
        public const string FileNames = nameof(FileNames);
        public const string Findings = nameof(Findings);
        public const string Diagnostics = nameof(Diagnostics);
    }

    readonly Func<Subject, CompilerOptions, Compiled> compile;

    /// <summary>The generator with the whole compiler behind it.</summary>
    public NetworkGenerator()
        : this(Backend.Compile)
    {
    }

    /// <summary>The generator with another compiler behind it: tests of reading leave the later stages out.</summary>
    internal NetworkGenerator(Func<Subject, CompilerOptions, Compiled> compile) => this.compile = compile;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<DeclarationReading> readings = context.SyntaxProvider
            .ForAttributeWithMetadataName("AotNet.NetworkAttribute",
                static (node, _) => node is TypeDeclarationSyntax,
                static (declaration, cancellation) => DeclarationReader.Read(declaration, cancellation))
            .Where(static reading => reading is not null)
            .Select(static (reading, _) => reading!)
            .WithTrackingName(Steps.Reading);

        IncrementalValuesProvider<Subject> subjects = readings
            .Select(static (reading, _) => reading.Subject)
            .WithTrackingName(Steps.Subject);

        IncrementalValueProvider<CompilerOptions> options = context.AnalyzerConfigOptionsProvider
            .Select(static (properties, _) => BuildProperties.Read(properties.GlobalOptions));

        Func<Subject, CompilerOptions, Compiled> compiler = compile;
        IncrementalValuesProvider<Compiled> compilations = subjects
            .Combine(options)
            .Select((item, _) => compiler(item.Left, item.Right))
            .WithTrackingName(Steps.Emission);

        IncrementalValueProvider<EquatableArray<string>> fileNames = subjects
            .Select(static (subject, _) => subject.FileName)
            .Collect()
            .Select(static (names, _) => names.ToEquatableArray())
            .WithTrackingName(Steps.FileNames);

        IncrementalValuesProvider<GeneratedFiles> files = compilations
            .Combine(fileNames)
            .Select(static (item, _) => Name(item.Left, item.Right));

        context.RegisterSourceOutput(files, static (output, network) => AddSources(output, network));

        // Both collections keep the declarations' order, so entries of one index belong together.
        IncrementalValueProvider<EquatableArray<DiagnosticInfo>> found = readings.Collect().Combine(compilations.Collect())
            .Select(static (all, _) => Found(all.Left, all.Right).ToEquatableArray())
            .WithTrackingName(Steps.Findings);

        // Those that stand in trees compare equal as long as their own trees are the same, whatever else was edited.
        IncrementalValueProvider<EquatableArray<Diagnostic>> diagnostics = found.Combine(context.CompilationProvider)
            .Select(static (item, _) => Place(item.Left, new SourceTrees(item.Right)))
            .WithTrackingName(Steps.Diagnostics);

        context.RegisterSourceOutput(diagnostics, static (output, all) =>
        {
            foreach (Diagnostic diagnostic in all)
                output.ReportDiagnostic(diagnostic);
        });
    }

    // Two classes may differ only in the case of their names; files may not.
    static GeneratedFiles Name(Compiled compiled, EquatableArray<string> fileNames)
    {
        string[] alike = fileNames
            .Where(name => string.Equals(name, compiled.FileName, StringComparison.OrdinalIgnoreCase))
            .ToArray();
        int ordinal = Array.IndexOf(alike, compiled.FileName);
        string suffix = ordinal > 0 ? "-" + (ordinal + 1).ToString(CultureInfo.InvariantCulture) : "";
        return new GeneratedFiles(compiled.FileName + suffix, compiled.Sources);
    }

    static void AddSources(SourceProductionContext output, GeneratedFiles network)
    {
        foreach (SourceFile source in network.Sources)
        {
            string file = network.Name + source.Suffix.Replace('.', '-') + ".g.cs";
            output.AddSource(file, SourceText.From(source.Text, Encoding.UTF8));
        }
    }

    static IEnumerable<DiagnosticInfo> Found(ImmutableArray<DeclarationReading> readings, ImmutableArray<Compiled> compilations)
    {
        for (int i = 0; i < readings.Length; i++)
        {
            IEnumerable<DiagnosticInfo> found = readings[i].Diagnostics;
            if (readings[i] is { Locations: { } locations, Subject.Specification: { } spec })
                found = found.Concat(compilations[i].Diagnostics.Select(error => GraphLocator.Locate(error, spec, locations)));
            // Unrolled loops meet one error many times.
            foreach (DiagnosticInfo diagnostic in found.Distinct())
                yield return diagnostic;
        }
    }

    static EquatableArray<Diagnostic> Place(EquatableArray<DiagnosticInfo> found, SourceTrees trees) =>
        found.Select(info => info.ToDiagnostic(trees)).ToEquatableArray();

    /// <summary>The files of one network under a name that no other one has.</summary>
    sealed record GeneratedFiles(string Name, EquatableArray<SourceFile> Sources);
}
