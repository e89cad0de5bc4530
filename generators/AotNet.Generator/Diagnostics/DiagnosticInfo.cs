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

    /// <summary>The form that the compiler reports.</summary>
    public Diagnostic ToDiagnostic()
    {
        object[] arguments = new object[Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
            arguments[i] = Arguments[i];
        return Diagnostic.Create(Descriptor, Location.ToLocation(), arguments);
    }
}
