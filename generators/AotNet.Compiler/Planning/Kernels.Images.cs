namespace AotNet.Compiler.Planning;

/// <summary>The same images with a row per position in place of one per sample, or the other way round.</summary>
/// <param name="Name">Whose they are.</param>
/// <param name="Source">Images.</param>
/// <param name="Target">The same.</param>
/// <param name="Positions">Positions of an image.</param>
/// <param name="Channels">Values of a position.</param>
public sealed record Repack(string Name, Buffer Source, Buffer Target, int Positions, int Channels) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Source];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];
}

/// <summary>Y = the largest value under each window, and which element of the window it is.</summary>
/// <param name="Name">Layer.</param>
/// <param name="X">Images by position.</param>
/// <param name="Y">Result, a row per window.</param>
/// <param name="Places">Number of the element, as integers.</param>
/// <param name="Grid">Windows over X.</param>
/// <param name="Paper">Whether padding takes part as zeros, and elements are counted column by column.</param>
public sealed record MaxPool(string Name, Buffer X, Buffer Y, Buffer Places, PatchGrid Grid, bool Paper) : Kernel(Name)
{
    internal override IEnumerable<Buffer> SharedOperands => [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Places, Y];

    /// <inheritdoc/>
    public override string Describe() => $"{base.Describe()} over {Grid}";
}

/// <summary>The residual of each window goes to the element that was largest.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="DY">Residual of the output.</param>
/// <param name="Places">Of the forward pass.</param>
/// <param name="DX">Result, a row per position.</param>
/// <param name="Grid">Windows over DX.</param>
/// <param name="Paper">How elements are counted.</param>
public sealed record MaxPoolBackward(string Name, Buffer DY, Buffer Places, Buffer DX, PatchGrid Grid, bool Paper) : Kernel(Name)
{
    /// <summary>Values of the output, where residuals pass only if those are positive; null where all do.</summary>
    public Buffer? Passing { get; init; }

    internal override IEnumerable<Buffer> SharedOperands => [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(DY, Places, Passing);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [DX];
}

/// <summary>Y = the mean of what lies under each window.</summary>
/// <param name="Name">Layer.</param>
/// <param name="X">Images by position.</param>
/// <param name="Y">Result, a row per window.</param>
/// <param name="Grid">Windows over X.</param>
public sealed record AveragePool(string Name, Buffer X, Buffer Y, PatchGrid Grid) : Kernel(Name)
{
    internal override IEnumerable<Buffer> SharedOperands => [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Y];

    /// <inheritdoc/>
    public override string Describe() => $"{base.Describe()} over {Grid}";
}

/// <summary>The residual of each window goes in equal shares to what lay under it.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="DY">Residual of the output.</param>
/// <param name="DX">Result, a row per position.</param>
/// <param name="Grid">Windows over DX.</param>
public sealed record AveragePoolBackward(string Name, Buffer DY, Buffer DX, PatchGrid Grid) : Kernel(Name)
{
    internal override IEnumerable<Buffer> SharedOperands => [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [DY];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [DX];
}

/// <summary>Each position of X fills a window of Y.</summary>
/// <param name="Name">Layer.</param>
/// <param name="X">Images by position, one position per window.</param>
/// <param name="Y">Result.</param>
/// <param name="Grid">Windows over Y, side by side.</param>
public sealed record Upsample(string Name, Buffer X, Buffer Y, PatchGrid Grid) : Kernel(Name)
{
    internal override IEnumerable<Buffer> SharedOperands => [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Y];
}

/// <summary>DX = the sum of each window of DY.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="DY">Residual of the output.</param>
/// <param name="DX">Result, a row per window.</param>
/// <param name="Grid">Windows over DY, side by side.</param>
public sealed record UpsampleBackward(string Name, Buffer DY, Buffer DX, PatchGrid Grid) : Kernel(Name)
{
    internal override IEnumerable<Buffer> SharedOperands => [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [DY];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [DX];
}

/// <summary>Target(y, x) = Source(y - Down, x - Right), zero where that lies outside: padding, and cutting it off again.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Source">Images by position.</param>
/// <param name="Target">Images by position.</param>
/// <param name="SourceHeight">Rows of the source's images.</param>
/// <param name="SourceWidth">Columns of them.</param>
/// <param name="TargetHeight">Rows of the target's images.</param>
/// <param name="TargetWidth">Columns of them.</param>
/// <param name="Down">Rows that images move down.</param>
/// <param name="Right">Columns that they move right.</param>
public sealed record Shift(string Name, Buffer Source, Buffer Target, int SourceHeight, int SourceWidth, int TargetHeight, int TargetWidth,
    int Down, int Right) : Kernel(Name)
{
    internal override IEnumerable<Buffer> SharedOperands => [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Source];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];
}

/// <summary>Target = zeros.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Target">What is cleared.</param>
public sealed record Clear(string Name, Buffer Target) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];
}

/// <summary>Normalisation of each sample by groups of channels over all positions.</summary>
/// <param name="Name">Layer.</param>
/// <param name="X">Input.</param>
/// <param name="Y">Output.</param>
/// <param name="Gain">Learned factor per channel.</param>
/// <param name="Shift">Learned summand per channel.</param>
/// <param name="Statistics">Rows 2 n and 2 n + 1 for sample n: mean of each channel's group, and 1 / root.</param>
/// <param name="Groups">Groups of channels.</param>
/// <param name="Epsilon">Added under the root.</param>
public sealed record GroupNormForward(string Name, Buffer X, Buffer Y, Buffer Gain, Buffer Shift, Buffer Statistics, int Groups, float Epsilon)
    : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X, Gain, Shift];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Statistics, Y];
}

/// <summary>Gradients of gain and shift of a group norm: mean over samples, sum over positions.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="DY">Residual of the output.</param>
/// <param name="X">Input.</param>
/// <param name="Statistics">Of the forward pass.</param>
/// <param name="DGain">Gradient of the gain.</param>
/// <param name="DShift">Gradient of the shift.</param>
public sealed record GroupNormParameters(string Name, Buffer DY, Buffer X, Buffer Statistics, Buffer DGain, Buffer DShift) : Kernel(Name)
{
    /// <summary>Within the kernel: both sums of each portion of the samples; null where samples are not cut.</summary>
    public Buffer? Portions { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [DY, X, Statistics];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Portions, DGain, DShift);
}

/// <summary>Residual of the input of a group norm.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="DY">Residual of the output.</param>
/// <param name="X">Input.</param>
/// <param name="Gain">Learned factor per channel.</param>
/// <param name="Statistics">Of the forward pass.</param>
/// <param name="DX">Result.</param>
/// <param name="Groups">Groups of channels.</param>
public sealed record GroupNormBackward(string Name, Buffer DY, Buffer X, Buffer Gain, Buffer Statistics, Buffer DX, int Groups) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [DY, X, Gain, Statistics];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [DX];
}
