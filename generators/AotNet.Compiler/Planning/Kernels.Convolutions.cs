namespace AotNet.Compiler.Planning;

/// <summary>
/// Y = Bias + patches of X times Weight, the patches gathered as they are needed: a convolution, and the residual of the
/// input of one, whose X is the residual of the output and whose weights are turned round.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Images.</param>
/// <param name="Weight">Rows of them are the values of a patch.</param>
/// <param name="Y">Result, a row per window.</param>
/// <param name="Grid">Windows over X.</param>
/// <param name="Place">Which rows of Y the windows have.</param>
public sealed record Convolution(string Name, Buffer X, Buffer Weight, Buffer Y, PatchGrid Grid, WindowPlace Place) : Product(Name)
{
    /// <summary>Row that sums start from; none for zero.</summary>
    public Buffer? Bias { get; init; }

    /// <summary>First channel of X that takes part.</summary>
    public int FirstChannel { get; init; }

    /// <summary>Row of the weights that the first value of a patch meets.</summary>
    public int FirstTerm { get; init; }

    /// <summary>First column of weights, bias and Y.</summary>
    public int FirstColumn { get; init; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; init; } = Y.Columns;

    /// <summary>Whether patches are read where the image lies, between margins of zeros, and not gathered.</summary>
    public bool Direct { get; init; }

    /// <summary>Whether tiles may be stored where they belong: rows in order, and no column of others within reach of a vector.</summary>
    public bool StoresTiles => Place.IsInOrder(Grid) && (Columns == Y.Columns || FirstColumn % 16 == 0 && (Columns % 16 == 0 || EndsRow));

    /// <summary>Whether the columns are the last ones, followed by padding.</summary>
    public bool EndsRow => FirstColumn + Columns == Y.Columns;

    internal override Buffer Result => Y;

    internal override bool Fuses => base.Fuses && Place.IsInOrder(Grid) && Columns == Y.Columns;

    private protected override IEnumerable<Buffer> Operands => Present(X, Weight, Bias);

    private protected override IEnumerable<Buffer> SharedByResult => Present(Weight, Bias);

    /// <inheritdoc/>
    public override string Describe() => $"{base.Describe()} over {Grid}";

    /// <inheritdoc/>
    public override long Flops(int batch) => 2L * batch * Grid.Positions * Grid.Terms * Columns;
}

/// <summary>Rows that windows have in their result: of window (r, c) of a sample FirstRow + RowStep r + ColumnStep c.</summary>
/// <param name="SampleRows">Rows of one sample.</param>
/// <param name="FirstRow">Row of window (0, 0).</param>
/// <param name="RowStep">Rows from a row of windows to the next.</param>
/// <param name="ColumnStep">Rows from a window to the next in its row.</param>
public sealed record WindowPlace(int SampleRows, int FirstRow, int RowStep, int ColumnStep)
{
    /// <summary>One row after the other.</summary>
    public static WindowPlace InOrder(PatchGrid grid) => new(grid.Positions, 0, grid.Columns, 1);

    /// <summary>Whether it is <see cref="InOrder"/>.</summary>
    public bool IsInOrder(PatchGrid grid) => this == InOrder(grid);
}

/// <summary>
/// Weights of a convolution turned round, as the residual of its input needs them: block i of Target is the transpose of
/// the block of tap Taps[i], group by group.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Weight">(tap, input channel of a group) x output channels.</param>
/// <param name="Target">(i, output channel of a group) x input channels.</param>
/// <param name="Taps">Which tap each block is of.</param>
/// <param name="Groups">Groups of channels.</param>
public sealed record TurnWeights(string Name, Buffer Weight, Buffer Target, EquatableArray<int> Taps, int Groups) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Weight];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];
}

/// <summary>Gradient = patches of X transposed, times Residual: mean over samples, sum over positions.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Images.</param>
/// <param name="Residual">Residual of the output, a row per window.</param>
/// <param name="Gradient">Values of a patch x columns.</param>
/// <param name="Grid">Windows over X.</param>
public sealed record ConvolutionGradient(string Name, Buffer X, Buffer Residual, Buffer Gradient, PatchGrid Grid) : SampleSum(Name)
{
    /// <summary>First channel of X that takes part.</summary>
    public int FirstChannel { get; init; }

    /// <summary>Whether patches are read where the image lies, between margins of zeros, and not gathered.</summary>
    public bool Direct { get; init; }

    /// <summary>Column of the residual that the first column of the product is of.</summary>
    public int FirstColumn { get; init; }

    /// <summary>Column of the gradient that it goes to.</summary>
    public int TargetColumn { get; init; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; init; } = Gradient.Columns;

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X, Residual];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Gradient];

    /// <inheritdoc/>
    public override string Describe() => $"{base.Describe()} over {Grid}";

    /// <inheritdoc/>
    public override long Flops(int batch) => 2L * batch * Grid.Positions * Grid.Terms * Columns;
}

/// <summary>
/// Gram of patches, upper triangle, and their means. Of more than <see cref="MostColumns"/> patches every s-th takes part,
/// s at most <see cref="LargestStep"/>. The Gram is scaled by rows / patches, so that divided by the rows it is a mean.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Images.</param>
/// <param name="Gram">Result, of the order of a patch.</param>
/// <param name="Means">Mean of each value of a patch; null where no bias takes part.</param>
/// <param name="Grid">Windows over X: those of the layer, or single positions for a Gram of the channels.</param>
public sealed record PatchGram(string Name, Buffer X, Buffer Gram, Buffer? Means, PatchGrid Grid) : Kernel(Name)
{
    /// <summary>Patches that all take part.</summary>
    public const int MostColumns = 10_000;

    /// <summary>Largest step from one patch that takes part to the next.</summary>
    public const int LargestStep = 50;

