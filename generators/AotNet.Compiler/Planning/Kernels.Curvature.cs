namespace AotNet.Compiler.Planning;


/// <summary>
/// Cholesky factor of Gram / rows + λ I, row-major upper (UᵀU), λ the damping of the layer's curvature. A pivot that is not
/// positive multiplies λ by ten and starts over; when that does not help the factor becomes the identity, so that what it
/// solves stays as it is.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Gram">Upper triangle of the sums.</param>
/// <param name="Border">
/// Column means of the inputs, the last row and column of a primal Gram with bias; null when the Gram is complete.
/// </param>
/// <param name="Factor">Result right of its diagonal blocks, order rounded up to 16 by an identity.</param>
/// <param name="Diagonal">
/// Its 16 x 16 blocks on the diagonal, one below the other, with 1 / U(i, i) in place of U(i, i).
/// </param>
/// <param name="Order">Order without the border.</param>
/// <param name="Homogeneous">Whether a dual Gram gains 1 everywhere for the bias, when biases are decorrelated.</param>
public sealed record CholeskyFactor(string Name, Buffer Gram, Buffer? Border, Buffer Factor, Buffer Diagonal, Extent Order,
    bool Homogeneous) : Kernel(Name)
{
    /// <summary>Whether Gram and border are averages, already divided by the number of rows.</summary>
    public bool Averaged { get; init; }

    /// <summary>The Gram of the other side of a two-sided curvature, with which damping is shared; null for one side.</summary>
    public Buffer? Other { get; init; }

    /// <summary>Whether the other Gram has a border.</summary>
    public bool OtherIsBordered { get; init; }

    /// <summary>
    /// Inputs among which damping relative to the trace shares the trace; the order without the border unless the Gram is
    /// that of the samples, whose trace is that of the inputs too.
    /// </summary>
    public int? TraceOrder { get; init; }

    /// <summary>Whether what is solved is divided by λ afterwards, so that a λ of zero is raised at once.</summary>
    public bool DividesByDamping { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(Gram, Border, Other);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Factor, Diagonal];

    /// <inheritdoc/>
    public override long Flops(int batch)
    {
        long order = Order.Count(batch, Gram) + (Border is null ? 0 : 1);
        return order * order * order / 3;
    }
}

/// <summary>
/// Average = past Average + present Gram / rows, upper triangle, and the border likewise; the weights are those of the
/// layer's curvature.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Gram">Upper triangle of the sums.</param>
/// <param name="Border">Column means of the inputs; null without a bias.</param>
/// <param name="Average">Running average of the Gram.</param>
/// <param name="BorderAverage">Running average of the border; null without one.</param>
public sealed record AverageGram(string Name, Buffer Gram, Buffer? Border, Buffer Average, Buffer? BorderAverage) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(Gram, Border);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => Present(Average, BorderAverage);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Average, BorderAverage);
}

/// <summary>
/// Whether an averaged Gram has moved far enough to be factored again, where the layer's curvature is renewed so: the
/// layer's factors are renewed if ‖Average - Factored‖ exceeds the drift allowed times ‖Factored‖.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Average">Running average of the Gram, upper triangle.</param>
/// <param name="Border">Running average of its border; null without one.</param>
/// <param name="Factored">The Gram that was factored last.</param>
/// <param name="FactoredBorder">Its border; null without one.</param>
/// <param name="Sums">Of squares of each row: of the difference, and of what was factored.</param>
public sealed record GramDrift(string Name, Buffer Average, Buffer? Border, Buffer Factored, Buffer? FactoredBorder, Buffer Sums) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(Average, Border, Factored, FactoredBorder);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Sums];
}

/// <summary>Keeps a copy of a Gram that is about to be factored, where its drift from it will be measured.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Average">Running average of the Gram, upper triangle.</param>
/// <param name="Border">Running average of its border; null without one.</param>
/// <param name="Factored">The copy.</param>
/// <param name="FactoredBorder">Its border; null without one.</param>
public sealed record KeepGram(string Name, Buffer Average, Buffer? Border, Buffer Factored, Buffer? FactoredBorder) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(Average, Border);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Factored, FactoredBorder);
}

