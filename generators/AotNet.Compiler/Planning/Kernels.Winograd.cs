namespace AotNet.Compiler.Planning;

/// <summary>Weights of a convolution at the points of a <see cref="WinogradConvolution"/>.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Weight">(tap, channel) x columns.</param>
/// <param name="Target">(point, channel) x columns.</param>
/// <param name="Extent">Rows and columns of a kernel: 3 or 5.</param>
public sealed record WinogradWeights(string Name, Buffer Weight, Buffer Target, int Extent) : Kernel(Name)
{
    /// <summary>Points along either axis.</summary>
    internal int Side => Extent + 1;

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Weight];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];
}

/// <summary>
/// A convolution of 3x3 or 5x5 kernels with stride 1 by products at 16 or 36 points (Winograd 1980; Lavin and Gray 2016), as many
/// multiply-adds for a square of four windows, where the definition takes 36 or 100.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Images, a row per position.</param>
/// <param name="Weight">Weights at the points.</param>
/// <param name="Bias">Row that sums start from; none for zero.</param>
/// <param name="Y">Result, a row per window.</param>
/// <param name="Grid">Windows over X.</param>
public sealed record WinogradConvolution(string Name, Buffer X, Buffer Weight, Buffer? Bias, Buffer Y, PatchGrid Grid) : Product(Name)
{
    /// <summary>Floats of what a worker keeps of a block, which is to stay in the second-level cache.</summary>
    const int MostFloats = 48 * 1024;

    /// <summary>Squares of a block: as many rows of them as tiles of products need to be whole.</summary>
    const int MostSquares = 16;

    /// <summary>Squares of windows, and their points.</summary>
    internal PointGrid Points => new(Grid);

    /// <summary>Rows of squares that are worked on together; 0 where one row is too long.</summary>
    internal int BlockRows => Enumerable.Range(1, Points.Rows).LastOrDefault(rows => Points.Rows % rows == 0
        && (rows == 1 || rows * Points.Columns <= MostSquares) && Points.Count * rows * Points.Columns * (Points.ChannelStride + ColumnStride) <= MostFloats);

    /// <summary>Squares that are worked on together.</summary>
    internal int BlockSquares => BlockRows * Points.Columns;

    /// <summary>Floats of a block from point to point of its images; a line beyond the squares, so that points do not share the sets of a cache.</summary>
    internal int PointStride => BlockSquares * Points.ChannelStride + 16;

    /// <summary>Likewise of its products.</summary>
    internal int ProductStride => BlockSquares * ColumnStride + 16;

    /// <summary>Columns of the result, rounded up to whole vectors.</summary>
    internal int ColumnStride => Buffer.RoundUp(Y.Columns, 16);

    internal override Buffer Result => Y;

    private protected override IEnumerable<Buffer> Operands => Present(X, Weight, Bias);

    private protected override IEnumerable<Buffer> SharedByResult => Present(Weight, Bias);

    /// <inheritdoc/>
    public override string Describe() => $"{base.Describe()} over {Grid}";

    /// <summary>The operations of the definition, of which it makes fewer.</summary>
    public override long Flops(int batch) => 2L * batch * Grid.Positions * Grid.Terms * Y.Columns;
}

/// <summary>
/// The weight gradient of such a convolution at the points: the residual of a square of windows there, times the positions that
/// it reaches there, summed over all squares of all samples. A worker has rows of points of portions of the samples.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Images, a row per position.</param>
/// <param name="Residual">Residual of the output, a row per window.</param>
/// <param name="Target">Sums, (portion, point, channel) x columns.</param>
/// <param name="Grid">Windows over X.</param>
public sealed record WinogradGradient(string Name, Buffer X, Buffer Residual, Buffer Target, PatchGrid Grid) : Kernel(Name)
{
    /// <summary>Most portions: with the rows of points enough to keep workers evenly busy.</summary>
    const int MostPortions = 4;

    /// <summary>Floats of all sums beyond which there are fewer portions.</summary>
    const int MostSums = 640 * 1024;

    /// <summary>Squares that are worked on together: long sums hide what it costs to take them up again.</summary>
    const int MostSquares = 64;

    /// <summary>Floats of what a worker keeps of them.</summary>
    const int MostFloats = 64 * 1024;

    /// <summary>Portions that samples are cut into.</summary>
    public int Portions { get; init; } = 1;

    /// <summary>Squares of windows, and their points.</summary>
    internal PointGrid Points => new(Grid);

    /// <summary>Rows of squares, of one image or several, that are worked on together; 0 where one row is too long.</summary>
    internal int BlockRows
    {
        get
        {
            int row = Points.Side * Points.Columns * (Points.ChannelStride + ColumnStride);
            return row > MostFloats ? 0 : Math.Max(1, Math.Min(MostSquares / Points.Columns, MostFloats / row));
        }
    }

    /// <summary>Squares that are worked on together.</summary>
    internal int BlockSquares => BlockRows * Points.Columns;

    /// <summary>Floats from point to point of a block's images; a line beyond the squares, so that points do not share the sets of a cache.</summary>
    internal int PointStride => BlockSquares * Points.ChannelStride + 16;

    /// <summary>Likewise of its residuals.</summary>
    internal int ResidualStride => BlockSquares * ColumnStride + 16;

    /// <summary>Columns of the residual, rounded up to whole vectors.</summary>
    internal int ColumnStride => Buffer.RoundUp(Target.Columns, 16);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X, Residual];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];

    /// <summary>Portions for a batch of so many samples: as many as leave sums in near caches.</summary>
    internal static int PortionsFor(PatchGrid grid, Buffer gradient, int batch)
    {
        int portions = Math.Min(MostPortions, Math.Max(1, batch / 2));
        while (portions > 1 && (long)portions * SumsOf(grid) * gradient.Stride > MostSums)
            portions /= 2;
        return portions;
    }

    /// <summary>Rows of the sums of one portion.</summary>
    internal static int SumsOf(PatchGrid grid) => new PointGrid(grid).Count * grid.Channels;

    /// <inheritdoc/>
    public override string Describe() => $"{base.Describe()} over {Grid}";

    /// <summary>The operations of the definition, of which it makes fewer.</summary>
    public override long Flops(int batch) => 2L * batch * Grid.Positions * Grid.Terms * Target.Columns;
}

/// <summary>The weight gradient from its sums at the points, those of all portions together, divided by the samples.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Sums">(portion, point, channel) x columns.</param>
/// <param name="Gradient">(tap, channel) x columns.</param>
/// <param name="Extent">Rows and columns of a kernel: 3 or 5.</param>
public sealed record WinogradWeightGradient(string Name, Buffer Sums, Buffer Gradient, int Extent) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Sums];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Gradient];
}
