using AotNet.Compiler;
using AotNet.Compiler.Specification;

namespace AotNet.Generator.Emission;

/// <summary>A network class as another half of it is declared.</summary>
/// <param name="Namespace">Its namespace; empty for the global one.</param>
/// <param name="ContainingTypes">Headers of the types around it, outermost first.</param>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Parameters of Define; none when they are in error.</param>
sealed record ClassHeader(
    string Namespace,
    EquatableArray<string> ContainingTypes,
    string Name,
    EquatableArray<ParameterSpec> Parameters);
