namespace AotNet.Compiler.Planning;


/// <summary>Division of each feature by its running root mean square; see <c>BatchRmsOp</c>.</summary>
/// <param name="Name">Layer.</param>
/// <param name="X">Input.</param>
/// <param name="Y">Output.</param>
/// <param name="MeanSquare">Running mean square v, updated while training.</param>
/// <param name="Scale">1 / denominator of each feature, kept for the backward pass.</param>
/// <param name="Momentum">Weight of the past.</param>
/// <param name="Epsilon">Relative floor.</param>
public sealed record BatchRmsForward(string Name, Buffer X, Buffer Y, Buffer MeanSquare, Buffer Scale, float Momentum, float Epsilon)
    : Kernel(Name)
{
    /// <summary>Within the kernel: for each portion of the samples the sums of squares; null where samples are not cut.</summary>
    public Buffer? Portions { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X];

    internal override Kernel Again => new ScaleColumns(Name, X, Scale, Y);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => [MeanSquare];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Portions, Scale, Y);
}

/// <summary>Residual of the input of a <c>BatchRms</c> whose denominator moves with the batch.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="DY">Residual of the output.</param>
/// <param name="X">Input.</param>
/// <param name="Scale">1 / denominator of each feature.</param>
/// <param name="MeanSquare">Running mean square, this batch included.</param>
/// <param name="Pull">Within the kernel: what each feature's denominator adds to the residual.</param>
/// <param name="DX">Result.</param>
/// <param name="Momentum">Weight of the past in the running mean square.</param>
/// <param name="Epsilon">Relative floor.</param>
public sealed record BatchRmsBackward(string Name, Buffer DY, Buffer X, Buffer Scale, Buffer MeanSquare, Buffer Pull, Buffer DX,
    float Momentum, float Epsilon) : Kernel(Name)
{
    /// <summary>Within the kernel: for each portion of the samples the sums that <see cref="Pull"/> is made of; null where samples are not cut.</summary>
    public Buffer? Portions { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [DY, X, Scale, MeanSquare];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Portions, Pull, DX);
}

/// <summary>Normalisation of each sample over its features: LayerNorm with a shift, RMSNorm without.</summary>
/// <param name="Name">Layer.</param>
/// <param name="X">Input.</param>
/// <param name="Y">Output.</param>
/// <param name="Gain">Learned factor per feature.</param>
/// <param name="Shift">Learned summand per feature; without it the mean is not subtracted.</param>
/// <param name="Statistics">Row 0: mean of each sample; row 1: 1 / root.</param>
/// <param name="Epsilon">Added under the root.</param>
public sealed record RowNormForward(string Name, Buffer X, Buffer Y, Buffer Gain, Buffer? Shift, Buffer Statistics, float Epsilon)
    : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(X, Gain, Shift);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Statistics, Y];
}

/// <summary>Gradients of gain and shift of a row norm: mean over samples, sum over positions.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="DY">Residual of the output.</param>
/// <param name="X">Input.</param>
/// <param name="Statistics">Of the forward pass.</param>
/// <param name="DGain">Gradient of the gain.</param>
/// <param name="DShift">Gradient of the shift, if there is one.</param>
public sealed record RowNormParameters(string Name, Buffer DY, Buffer X, Buffer Statistics, Buffer DGain, Buffer? DShift) : Kernel(Name)
{
    /// <summary>Within the kernel: the sums of each portion of the samples; null where samples are not cut.</summary>
    public Buffer? Portions { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [DY, X, Statistics];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Portions, DGain, DShift);
}

/// <summary>Residual of the input of a row norm.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="DY">Residual of the output.</param>
/// <param name="X">Input.</param>
/// <param name="Gain">Learned factor per feature.</param>
/// <param name="Statistics">Of the forward pass.</param>
/// <param name="DX">Result.</param>
/// <param name="Centres">Whether the mean was subtracted.</param>
public sealed record RowNormBackward(string Name, Buffer DY, Buffer X, Buffer Gain, Buffer Statistics, Buffer DX, bool Centres) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [DY, X, Gain, Statistics];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [DX];
}

/// <summary>Batch normalisation; see <c>BatchNormOp</c>.</summary>
/// <param name="Name">Layer.</param>
/// <param name="X">Input.</param>
/// <param name="Y">Output.</param>
/// <param name="Gain">Learned factor per feature.</param>
/// <param name="Shift">Learned summand per feature.</param>
/// <param name="Mean">Running mean.</param>
/// <param name="Variance">Running variance.</param>
/// <param name="Statistics">Row 0: mean of each feature in this batch; row 1: 1 / root.</param>
/// <param name="Momentum">Weight of the newest batch.</param>
/// <param name="Epsilon">Added under the root.</param>
public sealed record BatchNormForward(string Name, Buffer X, Buffer Y, Buffer Gain, Buffer Shift, Buffer Mean, Buffer Variance,
    Buffer Statistics, float Momentum, float Epsilon) : FusibleKernel(Name)
{
    /// <summary>Within the kernel: mean and sum of squared deviations of each portion of the samples; null where samples are not cut.</summary>
    public Buffer? Portions { get; init; }

    internal override Kernel Again => new BatchNormRepeat(Name, X, Y, Gain, Shift, Statistics) { Epilogue = Epilogue };

    internal override Buffer Result => Y;

    private protected override IEnumerable<Buffer> Operands => [X, Gain, Shift];

    private protected override IEnumerable<Buffer> Notes => Present(Portions, Statistics);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => [Mean, Variance];
}

/// <summary>Batch normalisation once more, by the statistics that the forward pass left.</summary>
/// <param name="Name">Layer.</param>
/// <param name="X">Input.</param>
/// <param name="Y">Output.</param>
/// <param name="Gain">Learned factor per feature.</param>
/// <param name="Shift">Learned summand per feature.</param>
/// <param name="Statistics">Of the forward pass.</param>
public sealed record BatchNormRepeat(string Name, Buffer X, Buffer Y, Buffer Gain, Buffer Shift, Buffer Statistics) : FusibleKernel(Name)
{
    internal override Buffer Result => Y;

    private protected override IEnumerable<Buffer> Operands => [X, Gain, Shift, Statistics];
}

/// <summary>Gradients of gain and shift, and the residual of the input if wanted.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="DY">Residual of the output.</param>
/// <param name="X">Input.</param>
/// <param name="Gain">Learned factor per feature.</param>
/// <param name="Statistics">Of the forward pass.</param>
/// <param name="DGain">Gradient of the gain.</param>
/// <param name="DShift">Gradient of the shift.</param>
/// <param name="DX">Residual of the input; none when nothing before it learns.</param>
public sealed record BatchNormBackward(string Name, Buffer DY, Buffer X, Buffer Gain, Buffer Statistics, Buffer DGain, Buffer DShift,
    Buffer? DX) : Kernel(Name)
{
    /// <summary>Within the kernel: both sums of each portion of the samples; null where samples are not cut.</summary>
    public Buffer? Portions { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [DY, X, Gain, Statistics];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Portions, DGain, DShift, DX);
}
