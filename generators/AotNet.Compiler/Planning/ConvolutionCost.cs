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

    /// <summary>
    /// Cycles for each point that a vector of channels takes to be brought there, or back, and a vector of weights; and for a
    /// weight gradient, which begins anew for each row of points.
    /// </summary>
    const double ToPoint = 2.5, ToRowOfPoints = 4;

    /// <summary>
    /// Samples of a weight gradient at points. Behind ReLU and pools a few samples leave taps without a term: their gradients are
    /// zeros, which sums at points only come near, and a rule that scales each weight's step by its gradient's size would tell.
    /// </summary>
    const int LeastSamples = 8;

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
        if (!whole || !MayBeAtPoints(grid, product.X) || points.BlockRows == 0)
            return false;
        int vectors = VectorsOf(product.Columns), squares = points.BlockSquares, height = Instructions.TileRows(vectors, squares);
        double tiles = points.Points.Count * Panels(product.Columns) * (grid.Channels * Instructions.TileCost(vectors, squares, height) / squares
            + CopiedVector * vectors + (double)TileCall / height);
        double perVector = ToPoint * points.Points.Count, moves = perVector * (points.Points.ChannelStride + points.ColumnStride) / Instructions.Lanes;
        double weights = perVector * grid.Channels * points.ColumnStride / Instructions.Lanes / batch;
        double image = points.Points.Rows * points.Points.Columns * (tiles + moves) + weights;
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
    internal static bool IsDirect(ConvolutionGradient product) => MayBeDirect(product.Grid) && Directly(product) < Gathered(product);

    /// <summary>Whether a weight gradient is better made at points.</summary>
    /// <param name="product">Gradient.</param>
    /// <param name="points">The same at points.</param>
    /// <param name="batch">Images of a step.</param>
    internal static bool IsAtPoints(ConvolutionGradient product, WinogradGradient points, int batch)
    {
        int count = points.Points.Count, channels = points.Grid.Channels, vectors = VectorsOf(product.Columns), block = points.BlockSquares;
        if (batch < LeastSamples || block == 0)
            return false;
        double tiles = Panels(product.Columns) * Instructions.TileCost(vectors, channels, Instructions.TileRows(vectors, channels));
        double sums = (double)channels * points.ColumnStride / Instructions.Lanes, moves = ToRowOfPoints * (points.Points.ChannelStride + points.ColumnStride) / Instructions.Lanes;
        double square = count * (tiles + moves + TakenUp * sums / block), end = count * CopiedVector * sums * (points.Portions + 1) / batch;
        double image = points.Points.Rows * points.Points.Columns * square + end;
        return image < Gathered(product) && !(product.Direct && image >= Directly(product));
    }

    /// <summary>Whether windows are such that products may be taken at points.</summary>
    internal static bool MayBeAtPoints(PatchGrid grid, Buffer x) => grid.KernelHeight == grid.KernelWidth && x.PerSample > 1
        && grid is { KernelHeight: 3 or 5, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1 };

    static double Directly(ConvolutionGradient product)
    {
        PatchGrid grid = product.Grid;
        int vectors = VectorsOf(product.Columns), height = Math.Min(grid.Terms, Instructions.MostTileRows(vectors));
        return Panels(product.Columns) * grid.Terms * PerTerm(vectors, height, grid.Positions) + Copy(grid);
    }

    static double Gathered(ConvolutionGradient product)
    {
        PatchGrid grid = product.Grid;
        int vectors = VectorsOf(product.Columns), usual = Instructions.TileRows(vectors, grid.Terms);
        return Panels(product.Columns) * grid.Terms * PerTerm(vectors, usual, GatheredWindows) * grid.Positions / GatheredWindows + Gather(grid);
    }

    /// <summary>Cycles of a row of a weight gradient's tile over so many windows.</summary>
    static double PerTerm(int vectors, int rows, int windows) =>
        (windows * Instructions.TileCost(vectors, rows, rows) + TakenUp * rows * vectors + TileCall) / rows;

    static bool MayBeDirect(PatchGrid grid) => !grid.IsPlain && grid.DilationX == 1 && grid.PaddedFloats <= MostFloats;

    static int VectorsOf(int columns) => Math.Min(Instructions.TileVectors, Buffer.RoundUp(columns, Instructions.Lanes) / Instructions.Lanes);

    /// <summary>Panels of the widest tile that columns take, the last one by its part.</summary>
    static double Panels(int columns) => (double)Buffer.RoundUp(columns, Instructions.Lanes) / (VectorsOf(columns) * Instructions.Lanes);

    static double Copy(PatchGrid grid) => CopiedVector * (double)grid.PaddedFloats / Instructions.Lanes;

    static double Gather(PatchGrid grid) => grid.Positions * (double)(Piece
        + grid.KernelHeight * (Piece + CopiedVector * Buffer.RoundUp(grid.RowTerms, Instructions.Lanes) / Instructions.Lanes));
}
