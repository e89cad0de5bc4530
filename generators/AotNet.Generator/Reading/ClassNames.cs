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
    /// <summary>The class and what stands around it.</summary>
    public static ClassHeader HeaderOf(INamedTypeSymbol network, EquatableArray<ParameterSpec> parameters)
    {
        List<string> outer = [];
        for (INamedTypeSymbol? type = network.ContainingType; type is not null; type = type.ContainingType)
            outer.Insert(0, $"partial {Keyword(type)} {EscapeType(type.Name)}");
        string space = network.ContainingNamespace is { IsGlobalNamespace: false } named
            ? named.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted))
            : "";
        return new ClassHeader(space, outer.ToEquatableArray(), EscapeType(network.Name), parameters);
    }

    /// <summary>A name for the generated file: namespace, containing types and class, joined by dots.</summary>
    public static string FileName(INamedTypeSymbol network)
    {
        string full = network.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);
        var name = new StringBuilder(full.Length);
        foreach (char character in full)
            name.Append(character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '_' ? character : '-');
        return name.ToString();
    }

    /// <summary>An identifier as it is written: with @ before a keyword.</summary>
    public static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    // Types named record, required, file and the like need @ as well.
    static string EscapeType(string name) =>
        SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None ? Escape(name) : "@" + name;

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
