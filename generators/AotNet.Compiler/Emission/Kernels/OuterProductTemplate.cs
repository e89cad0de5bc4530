using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The weight gradient of a single row, x ⊗ dy. Each sum has one term, so there is nothing to add: rows are written one after the
/// other, as fast as the caches take them. Loads between stores hold these up, so x comes a vector at a time and dy, where
/// it fits, stays in registers.
/// </summary>
static class OuterProductTemplate
{
    /// <summary>A call of the method <c>(float* x, float* dy, float* g, in KernelContext c)</c>.</summary>
    /// <param name="library">Methods.</param>
    /// <param name="gradient">Result, inputs x outputs.</param>
    /// <param name="x">Expression of the inputs.</param>
    /// <param name="dy">Expression of the residual.</param>
    /// <param name="g">Expression of the result.</param>
    internal static string Call(KernelLibrary library, Buffer gradient, string x, string dy, string g)
    {
        int rows = gradient.Rows, columns = Buffer.RoundUp(gradient.Columns, 16), lanes = library.Instructions.Lanes;
        string stride = Literal.Number(gradient.Stride), block = Literal.Number(lanes);
        return KernelMethod.Call(library, $"outerproduct|{Literal.Number(rows)}|{Literal.Number(columns)}|{stride}",
            $"OuterProduct{Literal.Number(rows)}x{Literal.Number(columns)}", $"g[{Literal.Number(rows)}, {Literal.Number(columns)}] = x ⊗ dy.",
            ["x", "dy", "g"], [x, dy, g], writer =>
            {
                int vectors = columns / lanes, kept = Math.Min(vectors, library.Instructions.TileSums);
                writer.Line($"c.Split({Literal.Number((rows + lanes - 1) / lanes)}, out int first, out int last);");
                writer.Line("V " + string.Join(", ", Enumerable.Range(0, kept).Select(v => $"d{v} = {TileTemplate.Load("dy", v * lanes)}")) + ";");
                writer.Open($"for (int row = {block} * first; row < {block} * last; row += {block})");
                writer.Line("V xs = *(V*)(x + row);");
                writer.Line("VI lane = VI.Zero;");
                writer.Line($"float* to = g + (nint)row * {stride}, end = to + int.Min({block}, {Literal.Number(rows)} - row) * {stride};");
                writer.Open("do");
                writer.Line("V t = VN.ShuffleNative(xs, lane.AsInt32());");
                for (int v = 0; v < vectors; v++)
                    writer.Line($"{TileTemplate.Load("to", v * lanes)} = t * {(v < kept ? $"d{v}" : TileTemplate.Load("dy", v * lanes))};");
                writer.Line($"lane += VI.One; to += {stride};");
                writer.Close(" while (to != end);");
                writer.Close();
            });
    }
}
