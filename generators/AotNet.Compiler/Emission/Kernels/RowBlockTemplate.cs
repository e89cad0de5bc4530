using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Everything that distinguishes the code of C[Rows, 16 Strips] -= A B.</summary>
/// <param name="Rows">Rows of C.</param>
/// <param name="Strips">Strips of C.</param>
/// <param name="StrideA">Floats from row to row of A as it is stored.</param>
/// <param name="TransposesA">Whether A is stored k x Rows.</param>
/// <param name="StrideB">Floats from row to row of B.</param>
/// <param name="StrideC">Floats from row to row of C.</param>
sealed record SubtractionShape(int Rows, int Strips, int StrideA, bool TransposesA, int StrideB, int StrideC);

/// <summary>
/// A block of 16 rows of a triangular system, which factorisation and substitution advance by: first the terms of the
/// rows already known, by register tiles, then the substitution inside the block (<see cref="DiagonalBlockTemplate"/>).
/// Columns come in strips of 16, so that a strip is one vector or two.
/// </summary>
static class RowBlockTemplate
{
    /// <summary>Rows of a block, columns of a strip.</summary>
    internal const int Order = 16;

    /// <summary>Strips of the widest panel.</summary>
    internal const int PanelStrips = 3;

    /// <summary>
    /// Terms of a sum after which its tiles pause, so that both operands' lines are still in the first-level cache when the
    /// neighbouring tile wants them.
    /// </summary>
    const int BlockTerms = 64;

    /// <summary>Statements for C[rows, 16 strips] -= A[rows, k] B[k, 16 strips], A stored k x rows when transposed; k is above zero.</summary>
    /// <param name="library">Methods.</param>
    /// <param name="shape">Extents and strides.</param>
    /// <param name="a">Expression of A.</param>
    /// <param name="b">Expression of B.</param>
    /// <param name="c">Expression of C.</param>
    /// <param name="k">Expression of k.</param>
    /// <param name="next">
    /// Expression of the transposed A that comes after this one, where A lies beyond the second-level cache: its columns are
    /// asked for ahead, because rows are too far apart for the processor to do so by itself. Null where A is near.
    /// </param>
    internal static IEnumerable<string> Subtract(KernelLibrary library, SubtractionShape shape, string a, string b, string c, string k,
        string? next = null)
    {
        string terms = Literal.Number(BlockTerms), stepA = shape.TransposesA ? " * " + Literal.Number(shape.StrideA) : "",
            stepB = " * " + Literal.Number(shape.StrideB);
        List<(TileShape Tile, int Row, int Column)> tiles = [.. Tiles(library.Instructions, shape)];
        int share = BlockTerms / tiles.Count; // of the rows asked for, before each tile
        yield return $"for (int start = 0; start < {k}; start += {terms})";
        yield return "{";
        yield return $"    int length = int.Min({terms}, {k} - start);";
        if (next is not null)
            yield return $"    float* ahead = start + {terms} < {k} ? {a} + (start + {terms}){stepA} : {next};";
        for (int i = 0; i < tiles.Count; i++)
        {
            (TileShape tile, int row, int column) = tiles[i];
            if (next is not null)
                yield return $"    {Prefetch(library, shape.StrideA, share)}(ahead{Literal.Plus(i * share * shape.StrideA)});";
            yield return "    " + TileTemplate.Call(library, tile, $"{a} + start{stepA}{Literal.Plus(shape.TransposesA ? row : row * shape.StrideA)}",
                $"{b} + start{stepB}{Literal.Plus(column)}", c + Literal.Plus(row * shape.StrideC + column), k: "length");
        }
        yield return "}";
    }

    static IEnumerable<(TileShape Tile, int Row, int Column)> Tiles(InstructionSet instructions, SubtractionShape shape)
    {
        foreach (PanelGroup group in PanelSplit.Cut(shape.Strips * Order / instructions.Lanes, instructions.TileVectors))
            for (int panel = 0; panel < group.Count; panel++)
            {
                int row = 0;
                foreach (int height in TileRows(instructions, shape.Rows, group.Vectors))
                {
                    yield return (new TileShape(height, group.Vectors, shape.StrideA, shape.TransposesA, shape.StrideB, shape.StrideC, null,
                        TileStart.Target, TileEnd.Store), row, (group.First + panel * group.Vectors) * instructions.Lanes);
                    row += height;
                }
            }
    }

    /// <summary>Name of a method <c>(float* p)</c> that asks for the first cache line of some rows.</summary>
    static string Prefetch(KernelLibrary library, int stride, int rows) =>
        library.Method($"Prefetch {stride} {rows}", $"Prefetch{Literal.Number(rows)}Rows", (writer, name) =>
        {
            writer.Line($"// Asks for a line of each of {rows} rows, {stride} floats apart, to come into the second-level cache.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* p)");
            writer.Line($"for (int row = 0; row < {Literal.Number(rows)}; row++)");
            writer.Indent().Line($"Sse.Prefetch1(p + row * {Literal.Number(stride)});").Unindent();
            writer.Close();
        });

    /// <summary>How the rows of a block are cut into tiles: as few as the registers allow, of heights that differ by at most one.</summary>
    static IEnumerable<int> TileRows(InstructionSet instructions, int rows, int vectors)
    {
        int most = Math.Min(Order, instructions.TileSums / vectors), count = (rows + most - 1) / most;
        return Enumerable.Range(0, count).Select(i => (i + 1) * rows / count - i * rows / count);
    }
}
