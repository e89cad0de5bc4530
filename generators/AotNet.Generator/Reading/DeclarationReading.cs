using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Generator.Diagnostics;
using AotNet.Generator.Emission;

namespace AotNet.Generator.Reading;

/// <summary>What reading one declaration gave. Immutable and structurally equal; holds no symbols or syntax.</summary>
sealed record DeclarationReading
{
    /// <summary>What the source is made from: all that matters to the compiler.</summary>
    public required Subject Subject { get; init; }

    /// <summary>Where the specification's parts stand; null when there is none.</summary>
    public LocationTable? Locations { get; init; }

    /// <summary>What reading found wrong.</summary>
    public EquatableArray<DiagnosticInfo> Diagnostics { get; init; }
}

/// <summary>A declaration without locations: an edit that leaves it equal changes no generated source.</summary>
/// <param name="FileName">Name of the generated file without its ending.</param>
/// <param name="Specification">The network; null when the declaration was in error.</param>
/// <param name="Header">The class, for the half that stands in when there is no network; null when no half can be added.</param>
sealed record Subject(string FileName, NetworkSpec? Specification, ClassHeader? Header);
