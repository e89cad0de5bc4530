using System.Globalization;
using AotNet.Compiler.Specification;
using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Reading;

partial class Evaluator
{
    Value Field(IFieldReferenceOperation reference)
    {
        IFieldSymbol field = reference.Field;
        if (reference.Instance is { } instance && field.ContainingType.IsTupleType)
            return TupleElement(Evaluate(instance), field, reference);
        if (field is { ContainingType.SpecialType: SpecialType.System_String, Name: "Empty" })
            return new Scalar("");
        if (!field.IsStatic)
            throw NotConstant(reference, "it is a field of an object");
        if (!field.IsReadOnly)
            throw NotConstant(reference, "the field is neither const nor readonly");
        if (fields.TryGetValue(field, out Value? known))
            return known;
        if (field.ContainingType.StaticConstructors.Any(static constructor => !constructor.IsImplicitlyDeclared))
            throw NotConstant(reference, $"'{field.ContainingType.Name}' has a static constructor that may assign it");
        // A field of a project that the IDE holds beside this one has a declaration too, but not in this compilation.
        if (field.DeclaringSyntaxReferences is not [var declaration, ..] || !compilation.ContainsSyntaxTree(declaration.SyntaxTree)
            || declaration.GetSyntax(cancellation) is not VariableDeclaratorSyntax { Initializer: { } initializer })
            throw NotConstant(reference, "it has no initialiser in this project");
        if (active.Contains(field, SymbolEqualityComparer.Default))
            throw Error(ReadingDescriptors.Recursion, reference, field.Name, $"{field.Name} -> {field.Name}");

        Dictionary<ISymbol, Value> caller = variables;
        variables = new(SymbolEqualityComparer.Default);
        active.Add(field);
        Value value = BodyOf(initializer) is ISymbolInitializerOperation { Value: var body } ? Evaluate(body) : throw Silent();
        active.RemoveAt(active.Count - 1);
        variables = caller;
        return fields[field] = value;
    }

    static Value TupleElement(Value tuple, IFieldSymbol field, IOperation operation) =>
        tuple is TupleValue { Items: var items } && TupleIndex(field) is var index && index < items.Length
            ? items[index]
            : throw Unsupported(operation, "This field");

    // Named elements stand for Item1, Item2, ...; what is none of these has the index of no tuple.
    static int TupleIndex(IFieldSymbol field)
    {
        string name = (field.CorrespondingTupleField ?? field).Name;
        return name.StartsWith("Item", StringComparison.Ordinal)
            && int.TryParse(name.Substring(4), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
                ? number - 1
                : int.MaxValue;
    }

    Value Property(IPropertyReferenceOperation reference)
    {
        IPropertySymbol property = reference.Property;
        if (vocabulary.HasSettings(property.ContainingType) && property.IsStatic)
            return new SettingValue(new Constant(0, property.Name));
        if (property.IsStatic && SymbolEqualityComparer.Default.Equals(property.ContainingType, network))
            return StaticProperty(reference);
        if (property.IsStatic || reference.Instance is not { } instance)
            throw NotConstant(reference, "it is a property that declarations cannot read");
        if (property.IsIndexer)
            return Slot.OfIndexer(this, reference).Read();
        return (property.Name, Evaluate(instance)) switch
        {
            ("Length" or "Count", Sequence sequence) => new Scalar(sequence.Items.Count),
            ("Length", Scalar { Raw: string text }) => new Scalar(text.Length),
            _ => throw NotConstant(reference, "it is a property that declarations cannot read"),
        };
    }

    /// <summary>A static property of the network class that is an expression or has a getter without anything else.</summary>
    Value StaticProperty(IPropertyReferenceOperation reference)
    {
        SyntaxNode? declaration = reference.Property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);
        SyntaxNode? getter = declaration is PropertyDeclarationSyntax property
            ? property.ExpressionBody ?? (SyntaxNode?)property.AccessorList?.Accessors
                .FirstOrDefault(static accessor => accessor.Body is not null || accessor.ExpressionBody is not null)
            : null;
        if (getter is null or AccessorDeclarationSyntax { Keyword.ValueText: not "get" }
            || reference.Property.GetMethod is not { } method)
            throw NotConstant(reference, "only a static property with a get body can be read");
        return Run(method, getter, new(SymbolEqualityComparer.Default), reference);
    }
}
