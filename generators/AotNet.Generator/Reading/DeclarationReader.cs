using System.Collections.Immutable;
using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Generator.Diagnostics;
using AotNet.Generator.Emission;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AotNet.Generator.Reading;

/// <summary>Stage 1: reads a class marked with <c>[Network]</c>: its form, its attribute, its Define.</summary>
sealed class DeclarationReader
{
    readonly INamedTypeSymbol network;
    readonly TypeDeclarationSyntax syntax;
    readonly Compilation compilation;
    readonly Vocabulary vocabulary;
    readonly CancellationToken cancellation;
    readonly List<DiagnosticInfo> diagnostics = [];

    DeclarationReader(GeneratorAttributeSyntaxContext context, Vocabulary vocabulary, CancellationToken cancellation)
    {
        network = (INamedTypeSymbol)context.TargetSymbol;
        syntax = (TypeDeclarationSyntax)context.TargetNode;
        compilation = context.SemanticModel.Compilation;
        this.vocabulary = vocabulary;
        this.cancellation = cancellation;
    }

    /// <summary>Reads one declaration; null when this place is not the one that declares the network.</summary>
    public static DeclarationReading? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        ImmutableArray<AttributeData> attributes = context.TargetSymbol.GetAttributes()
            .Where(data => SymbolEqualityComparer.Default.Equals(data.AttributeClass, context.Attributes[0].AttributeClass))
            .ToImmutableArray();
        // An attribute that is repeated, against the rules, declares the network where it stands first.
        if (attributes is not [var attribute, ..]
            || attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax place
            || place.Parent?.Parent != context.TargetNode
            || attribute.AttributeClass is not { } attributeClass
            || Vocabulary.Find(attributeClass) is not { } vocabulary)
            return null;
        return new DeclarationReader(context, vocabulary, cancellation).Read(attribute, place);
    }

    DeclarationReading Read(AttributeData attribute, AttributeSyntax place)
    {
        bool extensible = new ClassChecker(network, syntax, diagnostics).Check();
        string fileName = ClassNames.FileName(network);
        var signature = new SignatureReader(network, syntax, vocabulary, diagnostics, cancellation);
        IMethodSymbol? define = signature.Find();
        ImmutableArray<ParameterSpec> parameters = define is null ? [] : signature.Parameters;
        ClassHeader? header = extensible ? ClassNames.HeaderOf(network, parameters.ToEquatableArray()) : null;
        if (define is null || header is null)
            return new DeclarationReading { Subject = new(fileName, null, header), Diagnostics = diagnostics.ToEquatableArray() };

        var recorder = new CallRecorder(parameters.Length);
        var evaluator = new Evaluator(network, vocabulary, compilation, recorder, cancellation);
        int? result = evaluator.Read(define, signature.Declaration!);
        diagnostics.AddRange(evaluator.Diagnostics);
        if (result is null || diagnostics.Count > 0)
            return new DeclarationReading { Subject = new(fileName, null, header), Diagnostics = diagnostics.ToEquatableArray() };

        int batch = Setting(attribute, "Batch", 32);
        var spec = new NetworkSpec
        {
            Namespace = header.Namespace,
            ContainingTypes = header.ContainingTypes,
            Name = header.Name,
            Batch = batch,
            MaxMemory = Setting(attribute, "MaxMemory", 0L),
            CurvatureBlock = Setting(attribute, "CurvatureBlock", 500),
            CurvatureBudget = Setting(attribute, "CurvatureBudget", 4096),
            AveragedCurvature = Setting(attribute, "AveragedCurvature", batch > 1),
            Contractive = Setting(attribute, "Contractive", false),
            Recompute = Setting(attribute, "Recompute", false),
            Probes = Setting(attribute, "Probes", true),
            Parameters = header.Parameters,
            Calls = recorder.Calls,
            Result = result.Value,
        };
        var locations = new LocationTable(LocationInfo.Of(syntax.Identifier), PlaceOf(place, "Batch"),
            PlaceOf(place, "MaxMemory"), PlaceOf(place, "CurvatureBlock"), signature.Places.ToEquatableArray(),
            recorder.Locations);
        return new DeclarationReading { Subject = new(fileName, spec, header), Locations = locations };
    }

    // A setting in error, which the C# compiler reports, reads as left out.
    static T Setting<T>(AttributeData attribute, string name, T otherwise)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value is { Kind: TypedConstantKind.Primitive, Value: T value })
                return value;
        }
        return otherwise;
    }

    LocationInfo PlaceOf(AttributeSyntax attribute, string name)
    {
        AttributeArgumentSyntax? argument = attribute.ArgumentList?.Arguments
            .FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name);
        return argument is null ? LocationInfo.Of(syntax.Identifier) : LocationInfo.Of(argument.Expression);
    }
}