/// <summary>
/// How steep the mean loss is along a layer's decorrelated gradient, ⟨D, Ĝ⟩ = (1/N) Σ rᵀ D x̂ over the samples: without Ĝ,
/// which most forms never make.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Inputs, rows x inputs.</param>
/// <param name="Residual">Residual of the outputs.</param>
/// <param name="Direction">D, inputs x outputs.</param>
/// <param name="BiasDirection">That of the bias, where it takes part; null without one.</param>
/// <param name="Sums">One a sample.</param>
public sealed record SlopeAlong(string Name, Buffer X, Buffer Residual, Buffer Direction, Buffer? BiasDirection, Buffer Sums) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(X, Residual, Direction, BiasDirection);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Sums];

    /// <inheritdoc/>
    public override long Flops(int batch) => 2L * batch * Direction.Rows * Direction.Columns;
}

/// <summary>Solution = (UᵀU)⁻¹ RightSide.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Factor">U.</param>
/// <param name="Diagonal">Its blocks on the diagonal.</param>
/// <param name="RightSide">order x columns; may be the solution's own buffer.</param>
/// <param name="Solution">Result, rows rounded up to 16.</param>
/// <param name="Order">Rows of the right side.</param>
public sealed record CholeskySolve(string Name, Buffer Factor, Buffer Diagonal, Buffer RightSide, Buffer Solution, Extent Order)
    : Kernel(Name)
{
    /// <summary>Further gradient rows directly behind the solution's that take part: the bias row.</summary>
    public Buffer? BiasRow { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => RightSide == Solution ? [Factor, Diagonal] : [Factor, Diagonal, RightSide];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => RightSide == Solution ? Present(Solution, BiasRow) : [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Solution, BiasRow);

    /// <inheritdoc/>
    public override long Flops(int batch)
    {
        long order = Order.Count(batch, RightSide);
        return 2 * order * order * Solution.Columns;
    }
}

/// <summary>
/// DWeight and DBias times the inverse of a block-diagonal Gram: the inputs, and a 1 for the bias, are cut into blocks in
/// random order; for each block its columns of X are gathered, their Gram is factored, its gradient rows are solved.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Inputs, rows x inputs; images where <see cref="Windows"/> says how their patches lie.</param>
/// <param name="DWeight">Weight gradient, decorrelated in place.</param>
/// <param name="DBias">Bias gradient, likewise; none without a bias.</param>
/// <param name="Permutation">Order of the inputs (bias last), as integers.</param>
/// <param name="Columns">The columns of X of one block; null where they are gathered from images, a panel at a time.</param>
/// <param name="Gram">Upper triangle of their Gram matrix.</param>
/// <param name="Factor">Its factor.</param>
/// <param name="Diagonal">Its blocks on the diagonal.</param>
/// <param name="RightSide">The gradient rows of one block.</param>
/// <param name="Block">Largest order of a block.</param>
/// <param name="Stream">Stream of random numbers, one per layer.</param>
public sealed record BlockedDecorrelation(string Name, Buffer X, Buffer DWeight, Buffer? DBias, Buffer Permutation, Buffer? Columns,
    Buffer Gram, Buffer Factor, Buffer Diagonal, Buffer RightSide, int Block, int Stream) : Kernel(Name)
{
    /// <summary>Of a convolution the windows whose patches are the inputs; null for a dense layer.</summary>
    public PatchGrid? Windows { get; init; }

    /// <summary>Whether the row of the weight gradient that follows those of the inputs is that of the bias.</summary>
    public bool EndsInBias { get; init; }

    /// <summary>Number of inputs.</summary>
    public int Inputs => Windows?.Terms ?? X.Columns;

    /// <summary>Whether there is a bias, in either place.</summary>
    public bool HasBias => EndsInBias || DBias is not null;

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => Present(DWeight, DBias);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(DWeight, DBias, Permutation, Columns, Gram, Factor, Diagonal, RightSide);
}
