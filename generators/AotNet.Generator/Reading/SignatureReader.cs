using System.Collections.Immutable;
using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AotNet.Generator.Reading;

/// <summary>Finds Define and reads its parameters with their shapes.</summary>
sealed class SignatureReader(INamedTypeSymbol network, TypeDeclarationSyntax syntax, Vocabulary vocabulary,
    List<DiagnosticInfo> diagnostics, CancellationToken cancellation)
{
    const string MethodName = "Define";

    /// <summary>Define's declaration; set by <see cref="Find"/>.</summary>
    public MethodDeclarationSyntax? Declaration { get; private set; }

    /// <summary>Define's parameters; set by <see cref="Find"/>.</summary>
    public ImmutableArray<ParameterSpec> Parameters { get; private set; } = [];

    /// <summary>Where the parameters stand; set by <see cref="Find"/>.</summary>
    public ImmutableArray<ParameterLocations> Places { get; private set; } = [];

    /// <summary>Define, if the class has one of the right form; reports what is wrong otherwise.</summary>
    public IMethodSymbol? Find()
    {
        int before = diagnostics.Count;
        IMethodSymbol[] candidates = network.GetMembers(MethodName).OfType<IMethodSymbol>().ToArray();
        if (candidates.Length != 1)
        {
            if (candidates.Length == 0)
                Report(DeclarationDescriptors.MissingDefine, LocationInfo.Of(syntax.Identifier), network.Name);
            else
                ReportSeveral(candidates);
            return null;
        }
        IMethodSymbol define = candidates[0].PartialImplementationPart ?? candidates[0];
        if (define.DeclaringSyntaxReferences is not [var reference, ..]
            || reference.GetSyntax(cancellation) is not MethodDeclarationSyntax declaration)
            return null;
        Declaration = declaration;
        CheckForm(define, declaration);
        ReadParameters(define, declaration);
        return diagnostics.Count == before && Parameters.Length == define.Parameters.Length ? define : null;
    }

    // At every Define but the first.
    void ReportSeveral(IMethodSymbol[] candidates)
    {
        foreach (IMethodSymbol candidate in candidates.Skip(1))
        {
            if (candidate.DeclaringSyntaxReferences is [var reference, ..]
                && reference.GetSyntax(cancellation) is MethodDeclarationSyntax declaration)
            {
                Report(DeclarationDescriptors.SeveralDefines, LocationInfo.Of(declaration.Identifier), network.Name,
                    candidates.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }
    }

    void CheckForm(IMethodSymbol define, MethodDeclarationSyntax declaration)
    {
        LocationInfo name = LocationInfo.Of(declaration.Identifier);
        if (!define.IsStatic)
            Report(DeclarationDescriptors.DefineNotStatic, name, network.Name);
        if (!vocabulary.IsObjective(define.ReturnType))
        {
            Report(DeclarationDescriptors.DefineReturnType, LocationInfo.Of(declaration.ReturnType),
                define.ReturnType.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
        }
        if (define.ReturnsByRef || define.ReturnsByRefReadonly)
        {
            Report(DeclarationDescriptors.DefineForm, LocationInfo.Of(declaration.ReturnType), "returns by reference",
                "remove 'ref'");
        }
        if (declaration.TypeParameterList is { } typeParameters)
            Report(DeclarationDescriptors.DefineForm, LocationInfo.Of(typeParameters), "has type parameters", "remove them");
        SyntaxToken async = declaration.Modifiers.FirstOrDefault(static modifier => modifier.IsKind(SyntaxKind.AsyncKeyword));
        if (async.RawKind != 0)
            Report(DeclarationDescriptors.DefineForm, LocationInfo.Of(async), "is async", "remove 'async'");
        if (declaration.Body is null && declaration.ExpressionBody is null)
            Report(DeclarationDescriptors.DefineForm, name, "has no body", "give it one that returns an objective");
    }

    void ReadParameters(IMethodSymbol define, MethodDeclarationSyntax declaration)
    {
        var specs = ImmutableArray.CreateBuilder<ParameterSpec>();
        var places = ImmutableArray.CreateBuilder<ParameterLocations>();
        foreach (IParameterSymbol parameter in define.Parameters)
        {
            if (parameter.DeclaringSyntaxReferences is [var reference, ..]
                && reference.GetSyntax(cancellation) is ParameterSyntax place
                && Read(parameter, place) is var (spec, location))
            {
                specs.Add(spec);
                places.Add(location);
            }
        }
        if (!define.Parameters.Any(parameter => vocabulary.IsTensor(parameter.Type)))
            Report(DeclarationDescriptors.NoTensorParameter, LocationInfo.Of(declaration.Identifier), network.Name);
        Parameters = specs.ToImmutable();
        Places = places.ToImmutable();
    }

    (ParameterSpec, ParameterLocations)? Read(IParameterSymbol parameter, ParameterSyntax place)
    {
        LocationInfo name = LocationInfo.Of(place.Identifier);
        if (vocabulary.ParameterKindOf(parameter.Type) is not { } kind)
        {
            LocationInfo type = place.Type is { } written ? LocationInfo.Of(written) : name;
            Report(DeclarationDescriptors.ParameterType, type, parameter.Name,
                parameter.Type.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
            return null;
        }
        SyntaxToken modifier = place.Modifiers.FirstOrDefault(static token => !token.IsKind(SyntaxKind.ScopedKeyword));
        if (modifier.RawKind != 0)
            Report(DeclarationDescriptors.ParameterPassing, LocationInfo.Of(modifier), parameter.Name, modifier.ValueText);

        AttributeData? shape = AttributeOf(parameter, vocabulary.IsShape), classes = AttributeOf(parameter, vocabulary.IsClasses);
        (AttributeData? right, AttributeData? wrong) = kind == ParameterKind.Labels ? (classes, shape) : (shape, classes);
        string expected = kind == ParameterKind.Labels ? "[Classes(10)]" : "[Shape(28, 28, 1)]";
        if (wrong is not null)
        {
            string found = kind == ParameterKind.Labels ? "Shape" : "Classes";
            Report(DeclarationDescriptors.WrongShapeAttribute, PlaceOf(wrong, name), kind.ToString(), parameter.Name, found,
                expected);
            return null;
        }
        if (right is null)
        {
            string missing = kind == ParameterKind.Labels ? "Classes" : "Shape";
            Report(DeclarationDescriptors.ParameterWithoutShape, name, kind.ToString(), parameter.Name, missing, expected);
            return null;
        }
        if (ExtentsOf(right) is not { } extents)
            return null;
        if (extents.Count == 0)
        {
            Report(DeclarationDescriptors.EmptyShape, PlaceOf(right, name), parameter.Name);
            return null;
        }
        return (new ParameterSpec(parameter.Name, kind, extents.ToEquatableArray()), Locate(right, name));
    }

    // Null when an extent is not a constant, which the C# compiler reports.
    static List<int>? ExtentsOf(AttributeData attribute)
    {
        if (attribute.ConstructorArguments is not [var argument])
            return null;
        ImmutableArray<TypedConstant> values = argument.Kind != TypedConstantKind.Array ? [argument]
            : argument.IsNull ? []
            : argument.Values;
        List<int> extents = [];
        foreach (TypedConstant value in values)
        {
            if (value is not { Kind: TypedConstantKind.Primitive, Value: int extent })
                return null;
            extents.Add(extent);
        }
        return extents;
    }

    ParameterLocations Locate(AttributeData attribute, LocationInfo name)
    {
        LocationInfo place = PlaceOf(attribute, name);
        var written = attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;
        IEnumerable<LocationInfo> extents = written?.ArgumentList?.Arguments.Select(LocationInfo.Of) ?? [];
        return new ParameterLocations(name, place, extents.ToEquatableArray());
    }

    LocationInfo PlaceOf(AttributeData attribute, LocationInfo otherwise) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is { } written ? LocationInfo.Of(written) : otherwise;

    static AttributeData? AttributeOf(IParameterSymbol parameter, Func<ITypeSymbol?, bool> isWanted) =>
        parameter.GetAttributes().FirstOrDefault(data => isWanted(data.AttributeClass));

    void Report(DiagnosticDescriptor descriptor, LocationInfo place, params string[] arguments) =>
        diagnostics.Add(new DiagnosticInfo(descriptor, place, arguments));
}
