namespace AotNet.Compiler.Planning;


/// <summary>C[M, N] = A[M, K] B[K, N] with N the columns of C, padding included.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="A">Left operand, M x K; K x M when <see cref="TransposesA"/>.</param>
/// <param name="B">Right operand, K rows.</param>
/// <param name="C">Result.</param>
/// <param name="M">Rows of C.</param>
/// <param name="K">Length of each sum.</param>
public sealed record MatrixProduct(string Name, Buffer A, Buffer B, Buffer C, Extent M, Extent K) : Kernel(Name)
{
    /// <summary>Whether A is stored K x M, as the activations are in a weight gradient.</summary>
    public bool TransposesA { get; init; }

    /// <summary>Row that sums start from; none for zero.</summary>
    public Buffer? Bias { get; init; }

    /// <summary>Whether sums are divided by the number of rows of the call.</summary>
    public bool DividesByRows { get; init; }

    /// <summary>Row of A, where it is not transposed, that the first row of C is of.</summary>
    public int FirstRow { get; init; }

    /// <summary>Whether only tiles that reach the upper triangle are computed.</summary>
    public bool UpperOnly { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(A, B, Bias);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [C];

    /// <inheritdoc/>
    public override long Flops(int batch) =>
        2L * (M.IsRows ? batch : M.Constant) * (K.IsRows ? batch : K.Constant) * C.Columns / (UpperOnly ? 2 : 1);
}

/// <summary>Target[columns, rows] = Source[rows, columns]ᵀ; the target's columns beyond the source's rows are zeroed.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Source">Matrix to transpose.</param>
/// <param name="Target">Its transpose.</param>
/// <param name="Rows">Rows of the source.</param>
public sealed record Transpose(string Name, Buffer Source, Buffer Target, Extent Rows) : Kernel(Name)
{
    /// <summary>Whether a further row of the target holds a one for each row of the source.</summary>
    public bool AddsOnes { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Source];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];
}

/// <summary>Target = sum over the rows of the call of Source, divided by the number of rows.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Source">rows x columns.</param>
/// <param name="Target">One row.</param>
public sealed record ColumnMean(string Name, Buffer Source, Buffer Target) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Source];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];
}
