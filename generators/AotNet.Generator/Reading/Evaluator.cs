using System.Runtime.CompilerServices;
using AotNet.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace AotNet.Generator.Reading;

/// <summary>
/// Walks the body of Define over the compiler's operation tree: constants are folded, loops unrolled, helpers inlined,
/// and every call of the vocabulary is recorded. The parts: statements, loops, expressions, assignments, calls,
/// collections, patterns.
/// </summary>
/// <remarks>
/// A tree in error is never trusted: an invalid operation ends the statement silently, because the C# compiler reports
/// it. Each bound of <see cref="Budget"/> is a diagnostic, so that evaluation always ends.
/// </remarks>
sealed partial class Evaluator
{
    readonly INamedTypeSymbol network;
    readonly Vocabulary vocabulary;
    readonly Compilation compilation;
    readonly CancellationToken cancellation;
    readonly CallRecorder recorder;
    readonly Budget budget = new();
    readonly List<DiagnosticInfo> diagnostics = [];
    readonly HashSet<DiagnosticInfo> reported = [];
    readonly Dictionary<SyntaxNode, IOperation?> bodies = [];
    readonly Dictionary<ISymbol, Value> fields = new(SymbolEqualityComparer.Default);

    // Members being evaluated: inlined helpers and field initialisers, outermost first.
    readonly List<ISymbol> active = [];
    Dictionary<ISymbol, Value> variables = new(SymbolEqualityComparer.Default);
    Value? returned;

    public Evaluator(INamedTypeSymbol network, Vocabulary vocabulary, Compilation compilation, CallRecorder recorder,
        CancellationToken cancellation)
    {
        this.network = network;
        this.vocabulary = vocabulary;
        this.compilation = compilation;
        this.recorder = recorder;
        this.cancellation = cancellation;
    }

    /// <summary>What was found wrong; each finding once, however often its loop was unrolled.</summary>
    public IReadOnlyList<DiagnosticInfo> Diagnostics => diagnostics;

    /// <summary>
    /// Reads <paramref name="define"/> and gives the number of the value it returns; null when there were errors, of
    /// which those the C# compiler reports are not among <see cref="Diagnostics"/>.
    /// </summary>
    public int? Read(IMethodSymbol define, SyntaxNode declaration)
    {
        for (int i = 0; i < define.Parameters.Length; i++)
            variables[define.Parameters[i]] = new Node(i, vocabulary.ParameterKindOf(define.Parameters[i].Type));
        try
        {
            IOperation body = BodyOf(declaration);
            active.Add(define);
            Execute(body);
        }
        catch (ReadingException error)
        {
            Report(error);
        }
        if (budget.Errors > 0)
            return null;
        return returned is Node { Kind: null, Index: var result } ? result : null;
    }

    /// <summary>The operation of a method's or accessor's body; fails silently when it has none.</summary>
    IOperation BodyOf(SyntaxNode declaration)
    {
        if (!bodies.TryGetValue(declaration, out IOperation? body))
        {
            if (SyntaxDepth.Excess(declaration, Budget.MaxSyntaxDepth) is { } deep)
                throw Fatal(ReadingDescriptors.TooDeep, LocationInfo.Of(deep), Text(Budget.MaxDepth));
            body = compilation.GetSemanticModel(declaration.SyntaxTree).GetOperation(declaration, cancellation);
            body = body is IMethodBodyOperation method ? method.BlockBody ?? method.ExpressionBody : body;
            bodies.Add(declaration, body);
        }
        return body ?? throw Silent();
    }

    /// <summary>Counts one step at <paramref name="operation"/> and enters it; pair with <see cref="Leave"/>.</summary>
    void Enter(IOperation operation)
    {
        Charge(operation, 1);
        if (++budget.Depth > Budget.MaxDepth || !HasStack())
            throw Fatal(ReadingDescriptors.TooDeep, LocationInfo.Of(operation.Syntax), Text(Budget.MaxDepth));
    }

    // The depth's bound fits a thread's usual stack; a host may call with less.
    static bool HasStack()
    {
        try
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            return true;
        }
        catch (InsufficientExecutionStackException)
        {
            return false;
        }
    }

    void Leave() => budget.Depth--;

    void Charge(IOperation operation, int steps)
    {
        cancellation.ThrowIfCancellationRequested();
        budget.Steps += steps;
        if (budget.Steps > Budget.MaxSteps)
        {
            throw Fatal(ReadingDescriptors.TooLarge, LocationInfo.Of(operation.Syntax),
                $"{Text(Budget.MaxSteps)} evaluated operations");
        }
    }

    void Report(ReadingException error)
    {
        budget.Errors++;
        if (error.Diagnostic is { } diagnostic && reported.Add(diagnostic))
            diagnostics.Add(diagnostic);
    }

    /// <summary>An error that ends the statement at <paramref name="operation"/>.</summary>
    static ReadingException Error(DiagnosticDescriptor descriptor, IOperation operation, params string[] arguments) =>
        new(new DiagnosticInfo(descriptor, LocationInfo.Of(operation.Syntax), arguments));

    /// <summary>An error that ends the reading.</summary>
    static ReadingException Fatal(DiagnosticDescriptor descriptor, LocationInfo place, params string[] arguments) =>
        new(new DiagnosticInfo(descriptor, place, arguments), fatal: true);

    /// <summary>Ends the statement without a diagnostic of its own.</summary>
    static ReadingException Silent() => new(null);

    static ReadingException NotConstant(IOperation operation, string reason) =>
        Error(ReadingDescriptors.NotConstant, operation, Source(operation), reason);

    static ReadingException Unsupported(IOperation operation, string what) =>
        Error(ReadingDescriptors.UnsupportedExpression, operation, what);

    /// <summary>The source of an operation for a message, on one line and cut to a readable length.</summary>
    static string Source(IOperation operation) => Excerpt(operation.Syntax);

    static string Excerpt(SyntaxNode node)
    {
        const int Length = 60;
        // A long node is cut before it is turned to text: NormalizeWhitespace of a huge one is slow.
        string text = node.SyntaxTree.GetText().ToString(new(node.SpanStart, Math.Min(node.Span.Length, 4 * Length)));
        text = string.Join(" ", text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        return text.Length > Length ? text.Substring(0, Length) + "..." : text;
    }

    static string Text(int number) => number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
