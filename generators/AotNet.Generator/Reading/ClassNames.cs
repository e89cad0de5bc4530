using System.Globalization;
using System.Text;
using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Generator.Emission;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AotNet.Generator.Reading;

/// <summary>Names as the generated half needs them.</summary>
static class ClassNames
{
    static readonly SymbolDisplayFormat NamespaceFormat =
        SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    /// <summary>The class and what stands around it.</summary>
    public static ClassHeader HeaderOf(INamedTypeSymbol network, EquatableArray<ParameterSpec> parameters)
    {
        List<string> outer = [];
        for (INamedTypeSymbol? type = network.ContainingType; type is not null; type = type.ContainingType)
            outer.Insert(0, $"partial {Keyword(type)} {Escape(EscapeContextual(type.Name))}");
        string space = network.ContainingNamespace is { IsGlobalNamespace: false } named
            ? named.ToDisplayString(NamespaceFormat)
            : "";
        return new ClassHeader(space, outer.ToEquatableArray(), EscapeContextual(network.Name), parameters);
    }

    /// <summary>
    /// A name for generated files, different for every class even in a program in error: namespace and class joined by
    /// dots, nested classes by +, and what is neither letter nor digit as - and four hexadecimal digits.
    /// </summary>
    public static string FileName(INamedTypeSymbol network)
    {
        var name = new StringBuilder();
        for (INamedTypeSymbol? type = network; type is not null; type = type.ContainingType)
            name.Insert(0, (type.ContainingType is null ? "" : "+") + Encode(type.MetadataName));
        INamespaceSymbol? space = network.ContainingNamespace;
        for (; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
            name.Insert(0, Encode(space.Name) + ".");
        return name.ToString();
    }

    static string Encode(string name) => string.Concat(name.Select(static character =>
        character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_'
            ? character.ToString()
            : "-" + ((int)character).ToString("X4", CultureInfo.InvariantCulture)));

    /// <summary>An identifier as C# spells it: with @ before a keyword.</summary>
    public static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    // Types named required, file and the like need @ too, which emission adds to keywords alone.
    static string EscapeContextual(string name) =>
        SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>The keywords of a type's declaration.</summary>
    public static string Keyword(INamedTypeSymbol type) => (type.TypeKind, type.IsRecord) switch
    {
        (TypeKind.Struct, true) => "record struct",
        (TypeKind.Struct, false) => "struct",
        (TypeKind.Interface, _) => "interface",
        (_, true) => "record",
        _ => "class",
    };
}
