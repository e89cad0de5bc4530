namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Value that the sums of a tile start from.</summary>
enum TileStart
{
    /// <summary>Zero.</summary>
    Zero,

    /// <summary>The bias of each column.</summary>
    Bias,

    /// <summary>What C holds: earlier terms.</summary>
    Earlier,

    /// <summary>What C holds, from which the terms are subtracted.</summary>
    Target,
}

/// <summary>What becomes of the sums of a tile.</summary>
enum TileEnd
{
    /// <summary>C = sums.</summary>
    Store,

    /// <summary>C = sums times a factor.</summary>
    Scale,
}

/// <summary>
/// A matrix that a tile transposes float by float while it sums: loads, stores and integer registers do it, of which
/// multiply-adds leave plenty.
/// </summary>
/// <param name="SourceStride">Floats from row to row of the source.</param>
/// <param name="TargetStride">Floats from row to row of the target; null where these lie one behind the other.</param>
/// <param name="PerTerm">Floats for each term of the sums; the target's width is a multiple.</param>
/// <param name="Fetches">Whether the source is asked for ahead: where it comes from behind the first-level cache.</param>
sealed record TransposedAside(int SourceStride, int? TargetStride, int PerTerm, bool Fetches);

/// <summary>Everything that distinguishes the code of a tile.</summary>
/// <param name="Rows">Rows of C.</param>
/// <param name="Vectors">Vectors across C.</param>
/// <param name="StrideA">Floats from row to row of A as it is stored.</param>
/// <param name="TransposesA">Whether A is stored K x M.</param>
/// <param name="StrideB">Floats from row to row of B.</param>
/// <param name="StrideC">Floats from row to row of C.</param>
/// <param name="K">Length of each sum; null for an argument.</param>
/// <param name="Start">What sums start from.</param>
/// <param name="End">What becomes of them.</param>
sealed record TileShape(int Rows, int Vectors, int StrideA, bool TransposesA, int StrideB, int StrideC, int? K,
    TileStart Start, TileEnd End)
{
    /// <summary>Element-wise work on the sums; null when they are stored.</summary>
    internal TileEpilogue? Epilogue { get; init; }

    /// <summary>Whether the 8 columns at its end, or behind it, are padding: not computed, only zeroed.</summary>
    internal bool EndsInPadding { get; init; }

    /// <summary>How many terms ahead of its use a row of B, or of a transposed A, is asked for; 0 where the processor does so by itself.</summary>
    internal int Ahead { get; init; }

    /// <summary>Floats of what comes next that each term asks for, so that it is near when it is wanted; 0 for none.</summary>
    internal int Next { get; init; }

    /// <summary>What the tile transposes while it sums; null for nothing. K is known, and long enough.</summary>
    internal TransposedAside? Aside { get; init; }

    /// <summary>Whether it asks for its block of C before it computes it, so that its end need not wait.</summary>
    internal bool FetchesC { get; init; }

    /// <summary>
    /// Whether it asks, for the second-level cache, for the part of A that the tile below will want. Of a transposed A that is what
    /// lies beside its own, and need not be asked for.
    /// </summary>
    internal bool FetchesNextA { get; init; }

    /// <summary>Sums of <see cref="K"/> terms that follow each other; B goes on where the one before ended.</summary>
    internal int Segments { get; init; } = 1;

    /// <summary>Floats of A from one of them to the next.</summary>
    internal int SegmentStrideA { get; init; }

    /// <summary>Terms that are written out one behind the other; what they leave over of K is a loop of its own.</summary>
    internal int Unrolled { get; init; } = 1;

    /// <summary>
    /// Sums that the terms of a single row go to in turn, added in the end: where there are too few columns to hide the latency of
    /// one sum. K is known, and at least as large.
    /// </summary>
    internal int Chains { get; init; } = 1;

    /// <summary>Terms of an iteration.</summary>
    internal int Terms => Math.Max(Unrolled, Chains);

    /// <summary>Whether it sums the terms of a list, its length first, in place of the first <see cref="K"/>.</summary>
    internal bool ListsTerms { get; init; }

    /// <summary>Floats from A's first element to that of each row, where they are not <see cref="StrideA"/>, or one, apart.</summary>
    internal IReadOnlyList<int>? Offsets { get; init; }

    /// <summary>Floats from the first element of A to that of a row.</summary>
    internal int OffsetOf(int row) => Offsets is { } offsets ? offsets[row] : TransposesA ? row : row * StrideA;

    /// <summary>Floats from a term of A to the next.</summary>
    internal int TermStrideA => TransposesA ? StrideA : 1;

    /// <summary>Floats of the next tile's A, where its rows lie one behind the other, that each term asks for.</summary>
    internal int NextAPerTerm => FetchesNextA && !TransposesA && K is { } terms ? (Rows * StrideA + terms - 1) / terms : 0;

    /// <summary>Everything that distinguishes the method.</summary>
    internal string Key => $"{this} {Epilogue} {EndsInPadding} {Ahead} {Next} {Aside} {FetchesC} {FetchesNextA} "
        + $"{Segments} {SegmentStrideA} {Unrolled} {Chains} {ListsTerms} {string.Join(" ", Offsets ?? [])}";
}
