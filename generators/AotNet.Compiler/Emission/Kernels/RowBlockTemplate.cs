namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// A block of 16 rows of a triangular system, which factorisation and substitution advance by: first the terms of the
/// rows already known, by register tiles, then the substitution inside the block. Columns come in strips of 16, so that
/// a strip is one vector or two.
/// </summary>
static class RowBlockTemplate
{
    /// <summary>Rows of a block, columns of a strip.</summary>
    internal const int Order = 16;

    /// <summary>Strips of the widest panel.</summary>
    internal const int PanelStrips = 3;

    /// <summary>Statements for C[16, 16 strips] -= A[16, k] B[k, 16 strips], A stored k x 16 when transposed; k is above zero.</summary>
    internal static IEnumerable<string> Subtract(KernelLibrary library, int strips, int strideA, bool transposesA, int strideB, int strideC,
        string a, string b, string c, string k)
    {
        int lanes = library.Instructions.Lanes;
        int widest = library.Instructions.TileVectors * lanes / Order; // strips of a tile
        for (int strip = 0; strip < strips; strip += widest)
        {
            int vectors = Math.Min(widest, strips - strip) * Order / lanes;
            int row = 0;
            foreach (int rows in TileRows(library.Instructions, vectors))
            {
                var tile = new TileShape(rows, vectors, strideA, transposesA, strideB, strideC, null, TileStart.Target, TileEnd.Store);
                yield return TileTemplate.Call(library, tile, a + Plus(transposesA ? row : row * strideA), b + Plus(strip * Order),
                    c + Plus(row * strideC + strip * Order), k: k);
                row += rows;
            }
        }
    }

    /// <summary>How 16 rows are cut into tiles: 8 + 8 or, where 16 fit the registers, one; 6 + 6 + 4 on 16 registers.</summary>
    static IEnumerable<int> TileRows(InstructionSet instructions, int vectors)
    {
        int most = Math.Min(Order, instructions.TileRows * instructions.TileVectors / vectors);
        if (most < Order && most > Order / 2)
            most = Order / 2;
        for (int row = 0; row < Order; row += most)
            yield return Math.Min(most, Order - row);
    }

    /// <summary>
    /// Name of the method <c>(float* u, float* inverse, float* x)</c> that solves Uᵀ Y = X (forward) or U Y = X in place for
    /// the 16 x 16 upper triangle U and 16 rows of <paramref name="strips"/> strips.
    /// </summary>
    internal static string Substitution(KernelLibrary library, int strips, int strideU, int strideX, bool forward)
    {
        string key = $"Substitution {strips} {strideU} {strideX} {forward}";
        string hint = (forward ? "Forward" : "Back") + "Substitute16x" + Literal.Number(strips * Order);
        return library.Method(key, hint, (writer, name) =>
        {
            writer.Line($"// X[16, {strips * Order}] = {(forward ? "U⁻ᵀ" : "U⁻¹")} X: U(i, j) = u[{strideU} i + j], "
                + $"X(i, j) = x[{strideX} i + j], inverse(i) = 1 / U(i, i).");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* u, float* inverse, float* x)");
            Substitute(writer, library.Instructions, strips * Order / library.Instructions.Lanes, strideU, strideX, forward);
            writer.Close();
        });
    }

    /// <summary>Row after row, last first for back substitution; the row solved last is used last, so that it is waited for least.</summary>
    static void Substitute(SourceWriter writer, InstructionSet instructions, int vectors, int strideU, int strideX, bool forward)
    {
        string Each(Func<int, string> text) => string.Join(" ", Enumerable.Range(0, vectors).Select(text));
        string X(string row, int v) => TileTemplate.Load(row, v * instructions.Lanes);

        string stride = Literal.Number(strideX);
        writer.Open(forward ? "for (nint i = 0; i < 16; i++)" : "for (nint i = 15; i >= 0; i--)");
        writer.Line($"float* row = x + i * {stride};");
        writer.Line(Each(v => $"V s{v} = {X("row", v)};"));
        writer.Open(forward ? "for (nint j = 0; j < i; j++)" : "for (nint j = 15; j > i; j--)");
        writer.Line($"float* known = x + j * {stride};");
        writer.Line($"V t = VN.Create(u[{(forward ? $"j * {Literal.Number(strideU)} + i" : $"i * {Literal.Number(strideU)} + j")}]);");
        writer.Line(Each(v => $"s{v} = {TileTemplate.MultiplySubtract(instructions)}(t, {X("known", v)}, s{v});"));
        writer.Close();
        writer.Line("V scale = VN.Create(inverse[i]);");
        writer.Line(Each(v => $"{X("row", v)} = s{v} * scale;"));
        writer.Close();
    }

    static string Plus(int offset) => offset == 0 ? "" : " + " + Literal.Number(offset);
}
