namespace AotNet.Compiler.Planning;

/// <summary>
/// Chooses the products that leave out terms which are zero for a whole tile: those over inputs of the network, which often
/// are, in blank borders of images and in one-hot rows, where values of layers hardly ever are. What is zero is seen at run
/// time, batch by batch; inputs that have few zeros cost a glance at some of their rows.
/// </summary>
static class SparsityPlanner
{
    /// <summary>Rows, or columns, of X that share a list: as many as the runtime's.</summary>
    internal const int TileExtent = 8;

    /// <summary>Shortest sums to be listed.</summary>
    const int LeastTerms = 16;

    /// <summary>
    /// Most outputs that are not worth it: each input is looked at once for as many multiply-adds as there are outputs. Up to
    /// so many, tiles are also narrow and tall, and lists are for <see cref="TileExtent"/> rows.
    /// </summary>
    const int FewOutputs = 64;

    /// <summary>The kernel that lists the terms of a layer's forward pass; null where all are summed.</summary>
    /// <param name="name">Layer.</param>
    /// <param name="x">Inputs, batch x inputs.</param>
    /// <param name="outputs">Columns of the result.</param>
    /// <param name="scratch">Makes a buffer of a name, rows and columns; null where nothing may be listed.</param>
    internal static NonzeroTerms? Forward(string name, Buffer x, int outputs, Func<string, int, int, Buffer>? scratch) =>
        scratch is not null && MayLack(x, outputs)
            ? new NonzeroTerms(name, x, scratch(name + " terms", (x.Rows + TileExtent - 1) / TileExtent, 1 + x.Columns))
            : null;

    /// <summary>The kernel that lists the terms of a layer's weight gradient; null where all are summed.</summary>
    /// <inheritdoc cref="Forward"/>
    internal static NonzeroTerms? WeightGradient(string name, Buffer x, int outputs, Func<string, int, int, Buffer> scratch) =>
        MayLack(x, outputs)
            ? new NonzeroTerms(name, x, scratch(name + " terms", x.Columns / TileExtent, 1 + x.Rows)) { OfColumns = true }
            : null;

    /// <summary>Whether each tile of so many rows lies in what one list is for.</summary>
    internal static bool ServesTiles(int rows) => TileExtent % rows == 0;

    static bool MayLack(Buffer x, int outputs) => x.Kind == BufferKind.Input && x.Rows >= LeastTerms && x.Columns >= LeastTerms
        && x.Columns % TileExtent == 0 && outputs > FewOutputs;
}
