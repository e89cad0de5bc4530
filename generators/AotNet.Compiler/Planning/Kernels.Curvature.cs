namespace AotNet.Compiler.Planning;


/// <summary>
/// Cholesky factor of Gram / rows + λ I, row-major upper (UᵀU). A pivot that is not positive multiplies λ by ten and
/// starts over; when that does not help the factor becomes the identity, so that what it solves stays as it is.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Gram">Upper triangle of the sums.</param>
/// <param name="Border">
/// Column means of the inputs, the last row and column of a primal Gram with bias; null when the Gram is complete.
/// </param>
/// <param name="Factor">Result right of its diagonal blocks, order rounded up to 16 by an identity.</param>
/// <param name="Diagonal">
/// Its 16 x 16 blocks on the diagonal, one below the other, with 1 / U(i, i) in place of U(i, i); then a row that starts
/// with what λ became, -1 for the identity.
/// </param>
/// <param name="Order">Order without the border.</param>
/// <param name="Homogeneous">Whether a dual Gram gains 1 everywhere for the bias, when biases are decorrelated.</param>
public sealed record CholeskyFactor(string Name, Buffer Gram, Buffer? Border, Buffer Factor, Buffer Diagonal, Extent Order,
    bool Homogeneous) : Kernel(Name)
{
    /// <summary>Running averages that Gram and border enter and that are factored in their place; null for this batch alone.</summary>
    public GramAverage? Average { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(Gram, Border);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => Present(Average?.Gram, Average?.Border);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Factor, Diagonal, Average?.Gram, Average?.Border);

    /// <summary>Index of the status word in <see cref="Diagonal"/>.</summary>
    internal int Status => (Diagonal.Rows - 1) * Diagonal.Stride;

    /// <inheritdoc/>
    public override long Flops(int batch)
    {
        long order = (Order.IsRows ? batch : Order.Constant) + (Border is null ? 0 : 1);
        return order * order * order / 3;
    }
}

/// <summary>Running averages of Gram / rows, upper triangle, and of its border; their weights add up to what the runtime knows.</summary>
/// <param name="Gram">Of the Gram.</param>
/// <param name="Border">Of the border; null without one.</param>
public sealed record GramAverage(Buffer Gram, Buffer? Border);

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
        long order = Order.IsRows ? batch : Order.Constant;
        return 2 * order * order * Solution.Columns;
    }
}

/// <summary>
/// DWeight and DBias times the inverse of a block-diagonal Gram: the inputs, and a 1 for the bias, are cut into blocks in
/// random order; for each block its columns of X are gathered, their Gram is factored, its gradient rows are solved.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Inputs, rows x inputs.</param>
/// <param name="DWeight">Weight gradient, decorrelated in place.</param>
/// <param name="DBias">Bias gradient, likewise; none without a bias.</param>
/// <param name="Permutation">Order of the inputs (bias last), as integers.</param>
/// <param name="Columns">The columns of X of one block.</param>
/// <param name="Gram">Upper triangle of their Gram matrix.</param>
/// <param name="Factor">Its factor.</param>
/// <param name="Diagonal">Its blocks on the diagonal, then a status word.</param>
/// <param name="RightSide">The gradient rows of one block.</param>
/// <param name="Block">Largest order of a block.</param>
/// <param name="Stream">Stream of random numbers, one per layer.</param>
public sealed record BlockedDecorrelation(string Name, Buffer X, Buffer DWeight, Buffer? DBias, Buffer Permutation, Buffer Columns,
    Buffer Gram, Buffer Factor, Buffer Diagonal, Buffer RightSide, int Block, int Stream) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => Present(DWeight, DBias);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(DWeight, DBias, Permutation, Columns, Gram, Factor, Diagonal, RightSide);
}
