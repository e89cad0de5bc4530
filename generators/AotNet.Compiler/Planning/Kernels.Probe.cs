namespace AotNet.Compiler.Planning;

/// <summary>
/// A product of a plan that is only looked into: the same numbers as <paramref name="Product"/> but for rounding, by one
/// general method of the runtime in place of code for its very shape, which would be as large as the step's own.
/// </summary>
/// <param name="Product">A product without epilogue that transposes its right operand or none.</param>
public sealed record PlainProduct(MatrixProduct Product) : Kernel(Product.Name)
{
    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads => Product.Reads;

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Product.Writes;

    /// <inheritdoc/>
    public override long Flops(int batch) => Product.Flops(batch);

    /// <summary>A kernel of such a plan in its place, where it can take it.</summary>
    internal static Kernel For(Kernel kernel) => kernel is MatrixProduct
    {
        Epilogue: null, TransposesA: false, UpperOnly: false, DividesByRows: false, FirstRow: 0, K.IsRows: false,
    } product ? new PlainProduct(product) : kernel;
}
