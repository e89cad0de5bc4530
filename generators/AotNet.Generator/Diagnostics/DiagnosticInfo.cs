using System.Collections.Immutable;
using AotNet.Compiler;
using Microsoft.CodeAnalysis;

namespace AotNet.Generator.Diagnostics;

/// <summary>A diagnostic as data.</summary>
/// <param name="Descriptor">What is wrong.</param>
/// <param name="Location">Where.</param>
/// <param name="Arguments">Values for the message, formatted under the invariant culture.</param>
sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo Location, EquatableArray<string> Arguments)
{
    /// <summary>A diagnostic with its message arguments.</summary>
    public DiagnosticInfo(DiagnosticDescriptor descriptor, LocationInfo location, params string[] arguments)
        : this(descriptor, location, new EquatableArray<string>(arguments))
    {
    }

    /// <summary>
    /// Whether it stands in a syntax tree, where #pragma and .editorconfig apply and editors offer fixes. The compiler then
    /// looks around it for attributes that suppress it, by recursion without a bound, so only code that has been read may
    /// be stood in: that is not nested too deeply.
    /// </summary>
    public bool InTree { get; init; }

    /// <summary>For the code fix of a layer that expands: the largest width that does not; null for no fix.</summary>
    public string? LargestWidth { get; init; }

    /// <summary>The form that the compiler reports.</summary>
    public Diagnostic ToDiagnostic(SourceTrees trees) =>
        Diagnostic.Create(Descriptor, Location.ToLocation(InTree ? trees : null), Properties, [.. Arguments]);

    ImmutableDictionary<string, string?> Properties => LargestWidth is null
        ? ImmutableDictionary<string, string?>.Empty
        : ImmutableDictionary<string, string?>.Empty.Add(nameof(LargestWidth), LargestWidth);
}
