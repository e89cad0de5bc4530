using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Gathers patches into a panel, a row each, so that register tiles meet them as an ordinary matrix. Pieces are copied in
/// whole vectors in ascending order: what one writes too much, the next overwrites.
/// </summary>
static class PatchTemplate
{
    /// <summary>
    /// Name of a method <c>(float* x, float* panel, int position, int count, int from, int to)</c>: panel[count, ...] = rows
    /// from up to, not including, to of the patches of <c>count</c> windows from <c>position</c> on, counted over all samples.
    /// </summary>
    /// <param name="library">Methods.</param>
    /// <param name="grid">Windows.</param>
    /// <param name="stride">Floats from row to row of the panel.</param>
    /// <param name="clearsTo">Column up to which each row is zeroed behind its values, where it holds whole patches; 0 for none.</param>
    internal static string Method(KernelLibrary library, PatchGrid grid, int stride, int clearsTo = 0) =>
        library.Method($"Patches {grid.Key} {stride} {clearsTo}", $"Patches{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.RowTerms)}", (writer, name) =>
        {
            writer.Line($"// panel[count, rows {Literal.Number(grid.RowTerms)} each] = rows from .. to of the patches {grid}, {stride} floats apart.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* x, float* panel, int position, int count, int from, int to)");
            writer.Line($"int sample = position / {Literal.Number(grid.Positions)}, rest = position - sample * {Literal.Number(grid.Positions)};");
            writer.Line($"int row = rest / {Literal.Number(grid.Columns)}, column = rest - row * {Literal.Number(grid.Columns)};");
            writer.Line($"float* image = x + (nint)sample * {Literal.Number(grid.SampleStride)};");
            writer.Open("for (; count > 0; count--)");
            writer.Line("float* target = panel;");
            writer.Line($"int left = {Times("column", grid.StrideX)}{Minus(grid.Left)}, y = {Times("row", grid.StrideY)}{Minus(grid.Top)} + {Times("from", grid.DilationY)};");
            if (grid.HasWholeRows)
                Whole(library, writer, grid);
            writer.Open($"for (int k = from; k < to; k++, y += {Literal.Number(grid.DilationY)}, target += {Literal.Number(grid.RowTerms)})");
            if (grid.LeavesRows)
            {
                writer.Open($"if ((uint)y >= {Literal.Number(grid.Height)}u)");
                Clear(library, writer, "target", grid.RowTerms);
                writer.Line("continue;");
                writer.Close();
            }
            Row(library, writer, grid);
            writer.Close();
            if (grid.HasWholeRows)
                writer.Close();
            for (int column = grid.Terms; column < clearsTo; column++)
                writer.Line($"panel[{Literal.Number(column)}] = 0f;");
            writer.Line($"panel += {Literal.Number(stride)};");
            writer.Open($"if (++column == {Literal.Number(grid.Columns)})");
            writer.Line("column = 0;");
            writer.Open($"if (++row == {Literal.Number(grid.Rows)})");
            writer.Line($"row = 0; image += {Literal.Number(grid.SampleStride)};");
            writer.Close();
            writer.Close();
            writer.Close();
            writer.Close();
        });