    /// <summary>Patches that take part of <paramref name="patches"/>.</summary>
    public static long ColumnsOf(long patches)
    {
        long step = patches > MostColumns ? Math.Min(LargestStep, (patches + MostColumns - 1) / MostColumns) : 1;
        return (patches + step - 1) / step;
    }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Gram, Means);

    /// <inheritdoc/>
    public override string Describe() => $"{base.Describe()} over {Grid}";

    /// <inheritdoc/>
    public override long Flops(int batch) => ColumnsOf((long)batch * Grid.Positions) * Grid.Terms * Grid.Terms;
}

/// <summary>Patches as a matrix, a row each.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Images.</param>
/// <param name="Patches">Result, a row per window; its rows lie far enough apart for whole vectors to end in them.</param>
/// <param name="Grid">Windows over X.</param>
public sealed record GatherPatches(string Name, Buffer X, Buffer Patches, PatchGrid Grid) : Kernel(Name)
{
    /// <summary>Whether a last column holds a 1 where the bias is decorrelated, else a 0.</summary>
    public bool AddsOnes { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Patches];

    /// <inheritdoc/>
    public override string Describe() => $"{base.Describe()} over {Grid}";
}

/// <summary>
/// The gradient of a convolution as the right side of a system of its input channels: channels x (tap, output), the bias
/// gradient in a last row once for each tap; or the solution back.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Gradient">(tap, channel) x outputs.</param>
/// <param name="Bias">Bias gradient; null without one, and on the way back.</param>
/// <param name="RightSide">Channels, then bias, x (tap, output).</param>
/// <param name="Taps">Taps of the kernel.</param>
/// <param name="Returns">Whether the solution goes back.</param>
public sealed record ArrangeTaps(string Name, Buffer Gradient, Buffer? Bias, Buffer RightSide, int Taps, bool Returns) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Returns ? [RightSide] : Present(Gradient, Bias);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Returns ? [Gradient] : [RightSide];
}

/// <summary>Bias = the mean of its copies in a solution by channels.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="RightSide">Solution.</param>
/// <param name="Bias">Bias gradient.</param>
/// <param name="Row">Row of the solution that holds the copies.</param>
/// <param name="Taps">Their number.</param>
public sealed record TapMean(string Name, Buffer RightSide, Buffer Bias, int Row, int Taps) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [RightSide];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Bias];
}

/// <summary>
/// Right side = (right side - taken / N) / λ, N the rows of the call times the positions of each: what the identity of
/// Woodbury leaves of a gradient, after a factorisation that did not fail; one that did leaves it as it is.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Taken">What is taken out of it, N times.</param>
/// <param name="RightSide">Gradient, decorrelated in place.</param>
/// <param name="Order">Rows of it.</param>
/// <param name="Positions">Positions of a row of the call.</param>
public sealed record WoodburyDifference(string Name, Buffer Taken, Buffer RightSide, int Order, int Positions) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Taken];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => [RightSide];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [RightSide];
}

/// <summary>How steep the mean loss is along a layer's decorrelated gradient, ⟨D, Ĝ⟩, from both.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Gradient">Ĝ, a copy from before.</param>
/// <param name="Bias">That of the bias; null without one.</param>
/// <param name="Direction">D.</param>
/// <param name="BiasDirection">That of the bias; null without one.</param>
public sealed record SlopeBetween(string Name, Buffer Gradient, Buffer? Bias, Buffer Direction, Buffer? BiasDirection) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(Gradient, Bias, Direction, BiasDirection);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [];
}

/// <summary>Y = Bias + each channel's patch times its own kernel.</summary>
/// <param name="Name">Layer.</param>
/// <param name="X">Images.</param>
/// <param name="Weight">Taps x channels.</param>
/// <param name="Bias">Row that sums start from; none for zero.</param>
/// <param name="Y">Result, a row per window.</param>
/// <param name="Grid">Windows over X.</param>
public sealed record DepthwiseForward(string Name, Buffer X, Buffer Weight, Buffer? Bias, Buffer Y, PatchGrid Grid) : Product(Name)
{
    internal override Buffer Result => Y;

    private protected override IEnumerable<Buffer> Operands => Present(X, Weight, Bias);

    private protected override IEnumerable<Buffer> SharedByResult => Present(Weight, Bias);

    /// <inheritdoc/>
    public override long Flops(int batch) => 2L * batch * Grid.Positions * Grid.Terms;
}

/// <summary>The residual of the input of a depthwise convolution.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Residual">Residual of the output.</param>
/// <param name="Weight">Taps x channels.</param>
/// <param name="DX">Result, a row per position.</param>
/// <param name="Grid">Windows over DX.</param>
public sealed record DepthwiseInputGradient(string Name, Buffer Residual, Buffer Weight, Buffer DX, PatchGrid Grid) : Product(Name)
{
    internal override Buffer Result => DX;

    private protected override IEnumerable<Buffer> Operands => [Residual, Weight];

    private protected override IEnumerable<Buffer> SharedByResult => [Weight];

    /// <inheritdoc/>
    public override long Flops(int batch) => 2L * batch * Grid.Positions * Grid.Terms;
}

/// <summary>The weight gradient of a depthwise convolution: mean over samples, sum over positions.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Images.</param>
/// <param name="Residual">Residual of the output.</param>
/// <param name="Gradient">Taps x channels.</param>
/// <param name="Grid">Windows over X.</param>
public sealed record DepthwiseWeightGradient(string Name, Buffer X, Buffer Residual, Buffer Gradient, PatchGrid Grid) : SampleSum(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X, Residual];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Gradient];

    /// <inheritdoc/>
    public override long Flops(int batch) => 2L * batch * Grid.Positions * Grid.Terms;
}
