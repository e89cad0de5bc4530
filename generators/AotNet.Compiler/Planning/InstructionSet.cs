namespace AotNet.Compiler.Planning;

/// <summary>
/// What planning and templates know of an instruction set. Emitted text names vectors by the aliases <c>V</c> (the vector
/// of floats), <c>VI</c> (of 32-bit unsigned integers) and <c>VN</c> (the static class with their operations), so that
/// both halves of a network differ in aliases and tiles alone.
/// </summary>
/// <param name="Name">Name of the nested class.</param>
/// <param name="VectorClass">Static class of the vector operations: <c>Vector512</c>.</param>
/// <param name="Lanes">Floats in a vector.</param>
/// <param name="Registers">Vectors in registers.</param>
/// <param name="MultiplyAdds">Vector multiply-adds a core begins in each cycle.</param>
public sealed record InstructionSet(string Name, string VectorClass, int Lanes, int Registers, int MultiplyAdds)
{
    /// <summary>Cycles from a multiply-add to the one that needs its sum.</summary>
    const int Latency = 4;

    /// <summary>Cycles that a vector of a tile costs beside its multiply-adds: loop, start and end.</summary>
    const double Overhead = 0.5;

    /// <summary>Part of the cost of the usual tile below which another one is worth its place.</summary>
    const double WorthWhile = 0.96;

    /// <summary>Tallest tile: a narrow panel gets more rows, up to this.</summary>
    const int UsualTileRows = 16;

    /// <summary>Floats in the first-level cache.</summary>
    const int FirstCacheFloats = 8 * 1024;

    /// <summary>Floats in the second-level cache.</summary>
    const int SecondCacheFloats = 256 * 1024;

    /// <summary>Floats between loads up to which a processor foresees the next one.</summary>
    const int FarApart = 304;

    const int BandFloats = SecondCacheFloats / 8;

    /// <summary>32 registers of 16 floats. Two pipes of 256 bits, as many cores have, make one multiply-add a cycle.</summary>
    public static InstructionSet Avx512 { get; } = new("Avx512", "Vector512", 16, 32, 1);

    /// <summary>16 registers of 8 floats.</summary>
    public static InstructionSet Avx2 { get; } = new("Avx2", "Vector256", 8, 16, 2);

    /// <summary>Vectors across the widest product tile: with three, one broadcast serves three multiply-adds.</summary>
    public int TileVectors => 3;

    /// <summary>Sums that a tile keeps in registers without crowding out what it loads.</summary>
    public int TileSums => Registers * 3 / 4;

    /// <summary>Vectors across a panel of a single row: enough independent sums to hide the latency of each.</summary>
    public int RowVectors => Registers / 2;

    /// <summary>
    /// How many terms ahead a tile asks for its operands' rows: the tile's multiply-adds of as many take as long as a line
    /// from the third-level cache. 0 for panels that stay in the first-level cache from one tile to the next.
    /// </summary>
    /// <param name="terms">Length of the sums.</param>
    /// <param name="vectors">Vectors across the tile.</param>
    public int Ahead(int terms, int vectors) => terms * vectors * Lanes <= 3 * FirstCacheFloats / 4 ? 0 : 24 * MultiplyAdds;

    /// <summary>
    /// Terms of a single row that are written out. A processor foresees a load by its distance from the one before at the same
    /// place of the code, and does so badly where rows lie far apart: many places keep it from trying, and the second-level
    /// cache's own foresight, which follows addresses, does better than asking ahead.
    /// </summary>
    /// <param name="stride">Floats from row to row of the weights.</param>
    public int RowTerms(int stride) => stride > FarApart ? 16 : 1;

    /// <summary>
    /// Whether the matrices of a product push each other out of the second-level cache. Its tiles then ask for their block of
    /// C before they compute it, and for the next tile's A meanwhile.
    /// </summary>
    /// <param name="rows">Rows of C.</param>
    /// <param name="terms">Length of the sums.</param>
    /// <param name="columns">Columns of C.</param>
    public bool FetchesFromFar(int rows, int terms, int columns) =>
        ComesFromFar((long)rows * terms + (long)terms * columns + (long)rows * columns);

    /// <summary>Whether so many floats do not fit in the second-level cache.</summary>
    public bool ComesFromFar(long floats) => floats > SecondCacheFloats;

    /// <summary>Terms of a sum after which narrow vectors pause, so that both operands stay in the first-level cache.</summary>
    public int BlockTerms => 128;

    /// <summary>
    /// Tiles below each other whose gradients the optimiser takes at once, in whole rows: weights and moments then pass by as
    /// streams, which the processor foresees. Many, because each band reads the residuals anew, but a part of the second-level cache.
    /// </summary>
    /// <param name="tileRows">Rows of a tile.</param>
    /// <param name="stride">Floats from row to row of the weights.</param>
    public int BandTiles(int tileRows, int stride) => Math.Max(1, BandFloats / (tileRows * stride));

    /// <summary>Most columns of weights whose gradients the optimiser takes in whole rows.</summary>
    public int BandColumns => BandFloats / UsualTileRows;

    /// <summary>
    /// A narrow tile of a transposed A uses a fraction of each cache line that it loads. Long sums are cut, so that the
    /// lines are still in the first-level cache when the neighbouring tile wants the rest of them.
    /// </summary>
    public bool PausesSums(int terms) => Lanes < 16 && terms > 3 * BlockTerms / 2;

    /// <summary>
    /// Rows of the tiles that cut <paramref name="rows"/> rows of a panel <paramref name="vectors"/> wide: as many as leave
    /// registers free, unless another height costs clearly less because it divides the rows better.
    /// </summary>
    public int TileRows(int vectors, int rows)
    {
        int usual = Math.Min(Math.Min(rows, UsualTileRows), TileSums / vectors);
        int most = Math.Min(Math.Min(rows, UsualTileRows), MostTileRows(vectors));
        int best = Enumerable.Range(1, most).OrderBy(height => TileCost(vectors, rows, height)).ThenByDescending(static height => height).First();
        return TileCost(vectors, rows, best) < WorthWhile * TileCost(vectors, rows, usual) ? best : usual;
    }

    /// <summary>
    /// Rows that registers hold beside one row of B and a register for whatever else there is; the broadcast is part of the
    /// multiply-add.
    /// </summary>
    public int MostTileRows(int vectors) => (Registers - vectors - 1) / vectors;

    /// <summary>Cycles per term of the sums of all tiles of a panel; what the height leaves over is a tile of its own.</summary>
    public double TileCost(int vectors, int rows, int height)
    {
        int rest = rows % height;
        return rows / height * OneTile(height) + (rest > 0 ? OneTile(rest) : 0);

        double OneTile(int rows) => Math.Max((double)rows * vectors / MultiplyAdds, Latency) + Overhead * vectors / MultiplyAdds;
    }
}
