namespace AotNet.Compiler.Planning;


/// <summary>What a buffer holds and therefore how long it lives.</summary>
public enum BufferKind
{
    /// <summary>Learned values; live always.</summary>
    Parameter,

    /// <summary>Running averages; live always.</summary>
    Statistic,

    /// <summary>Gradient of a parameter; live always.</summary>
    Gradient,

    /// <summary>Written by the caller before the step.</summary>
    Input,

    /// <summary>Value of a node, or what its backward pass needs of the forward pass.</summary>
    Activation,

    /// <summary>Gradient of the loss by a node's value, per sample.</summary>
    Residual,

    /// <summary>Gram matrices, factors, right-hand sides.</summary>
    Curvature,

    /// <summary>Averaged Gram matrices and the factors made of them; live always.</summary>
    CurvatureState,

    /// <summary>Lives between two kernels.</summary>
    Scratch,

    /// <summary>Read by the caller after the step.</summary>
    Result,
}

/// <summary>
/// A matrix in the arena: <see cref="Rows"/> rows of <see cref="Columns"/> floats, <see cref="Stride"/> apart. Equal buffers
/// are one place in the arena, whatever its view.
/// </summary>
/// <param name="Id">Index among the plan's buffers.</param>
/// <param name="Name">What it holds.</param>
/// <param name="Kind">How long it lives.</param>
/// <param name="Rows">Allocated rows; the batch for per-sample values.</param>
/// <param name="Columns">Values in a row.</param>
/// <param name="Stride">Floats from row to row, a multiple of 16. Padding columns hold zeros.</param>
public sealed record Buffer(int Id, string Name, BufferKind Kind, int Rows, int Columns, int Stride)
{
    /// <summary>Rows of one sample: 1, or the positions of an image, row after row, whose columns are channels.</summary>
    public int PerSample { get; init; } = 1;

    /// <summary>The rows of a call in emitted text.</summary>
    /// <param name="rows">What stands for the number of samples.</param>
    internal string RowsOf(string rows) => PerSample == 1 ? rows : $"{rows} * {Literal.Number(PerSample)}";

    /// <summary>An image whose positions lie without gaps as one row of features; null where padding lies between them.</summary>
    internal Buffer? AsFeatures => Stride == Columns && Stride * PerSample % 1024 != 0
        ? this with { Rows = Rows / PerSample, Columns = Stride * PerSample, Stride = Stride * PerSample, PerSample = 1 }
        : null;

    /// <summary>An image as one row a sample, with the zeros that lie between its positions.</summary>
    internal Buffer BySample => PerSample == 1 ? this
        : this with { Rows = Rows / PerSample, Columns = Stride * PerSample, Stride = Stride * PerSample, PerSample = 1 };

    /// <inheritdoc/>
    public bool Equals(Buffer? other) => other is not null && other.Id == Id;

    /// <inheritdoc/>
    public override int GetHashCode() => Id;

    /// <summary>Floats it takes.</summary>
    public long Length => (long)Rows * Stride;

    /// <summary>Whether it lives between steps.</summary>
    public bool Persists => Kind is BufferKind.Parameter or BufferKind.Statistic or BufferKind.Gradient or BufferKind.CurvatureState;

    /// <summary>
    /// Distance between rows of <paramref name="columns"/> values: whole cache lines, and for wide rows an odd number of
    /// them, so that a column of rows spreads over all sets of the first-level cache in place of a fraction of them.
    /// </summary>
    public static int StrideOf(int columns)
    {
        int stride = RoundUp(columns, 16);
        return stride >= 256 && stride % 32 == 0 ? stride + 16 : stride;
    }

    /// <summary>The least multiple of <paramref name="unit"/> that is not below <paramref name="value"/>.</summary>
    public static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}[{Rows}x{Columns}{(Stride == Columns ? "" : "/" + Literal.Number(Stride))}]";
}

/// <summary>
/// An extent of a kernel: the rows of the call, each of as many rows as a sample has in the buffer that it measures, or a
/// constant.
/// </summary>
/// <param name="Constant">The constant; 0 for the rows of the call.</param>
public readonly record struct Extent(int Constant)
{
    /// <summary>The number of rows of the call.</summary>
    public static Extent Rows => default;

    /// <summary>Whether it is the number of rows of the call.</summary>
    public bool IsRows => Constant == 0;

    /// <summary>A constant extent.</summary>
    public static Extent Of(int constant) => new(constant);

    /// <summary>Its value in a call of <paramref name="batch"/> rows.</summary>
    /// <param name="batch">Rows of the call.</param>
    /// <param name="measured">The buffer whose rows it is.</param>
    internal long Count(int batch, Buffer measured) => IsRows ? (long)batch * measured.PerSample : Constant;

    /// <summary>As a C# expression.</summary>
    public override string ToString() => IsRows ? "rows" : Literal.Number(Constant);
}