    /// <summary>All rows of a patch inside the image, without a question about any of them; opens the block of the others.</summary>
    static void Whole(KernelLibrary library, SourceWriter writer, PatchGrid grid)
    {
        const int unrolled = 64;
        var conditions = new List<string> { $"to - from == {Literal.Number(grid.KernelHeight)}" };
        if (grid.LeavesRows)
            conditions.Add($"y >= 0 && y < {Literal.Number(grid.Height - (grid.KernelHeight - 1) * grid.DilationY)}");
        if (grid.LeavesColumns)
            conditions.Add($"left >= 0 && left <= {Literal.Number(grid.Width - grid.KernelWidth)}");
        int lanes = library.Instructions.Lanes, vectors = (grid.RowTerms + lanes - 1) / lanes, rowStride = grid.DilationY * grid.Width * grid.PositionStride;
        writer.Open($"if ({string.Join(" && ", conditions)})");
        writer.Line($"float* patch = image + (nint)(y * {Literal.Number(grid.Width)} + left) * {Literal.Number(grid.PositionStride)};");
        if (vectors * grid.KernelHeight <= unrolled)
            for (int k = 0; k < grid.KernelHeight; k++)
                writer.Line(string.Join(" ", Enumerable.Range(0, vectors).Select(v =>
                    $"{TileTemplate.Load("target", k * grid.RowTerms + v * lanes)} = {TileTemplate.Load("patch", k * rowStride + v * lanes)};")));
        else
        {
            writer.Open($"for (int k = 0; k < {Literal.Number(grid.KernelHeight)}; k++, patch += {Literal.Number(rowStride)}, target += {Literal.Number(grid.RowTerms)})");
            Copy(library, writer, "patch", "target", grid.RowTerms);
            writer.Close();
        }
        writer.Close();
        writer.Open("else");
    }

    /// <summary>One row of a patch: in one piece where it lies so and inside the image, else position by position.</summary>
    static void Row(KernelLibrary library, SourceWriter writer, PatchGrid grid)
    {
        string start = $"image + (nint)(y * {Literal.Number(grid.Width)} + left) * {Literal.Number(grid.PositionStride)}";
        bool pieces = !grid.HasWholeRows || grid.LeavesColumns;
        if (grid.HasWholeRows)
        {
            if (grid.LeavesColumns)
                writer.Open($"if (left >= 0 && left <= {Literal.Number(grid.Width - grid.KernelWidth)})");
            writer.Line($"float* whole = {start};");
            Copy(library, writer, "whole", "target", grid.RowTerms);
            if (!grid.LeavesColumns)
                return;
            writer.Line("continue;");
            writer.Close();
        }
        if (!pieces)
            return;
        writer.Line($"float* source = {start}, piece = target;");
        writer.Open($"for (int at = left; at < left + {Literal.Number(grid.KernelWidth * grid.DilationX)}; at += {Literal.Number(grid.DilationX)})");
        if (grid.LeavesColumns)
            writer.Open($"if ((uint)at < {Literal.Number(grid.Width)}u)");
        Copy(library, writer, "source", "piece", grid.Channels);
        if (grid.LeavesColumns)
        {
            writer.Close();
            writer.Open("else");
            Clear(library, writer, "piece", grid.Channels);
            writer.Close();
        }
        writer.Line($"source += {Literal.Number(grid.DilationX * grid.PositionStride)}; piece += {Literal.Number(grid.Channels)};");
        writer.Close();
    }

    static void Copy(KernelLibrary library, SourceWriter writer, string from, string to, int count) => Vectors(library, writer, count,
        offset => $"{TileTemplate.Load(to, offset)} = {TileTemplate.Load(from, offset)};", $"*(V*)({to} + i) = *(V*)({from} + i);");

    static void Clear(KernelLibrary library, SourceWriter writer, string to, int count) => Vectors(library, writer, count,
        offset => $"{TileTemplate.Load(to, offset)} = V.Zero;", $"*(V*)({to} + i) = V.Zero;");

    static void Vectors(KernelLibrary library, SourceWriter writer, int count, Func<int, string> at, string loop)
    {
        const int unrolled = 12;
        int lanes = library.Instructions.Lanes;
        if (count <= unrolled * lanes)
        {
            writer.Line(string.Join(" ", Enumerable.Range(0, (count + lanes - 1) / lanes).Select(v => at(v * lanes))));
            return;
        }
        writer.Line($"for (int i = 0; i < {Literal.Number(count)}; i += {Literal.Number(lanes)})");
        writer.Indent().Line(loop).Unindent();
    }

    static string Times(string value, int factor) => factor == 1 ? value : $"{value} * {Literal.Number(factor)}";

    static string Minus(int offset) => offset == 0 ? "" : offset > 0 ? $" - {Literal.Number(offset)}" : $" + {Literal.Number(-offset)}";
}
