namespace AotNet.Compiler.Planning;

/// <summary>
/// Estimates in cycles whether patches are better gathered or read where the image lies. Gathered, a patch is copied once
/// for every window, but tiles are as high as registers allow, whatever lies side by side. Directly, an image is copied once,
/// but forward a tile has windows of one row alone, and a gradient's sums are taken up again for every image.
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

    static readonly InstructionSet Instructions = InstructionSet.Avx512;

    /// <summary>Whether a product of patches reads them from a copy of the image between margins.</summary>
    internal static bool IsDirect(Convolution product)
    {
        PatchGrid grid = product.Grid;
        if (!product.StoresTiles || !MayBeDirect(grid))
            return false;
        int vectors = VectorsOf(product.Columns), height = Instructions.TileRows(vectors, grid.Columns), usual = Instructions.TileRows(vectors, int.MaxValue);
        double direct = grid.Rows * Instructions.TileCost(vectors, grid.Columns, height);
        double gathered = grid.Positions * Instructions.TileCost(vectors, usual, usual) / usual;
        double panels = (double)Buffer.RoundUp(product.Columns, Instructions.Lanes) / (vectors * Instructions.Lanes);
        return panels * grid.Terms * direct + Copy(grid) < panels * grid.Terms * gathered + Gather(grid);
    }

    /// <summary>Whether a weight gradient does.</summary>
    internal static bool IsDirect(ConvolutionGradient product)
    {
        PatchGrid grid = product.Grid;
        if (!MayBeDirect(grid))
            return false;
        int vectors = VectorsOf(product.Columns), height = Math.Min(grid.Terms, Instructions.MostTileRows(vectors)), usual = Instructions.TileRows(vectors, grid.Terms);
        double direct = PerTerm(height, grid.Positions), gathered = PerTerm(usual, GatheredWindows) * grid.Positions / GatheredWindows;
        double panels = (double)Buffer.RoundUp(product.Columns, Instructions.Lanes) / (vectors * Instructions.Lanes);
        return panels * grid.Terms * direct + Copy(grid) < panels * grid.Terms * gathered + Gather(grid);

        double PerTerm(int rows, int windows) =>
            (windows * Instructions.TileCost(vectors, rows, rows) + TakenUp * rows * vectors + TileCall) / rows;
    }

    static bool MayBeDirect(PatchGrid grid) => !grid.IsPlain && grid.DilationX == 1 && grid.PaddedFloats <= MostFloats;

    static int VectorsOf(int columns) => Math.Min(Instructions.TileVectors, Buffer.RoundUp(columns, Instructions.Lanes) / Instructions.Lanes);

    static double Copy(PatchGrid grid) => CopiedVector * (double)grid.PaddedFloats / Instructions.Lanes;

    static double Gather(PatchGrid grid) => grid.Positions * (double)(Piece
        + grid.KernelHeight * (Piece + CopiedVector * Buffer.RoundUp(grid.RowTerms, Instructions.Lanes) / Instructions.Lanes));
}
