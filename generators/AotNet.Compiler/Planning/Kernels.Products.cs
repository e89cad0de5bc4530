namespace AotNet.Compiler.Planning;

/// <summary>A kernel of sums of products.</summary>
/// <param name="Name">Layer and pass.</param>
public abstract record Product(string Name) : FusibleKernel(Name);

/// <summary>C[M, N] = A[M, K] B[K, N] with N the columns of C, padding included.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="A">Left operand, M x K; K x M when <see cref="TransposesA"/>.</param>
/// <param name="B">Right operand, K rows; N rows when <see cref="TransposesB"/>.</param>
/// <param name="C">Result.</param>
/// <param name="M">Rows of C.</param>
/// <param name="K">Length of each sum.</param>
public sealed record MatrixProduct(string Name, Buffer A, Buffer B, Buffer C, Extent M, Extent K) : Product(Name)
{
    /// <summary>Whether A is stored K x M, as the activations are in a weight gradient.</summary>
    public bool TransposesA { get; init; }

    /// <summary>Whether B is stored N x K, as the weights are for the residual of the inputs; K is then constant.</summary>
    public bool TransposesB { get; init; }

    /// <summary>Row that sums start from; none for zero.</summary>
    public Buffer? Bias { get; init; }

    /// <summary>Whether sums are divided by the number of rows of the call.</summary>
    public bool DividesByRows { get; init; }

    /// <summary>The terms to sum for each tile of rows of C, as <see cref="NonzeroTerms"/> lists them; null for all.</summary>
    public Buffer? Terms { get; init; }

    /// <summary>Row of A, where it is not transposed, that the first row of C is of.</summary>
    public int FirstRow { get; init; }

    /// <summary>Whether only tiles that reach the upper triangle are computed.</summary>
    public bool UpperOnly { get; init; }

    /// <summary>
    /// Whether vectors lie along the terms, each output being the sum of a vector's lanes: for few columns of B, as it is
    /// stored, and the rows of the call.
    /// </summary>
    public bool SumsByLanes { get; init; }

    internal override Buffer Result => C;

    internal override bool Fuses => base.Fuses && !UpperOnly;

    private protected override IEnumerable<Buffer> Operands => Present(A, B, Bias, Terms);

    /// <inheritdoc/>
    public override long Flops(int batch) =>
        2L * M.Count(batch, C) * K.Count(batch, B) * C.Columns / (UpperOnly ? 2 : 1);
}

/// <summary>
/// Y = X Weight + Bias of a single row, summed over portions of the inputs: a worker then reads the rows of the weights that
/// it updates, and no core has to ask another one for them.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Inputs.</param>
/// <param name="Weight">Weights, inputs x outputs.</param>
/// <param name="Bias">Bias; null for none.</param>
/// <param name="Y">Result.</param>
/// <param name="Portions">Sums over each portion, portions x outputs.</param>
public sealed record RowProduct(string Name, Buffer X, Buffer Weight, Buffer? Bias, Buffer Y, Buffer Portions) : Product(Name)
{
    internal override Buffer Result => Y;

    private protected override IEnumerable<Buffer> Operands => Present(X, Weight, Bias);

    private protected override IEnumerable<Buffer> Notes => [Portions];

    /// <inheritdoc/>
    public override long Flops(int batch) => 2L * Weight.Rows * Weight.Columns;
}

/// <summary>
/// Gradient = Xᵀ Residual / rows of a dense layer. Where steps update in place, each block of it goes to the optimiser as
/// soon as it is known, and is not stored.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Inputs, rows x inputs unless <see cref="TakesTransposed"/>; decorrelated or not.</param>
/// <param name="Residual">Residual of the outputs, decorrelated or not.</param>
/// <param name="Gradient">Gradient, inputs x outputs.</param>
/// <param name="Weight">Weights that may be updated at once; null when the gradient is needed whole first.</param>
public sealed record WeightGradient(string Name, Buffer X, Buffer Residual, Buffer Gradient, Buffer? Weight) : Kernel(Name)
{
    /// <summary>Whether the inputs are stored inputs x rows.</summary>
    public bool TakesTransposed { get; init; }

    /// <summary>The rows to sum for each tile of inputs, as <see cref="NonzeroTerms"/> lists them; null for all.</summary>
    public Buffer? Terms { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(X, Residual, Terms);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => Present(Weight);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Gradient];

    /// <inheritdoc/>
    public override long Flops(int batch) => 2L * batch * Gradient.Rows * Gradient.Columns;
}

/// <summary>
/// The terms that are not zero in the sums of a product over X: for each tile of its rows the columns, for the forward pass;
/// or for each tile of its columns the rows, for the weight gradient.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Inputs, rows x inputs.</param>
/// <param name="Terms">A list for each tile.</param>
public sealed record NonzeroTerms(string Name, Buffer X, Buffer Terms) : Kernel(Name)
{
    /// <summary>Whether tiles are of columns.</summary>
    public bool OfColumns { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [X];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Terms];
}

/// <summary>DX = Weight Residual for a single row.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Weight">Weights, inputs x outputs.</param>
/// <param name="Residual">Residual of the outputs.</param>
/// <param name="DX">Residual of the inputs.</param>
public sealed record RowInputGradient(string Name, Buffer Weight, Buffer Residual, Buffer DX) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Weight, Residual];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [DX];

    /// <inheritdoc/>
    public override long Flops(int batch) => 2L * Weight.Rows * Weight.Columns;
}

/// <summary>
/// The backward pass of a dense layer in a network of one row: the residual of its inputs, then the outer product that is
/// its weight gradient, in one pass over the weights where steps update in place.
/// </summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="X">Inputs.</param>
/// <param name="Direction">Residual that the weights follow, decorrelated or not.</param>
/// <param name="Residual">Residual of the outputs.</param>
/// <param name="InputResidual">Residual of the inputs; null when nothing before the layer learns.</param>
/// <param name="Gradient">Gradient, inputs x outputs.</param>
/// <param name="Weight">Weights.</param>
public sealed record RowBackward(string Name, Buffer X, Buffer Direction, Buffer Residual, Buffer? InputResidual, Buffer Gradient,
    Buffer Weight) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => new[] { X, Direction, Residual }.Distinct();

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Updates => [Weight];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(InputResidual, Gradient);

    /// <inheritdoc/>
    public override long Flops(int batch) => (InputResidual is null ? 2L : 4L) * X.Columns * Gradient.Columns;
}

/// <summary>C[rows, M] = (A[M, K] B[K, rows])ᵀ for the rows of the call.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="A">Left operand, M x K.</param>
/// <param name="B">Right operand, K x batch, zero in columns that the call has no rows for.</param>
/// <param name="C">Result, batch x M.</param>
public sealed record TransposedProduct(string Name, Buffer A, Buffer B, Buffer C) : Kernel(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [A, B];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [C];

    /// <inheritdoc/>
    public override long Flops(int batch) => 2L * batch * A.Rows * A.Columns;
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

    /// <summary>A further row directly behind the source's that takes part: of a gradient that of the bias.</summary>
    public Buffer? SourceBias { get; init; }

    /// <summary>A further row directly behind the target's that is written.</summary>
    public Buffer? TargetBias { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Present(Source, SourceBias);

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Present(Target, TargetBias);
}

/// <summary>Target = sum over the rows of the call of Source, divided by the number of rows.</summary>
/// <param name="Name">Layer and pass.</param>
/// <param name="Source">rows x columns.</param>
/// <param name="Target">One row.</param>
public sealed record ColumnMean(string Name, Buffer Source, Buffer Target) : SampleSum(Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => [Source];

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => [Target];
}
