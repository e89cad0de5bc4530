using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace AotNet.Generator.Reading;

/// <summary>Collects the calls of a specification and, beside them, their locations.</summary>
/// <param name="parameters">Number of parameters, whose values come first.</param>
sealed class CallRecorder(int parameters)
{
    readonly List<CallSpec> calls = [];
    readonly List<CallLocations> locations = [];

    // Unrolled loops and inlined helpers record the same place many times.
    readonly Dictionary<(SyntaxNode Call, int Parts), CallLocations> known = [];

    public int Count => calls.Count;

    public EquatableArray<CallSpec> Calls => calls.ToEquatableArray();

    public EquatableArray<CallLocations> Locations => locations.ToEquatableArray();

    /// <summary>Adds a call and gives its value.</summary>
    /// <param name="kind">Type of the value.</param>
    /// <param name="method">Vocabulary method.</param>
    /// <param name="operands">Values it takes.</param>
    /// <param name="arguments">Its other arguments.</param>
    /// <param name="call">Syntax of the call.</param>
    /// <param name="parts">Syntax of operands, then arguments; null for one left out.</param>
    public Node Add(ParameterKind? kind, string method, List<int> operands, List<Constant> arguments, SyntaxNode call,
        List<SyntaxNode?> parts)
    {
        calls.Add(new CallSpec(method, operands.ToEquatableArray(), arguments.ToEquatableArray()));
        if (!known.TryGetValue((call, parts.Count), out CallLocations? place))
        {
            LocationInfo whole = LocationInfo.Of(call.SyntaxTree, SpanOf(call));
            IEnumerable<LocationInfo> places = parts.Select(part => part is null ? whole : LocationInfo.Of(part));
            place = new CallLocations(whole, places.ToEquatableArray());
            known.Add((call, parts.Count), place);
        }
        locations.Add(place);
        return new Node(parameters + calls.Count - 1, kind);
    }

    // Of a chain x.A().B() the call B is only its last link.
    static TextSpan SpanOf(SyntaxNode call) =>
        call is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access }
            ? TextSpan.FromBounds(access.Name.SpanStart, call.Span.End)
            : call.Span;
}
