using System.Collections.Immutable;
using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AotNet.Generator.Reading;

/// <summary>Checks that the generator can write the other half of a class.</summary>
sealed class ClassChecker(INamedTypeSymbol network, TypeDeclarationSyntax syntax, List<DiagnosticInfo> diagnostics)
{
    /// <summary>Methods of the generated half; a class may overload them.</summary>
    internal static readonly ImmutableHashSet<string> GeneratedMethods = ["Create", "Step", "Loss", "Predict", "Outputs"];

    /// <summary>Constants and nested types of the generated half.</summary>
    internal static readonly ImmutableHashSet<string> GeneratedNames =
    [
        "MaxRows", "ParameterCount", "ForwardFlops", "TrainingFlops", "ArenaBytes", "TopologyHash", "NetworkData", "ProbeData", "Avx2",
        "Avx512",
    ];

    /// <summary>Reports what is wrong with the class; false when nothing can be added to it.</summary>
    public bool Check()
    {
        int before = diagnostics.Count;
        CheckKind();
        CheckContainingTypes();
        CheckBase();
        CheckConstructors();
        CheckMembers();
        return diagnostics.Count == before;
    }

    void CheckKind()
    {
        LocationInfo name = LocationInfo.Of(syntax.Identifier);
        if (network.TypeKind != TypeKind.Class || network.IsRecord)
            Report(DeclarationDescriptors.NotAClass, name, network.Name, ClassNames.Keyword(network));
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
            Report(DeclarationDescriptors.ClassNotPartial, name, network.Name);
        if (syntax.TypeParameterList is { } typeParameters)
            Report(DeclarationDescriptors.GenericNetwork, LocationInfo.Of(typeParameters), network.Name);
        if (network.IsFileLocal)
            Report(DeclarationDescriptors.FileLocalNetwork, ModifierOr(name, SyntaxKind.FileKeyword), network.Name);
        SyntaxKind keyword = network.IsStatic ? SyntaxKind.StaticKeyword
            : network is { IsAbstract: true, TypeKind: TypeKind.Class } ? SyntaxKind.AbstractKeyword
            : SyntaxKind.None;
        if (keyword != SyntaxKind.None)
        {
            Report(DeclarationDescriptors.StaticOrAbstractNetwork, ModifierOr(name, keyword), network.Name,
                SyntaxFacts.GetText(keyword));
        }
    }

    void CheckContainingTypes()
    {
        for (SyntaxNode? node = syntax.Parent; node is TypeDeclarationSyntax outer; node = node.Parent)
        {
            string name = outer.Identifier.ValueText;
            if (!outer.Modifiers.Any(SyntaxKind.PartialKeyword))
                Report(DeclarationDescriptors.ContainingTypeNotPartial, LocationInfo.Of(outer.Identifier), name, network.Name);
            if (outer.TypeParameterList is { } typeParameters)
                Report(DeclarationDescriptors.GenericNetwork, LocationInfo.Of(typeParameters), name);
            SyntaxToken file = outer.Modifiers.FirstOrDefault(static modifier => modifier.IsKind(SyntaxKind.FileKeyword));
            if (file.RawKind != 0)
                Report(DeclarationDescriptors.FileLocalNetwork, LocationInfo.Of(file), name);
        }
    }

    void CheckBase()
    {
        if (network is not { TypeKind: TypeKind.Class, IsRecord: false, IsStatic: false, BaseType: { } parent }
            || parent.TypeKind == TypeKind.Error
            || parent.SpecialType == SpecialType.System_Object
            || parent.ToDisplayString() == "AotNet.Runtime.CompiledNetwork")
            return;
        BaseTypeSyntax? place = network.DeclaringSyntaxReferences.Select(static reference => reference.GetSyntax())
            .OfType<TypeDeclarationSyntax>()
            .SelectMany(static part => part.BaseList?.Types ?? default)
            .FirstOrDefault(type => NameOf(type.Type) == parent.Name);
        Report(DeclarationDescriptors.BaseClass, place is null ? LocationInfo.Of(syntax.Identifier) : LocationInfo.Of(place),
            network.Name, parent.Name);
    }

    void CheckConstructors()
    {
        if (network is not { TypeKind: TypeKind.Class, IsRecord: false, IsStatic: false })
            return;
        foreach (IMethodSymbol constructor in network.InstanceConstructors)
        {
            if (constructor.IsImplicitlyDeclared || constructor.DeclaringSyntaxReferences is not [var reference, ..])
                continue;
            LocationInfo place = reference.GetSyntax() switch
            {
                ConstructorDeclarationSyntax ordinary => LocationInfo.Of(ordinary.Identifier),
                TypeDeclarationSyntax { ParameterList: { } primary } => LocationInfo.Of(primary),
                var other => LocationInfo.Of(other),
            };
            Report(DeclarationDescriptors.Constructor, place, network.Name);
        }
    }

    void CheckMembers()
    {
        foreach (ISymbol member in network.GetMembers())
        {
            if (member.IsImplicitlyDeclared || member.DeclaringSyntaxReferences is not [var reference, ..]
                || !GeneratedNames.Contains(member.Name) && (member is IMethodSymbol || !GeneratedMethods.Contains(member.Name)))
                continue;
            SyntaxNode place = reference.GetSyntax();
            SyntaxToken name = place.DescendantTokens().FirstOrDefault(token => token.ValueText == member.Name);
            Report(DeclarationDescriptors.MemberNameTaken, name.RawKind != 0 ? LocationInfo.Of(name) : LocationInfo.Of(place),
                network.Name, member.Name);
        }
    }

    static string? NameOf(TypeSyntax type) => type switch
    {
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        _ => null,
    };

    LocationInfo ModifierOr(LocationInfo otherwise, SyntaxKind keyword) =>
        syntax.Modifiers.FirstOrDefault(modifier => modifier.IsKind(keyword)) is { RawKind: not 0 } modifier
            ? LocationInfo.Of(modifier)
            : otherwise;

    void Report(DiagnosticDescriptor descriptor, LocationInfo place, params string[] arguments) =>
        diagnostics.Add(new DiagnosticInfo(descriptor, place, arguments));
}
