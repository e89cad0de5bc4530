using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The weight gradient of a single row, x ⊗ dy. Each sum has one term, so there is nothing to keep in registers: rows are
/// written one after the other, as fast as the caches take them.
/// </summary>
static class OuterProductTemplate
{
    /// <summary>Vectors that a turn of the loop writes.</summary>
    const int Unrolled = 8;

    /// <summary>A call of the method <c>(float* x, float* dy, float* g, in KernelContext c)</c>.</summary>
    /// <param name="library">Methods.</param>
    /// <param name="gradient">Result, inputs x outputs.</param>
    /// <param name="x">Expression of the inputs.</param>
    /// <param name="dy">Expression of the residual.</param>
    /// <param name="g">Expression of the result.</param>
    internal static string Call(KernelLibrary library, Buffer gradient, string x, string dy, string g)
    {
        int rows = gradient.Rows, columns = Buffer.RoundUp(gradient.Columns, 16), stride = gradient.Stride, lanes = library.Instructions.Lanes;
        return KernelMethod.Call(library, $"outerproduct|{Literal.Number(rows)}|{Literal.Number(columns)}|{Literal.Number(stride)}",
            $"OuterProduct{Literal.Number(rows)}x{Literal.Number(columns)}", $"g[{Literal.Number(rows)}, {Literal.Number(columns)}] = x ⊗ dy.",
            ["x", "dy", "g"], [x, dy, g], writer =>
            {
                int step = Unrolled * lanes, whole = columns / step * step;
                writer.Line($"c.Split({Literal.Number(rows)}, out int first, out int last);");
                writer.Open("for (int row = first; row < last; row++)");
                writer.Line($"float* to = g + (nint)row * {Literal.Number(stride)}, from = dy;");
                writer.Line("V t = VN.Create(x[row]);");
                if (whole > 0)
                {
                    writer.Open($"for (int column = 0; column < {Literal.Number(whole)}; column += {Literal.Number(step)}, to += {Literal.Number(step)}, from += {Literal.Number(step)})");
                    Vectors(writer, Unrolled, lanes);
                    writer.Close();
                }
                Vectors(writer, (columns - whole) / lanes, lanes);
                writer.Close();
            });
    }

    static void Vectors(SourceWriter writer, int count, int lanes)
    {
        for (int v = 0; v < count; v++)
            writer.Line($"{TileTemplate.Load("to", v * lanes)} = t * {TileTemplate.Load("from", v * lanes)};");
    }
}
