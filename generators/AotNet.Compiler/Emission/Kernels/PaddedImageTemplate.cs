using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Copies an image between margins of zeros, positions side by side, so that every window lies inside and its rows in one
/// piece. Pieces are copied in whole vectors in ascending order: what one writes too much, the next overwrites.
/// </summary>
static class PaddedImageTemplate
{
    /// <summary>Floats that may be written behind the last value.</summary>
    internal const int Slack = 16;

    /// <summary>
    /// Name of a method <c>(float* image, float* panel, int from, int to)</c>: rows from up to, not including, to of the
    /// image with its margins, each in its place in the panel.
    /// </summary>
    internal static string Method(KernelLibrary library, PatchGrid grid) =>
        library.Method($"PaddedImage {grid.Key}", $"Pad{Literal.Number(grid.PaddedHeight)}x{Literal.Number(grid.PaddedWidth)}x{Literal.Number(grid.Channels)}", (writer, name) =>
        {
            int left = Math.Max(0, grid.Left), skipped = Math.Max(0, -grid.Left), inner = Math.Min(grid.Width - skipped, grid.PaddedWidth - left);
            int width = grid.PaddedWidth * grid.Channels, right = width - (left + inner) * grid.Channels;
            writer.Line($"// panel rows from .. to = those of the image {grid} between margins, {width} floats each.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* image, float* panel, int from, int to)");
            writer.Line($"float* target = panel + from * {Literal.Number(width)};");
            writer.Open("for (int row = from; row < to; row++)");
            writer.Line($"int y = row - {Literal.Number(grid.Top)};");
            if (grid.LeavesRows)
            {
                writer.Open($"if ((uint)y >= {Literal.Number(grid.Height)}u)");
                Clear(library, writer, width);
                writer.Line("continue;");
                writer.Close();
            }
            writer.Line($"float* source = image + (y * {Literal.Number(grid.Width)} + {Literal.Number(skipped)}) * {Literal.Number(grid.PositionStride)};");
            if (left > 0)
                Clear(library, writer, left * grid.Channels);
            if (grid.PositionStride == grid.Channels)
                Copy(library, writer, inner * grid.Channels);
            else
            {
                writer.Open($"for (int x = 0; x < {Literal.Number(inner)}; x++, source += {Literal.Number(grid.PositionStride)})");
                Copy(library, writer, grid.Channels);
                writer.Close();
            }
            if (right > 0)
                Clear(library, writer, right);
            writer.Close();
            writer.Close();
        });

    static void Copy(KernelLibrary library, SourceWriter writer, int count) => Vectors(library, writer, count,
        offset => $"{TileTemplate.Load("target", offset)} = {TileTemplate.Load("source", offset)};", "*(V*)(target + i) = *(V*)(source + i);");

    static void Clear(KernelLibrary library, SourceWriter writer, int count) => Vectors(library, writer, count,
        offset => $"{TileTemplate.Load("target", offset)} = V.Zero;", "*(V*)(target + i) = V.Zero;");

    static void Vectors(KernelLibrary library, SourceWriter writer, int count, Func<int, string> at, string loop)
    {
        const int unrolled = 12;
        int lanes = library.Instructions.Lanes;
        if (count <= unrolled * lanes)
            writer.Line(string.Join(" ", Enumerable.Range(0, (count + lanes - 1) / lanes).Select(v => at(v * lanes))));
        else
        {
            writer.Line($"for (int i = 0; i < {Literal.Number(count)}; i += {Literal.Number(lanes)})");
            writer.Indent().Line(loop).Unindent();
        }
        writer.Line($"target += {Literal.Number(count)};");
    }
}
