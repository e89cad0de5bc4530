namespace AotNet.Compiler.Planning;


/// <summary>Output = expression of the inputs, element by element over the rows of the call.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Inputs">Operands <c>{0}</c>, <c>{1}</c>, ... of one stride.</param>
/// <param name="Output">Result, of the same stride.</param>
/// <param name="Expression">C# over vectors.</param>
/// <param name="MaskPadding">Whether the expression would make padding non-zero, so that it must be masked.</param>
public sealed record Elementwise(string Name, EquatableArray<Buffer> Inputs, Buffer Output, string Expression, bool MaskPadding)
    : Kernel(Name)
{
    internal Elementwise(string name, Buffer[] inputs, Buffer output, string expression, bool MaskPadding)
        : this(name, inputs.ToEquatableArray(), output, expression, MaskPadding)
    {
    }

    internal override IEnumerable<Buffer> SharedOperands => [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Inputs.Where(input => input != Output);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => Inputs.Where(input => input == Output);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Output];
}

/// <summary>While training, Output = Input with random elements, or channels, zeroed and the rest scaled; a copy otherwise.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Input">Values.</param>
/// <param name="Output">Result.</param>
/// <param name="Rate">Probability of zeroing.</param>
/// <param name="Stream">Stream of random numbers, one per layer.</param>
/// <param name="ByChannel">Whether the positions of a sample share its channels' fate.</param>
public sealed record Dropout(string Name, Buffer Input, Buffer Output, float Rate, int Stream, bool ByChannel) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Output];
}

/// <summary>Copies columns of each row of the call.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Source">Where from.</param>
/// <param name="SourceColumn">First column read.</param>
/// <param name="Target">Where to.</param>
/// <param name="TargetColumn">First column written.</param>
/// <param name="Count">Columns.</param>
public sealed record CopyColumns(string Name, Buffer Source, int SourceColumn, Buffer Target, int TargetColumn, int Count) : Kernel(Name)
{
    /// <summary>Whether an earlier kernel wrote other columns of the target.</summary>
    public bool Continues { get; init; }

    /// <summary>Column up to which the rest of the row is zeroed; 0 for none.</summary>
    public int PadsTo { get; init; }

    /// <summary>Rows of matrices that have a fixed number of them; 0 for those of the call.</summary>
    public int FixedRows { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Source];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => Continues ? [Target] : [];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];
}

/// <summary>Target = the sum of equally large matrices, one for each portion of the samples, divided by the rows of the call.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Portions">One matrix below the other.</param>
/// <param name="Target">Sum.</param>
public sealed record PortionSum(string Name, Buffer Portions, Buffer Target) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Portions];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];
}

/// <summary>Output = Input times one factor per column.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Input">rows x columns.</param>
/// <param name="Scale">One row of factors.</param>
/// <param name="Output">Result.</param>
public sealed record ScaleColumns(string Name, Buffer Input, Buffer Scale, Buffer Output) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Input, Scale];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Output];
}
