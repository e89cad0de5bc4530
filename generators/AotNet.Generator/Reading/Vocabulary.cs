using AotNet.Compiler.Specification;
using Microsoft.CodeAnalysis;

namespace AotNet.Generator.Reading;

/// <summary>The types of the declaration language, from the assembly that the network attribute comes from.</summary>
sealed class Vocabulary
{
    readonly INamedTypeSymbol tensor;
    readonly INamedTypeSymbol labels;
    readonly INamedTypeSymbol targets;
    readonly INamedTypeSymbol objective;
    readonly INamedTypeSymbol initializer;
    readonly INamedTypeSymbol window;
    readonly INamedTypeSymbol padding;
    readonly INamedTypeSymbol shape;
    readonly INamedTypeSymbol classes;

    Vocabulary(INamedTypeSymbol[] types)
    {
        tensor = types[0];
        labels = types[1];
        targets = types[2];
        objective = types[3];
        initializer = types[4];
        window = types[5];
        padding = types[6];
        shape = types[7];
        classes = types[8];
    }

    static readonly string[] Names =
        ["Tensor", "Labels", "Targets", "Objective", "Initializer", "Window", "Padding", "ShapeAttribute", "ClassesAttribute"];

    /// <summary>The vocabulary beside <paramref name="attribute"/>; null when that is some other library's attribute.</summary>
    public static Vocabulary? Find(INamedTypeSymbol attribute)
    {
        var types = new INamedTypeSymbol[Names.Length];
        for (int i = 0; i < types.Length; i++)
        {
            if (attribute.ContainingAssembly?.GetTypeByMetadataName("AotNet." + Names[i]) is not { } type)
                return null;
            types[i] = type;
        }
        return new Vocabulary(types);
    }

    public bool IsTensor(ITypeSymbol? type) => Same(type, tensor);

    public bool IsObjective(ITypeSymbol? type) => Same(type, objective);

    public bool IsInitializer(ITypeSymbol? type) => Same(type, initializer);

    /// <summary>Whether values of the type are one or two numbers: a window or a padding.</summary>
    public bool IsPair(ITypeSymbol? type) => Same(type, window) || Same(type, padding);

    /// <summary>Whether static properties of the type are settings by name.</summary>
    public bool HasSettings(ITypeSymbol? type) => IsInitializer(type) || IsPair(type);

    public bool IsShape(ITypeSymbol? type) => Same(type, shape);

    public bool IsClasses(ITypeSymbol? type) => Same(type, classes);

    /// <summary>Whether values of the type are values of the network.</summary>
    public bool IsNode(ITypeSymbol? type) => IsObjective(type) || ParameterKindOf(type) is not null;

    /// <summary>Whether the type's methods are calls of the specification.</summary>
    public bool HasLayers(ITypeSymbol? type) => IsTensor(type) || IsObjective(type);

    /// <summary>The kind of a parameter of Define; null when the type is none.</summary>
    public ParameterKind? ParameterKindOf(ITypeSymbol? type) =>
        IsTensor(type) ? ParameterKind.Tensor
        : Same(type, labels) ? ParameterKind.Labels
        : Same(type, targets) ? ParameterKind.Targets
        : null;

    static bool Same(ITypeSymbol? type, INamedTypeSymbol known) => SymbolEqualityComparer.Default.Equals(type, known);
}
