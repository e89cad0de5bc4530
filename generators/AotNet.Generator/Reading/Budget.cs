namespace AotNet.Generator.Reading;

/// <summary>Bounds on the work that one declaration may ask for. All counts are deterministic: no clocks.</summary>
sealed class Budget
{
    /// <summary>Iterations of all loops together.</summary>
    public const int MaxIterations = 10_000;

    /// <summary>Calls of vocabulary methods. What they become is some ten thousand characters each.</summary>
    public const int MaxCalls = 1_024;

    /// <summary>Operations evaluated, array elements included.</summary>
    public const int MaxSteps = 1_000_000;

    /// <summary>Nesting of expressions, statements and inlined helpers.</summary>
    public const int MaxDepth = 200;

    /// <summary>
    /// Nesting of one member's syntax. The compiler builds operations by unguarded recursion, about 700 bytes of stack a
    /// level, so what nests deeper must not be asked for.
    /// </summary>
    public const int MaxSyntaxDepth = 450;

    /// <summary>Elements of one array or list.</summary>
    public const int MaxElements = 10_000;

    /// <summary>Characters of one string.</summary>
    public const int MaxCharacters = 1_000;

    /// <summary>Statements in error before reading gives up.</summary>
    public const int MaxErrors = 100;

    public int Steps { get; set; }

    public int Iterations { get; set; }

    public int Depth { get; set; }

    public int Errors { get; set; }
}
