namespace AotNet.Compiler.Planning;

/// <summary>
/// Estimates in cycles whether patches are better gathered or read where the image lies. Gathered, a patch is copied once
/// for every window, but tiles are as high as registers allow, whatever lies side by side. Directly, an image is copied once,
/// but forward a tile has windows of one row alone, and a gradient's sums are taken up again for every image. At points, fewer
/// multiply-adds pay for bringing images there and products back.
/// </summary>
static class ConvolutionCost
{
    /// <summary>Largest image, with its margins, that a worker copies to its stack.</summary>
    const int MostFloats = 64 * 1024;

    /// <summary>Cycles that a vector takes to be copied.</summary>
    const int CopiedVector = 3;

    /// <summary>Cycles of a patch, and of each of its rows, beside the copy.</summary>
    const int Piece = 4;

    /// <summary>Cycles of each sum to be loaded and stored, and those of a tile's call.</summary>
    const int TakenUp = 3, TileCall = 10;

    /// <summary>Windows after which gathered sums are taken up again.</summary>
    const int GatheredWindows = 128;

    /// <summary>Cycles for each point that a vector of channels takes to be brought there, or back; and a vector of weights.</summary>
    const double ToPoint = 2.5;

    static readonly InstructionSet Instructions = InstructionSet.Avx512;

    /// <summary>Whether a product of patches reads them from a copy of the image between margins.</summary>
    internal static bool IsDirect(Convolution product)
    {
        PatchGrid grid = product.Grid;
        return product.StoresTiles && MayBeDirect(grid) && Directly(product) < Gathered(product);
    }

    /// <summary>Whether it is better made at points, its weights brought there once a step.</summary>
    /// <param name="product">Product.</param>
    /// <param name="points">The same at points.</param>
    /// <param name="batch">Images of a step.</param>
    internal static bool IsAtPoints(Convolution product, WinogradConvolution points, int batch)
    {
        PatchGrid grid = product.Grid;
        bool whole = product is { FirstChannel: 0, FirstTerm: 0, FirstColumn: 0 } && product.Columns == product.Y.Columns && product.Place.IsInOrder(grid);
        bool fits = grid.KernelHeight == grid.KernelWidth && grid is { KernelHeight: 3 or 5, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1 } && product.X.PerSample > 1 && points.BlockRows > 0;
        if (!whole || !fits)
            return false;
        int vectors = VectorsOf(product.Columns), squares = points.BlockSquares, height = Instructions.TileRows(vectors, squares);
        double tiles = points.Points * Panels(product.Columns) * (grid.Channels * Instructions.TileCost(vectors, squares, height) / squares
            + CopiedVector * vectors + (double)TileCall / height);
        double perVector = ToPoint * points.Points, moves = perVector * (points.ChannelStride + points.ColumnStride) / Instructions.Lanes;
        double weights = perVector * grid.Channels * points.ColumnStride / Instructions.Lanes / batch;
        double image = points.SquareRows * points.SquareColumns * (tiles + moves) + weights;
        return image < Gathered(product) && !(product.Direct && image >= Directly(product));
    }

    static double Directly(Convolution product)
    {
        PatchGrid grid = product.Grid;
        int vectors = VectorsOf(product.Columns), height = Instructions.TileRows(vectors, grid.Columns);
        return Panels(product.Columns) * grid.Terms * grid.Rows * Instructions.TileCost(vectors, grid.Columns, height) + Copy(grid);
    }

    static double Gathered(Convolution product)
    {
        PatchGrid grid = product.Grid;
        int vectors = VectorsOf(product.Columns), usual = Instructions.TileRows(vectors, int.MaxValue);
        return Panels(product.Columns) * grid.Terms * grid.Positions * Instructions.TileCost(vectors, usual, usual) / usual + Gather(grid);
    }

    /// <summary>Whether a weight gradient does.</summary>
    internal static bool IsDirect(ConvolutionGradient product)
    {
        PatchGrid grid = product.Grid;
        if (!MayBeDirect(grid))
            return false;
        int vectors = VectorsOf(product.Columns), height = Math.Min(grid.Terms, Instructions.MostTileRows(vectors)), usual = Instructions.TileRows(vectors, grid.Terms);
        double direct = PerTerm(height, grid.Positions), gathered = PerTerm(usual, GatheredWindows) * grid.Positions / GatheredWindows;
        double panels = Panels(product.Columns);
        return panels * grid.Terms * direct + Copy(grid) < panels * grid.Terms * gathered + Gather(grid);

        double PerTerm(int rows, int windows) =>
            (windows * Instructions.TileCost(vectors, rows, rows) + TakenUp * rows * vectors + TileCall) / rows;
    }

    static bool MayBeDirect(PatchGrid grid) => !grid.IsPlain && grid.DilationX == 1 && grid.PaddedFloats <= MostFloats;

    static int VectorsOf(int columns) => Math.Min(Instructions.TileVectors, Buffer.RoundUp(columns, Instructions.Lanes) / Instructions.Lanes);

    /// <summary>Panels of the widest tile that columns take, the last one by its part.</summary>
    static double Panels(int columns) => (double)Buffer.RoundUp(columns, Instructions.Lanes) / (VectorsOf(columns) * Instructions.Lanes);

    static double Copy(PatchGrid grid) => CopiedVector * (double)grid.PaddedFloats / Instructions.Lanes;

    static double Gather(PatchGrid grid) => grid.Positions * (double)(Piece
        + grid.KernelHeight * (Piece + CopiedVector * Buffer.RoundUp(grid.RowTerms, Instructions.Lanes) / Instructions.Lanes));
}
