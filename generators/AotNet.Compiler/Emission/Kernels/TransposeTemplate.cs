using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Transposition by blocks of 16 source rows and 8 columns, each written as eight whole cache lines. Both instruction
/// sets use the 8 x 8 exchange of 256-bit vectors: the work is bound by memory, not by shuffles.
/// </summary>
static class TransposeTemplate
{
    /// <summary>Floats that a row is asked for ahead of its use: as long as some blocks take, as a line from the third-level cache does.</summary>
    const int Ahead = 48;

    /// <summary>Source rows of a block: two halves.</summary>
    internal const int BlockRows = 16;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, Transpose kernel, Func<Buffer, string> address)
    {
        var shape = new Shape(kernel.Rows.IsRows ? null : kernel.Rows.Constant, kernel.Source.Columns, kernel.Source.Stride,
            Buffer.RoundUp(kernel.Target.Columns, 16), kernel.Target.Stride, kernel.AddsOnes);
        string hint = "Transpose" + (shape.Rows is { } rows ? Literal.Number(rows) : "Rows") + "x" + Literal.Number(shape.Columns);
        string name = library.Method(shape.ToString(), hint, (writer, name) => Write(library, writer, name, shape));
        return $"{name}({address(kernel.Source)}, {address(kernel.Target)}{(shape.Rows is null ? ", " + kernel.Source.RowsOf("rows") : "")}, in c);";
    }

    /// <param name="Rows">Rows of the source; null for an argument.</param>
    /// <param name="Columns">Columns of the source, rows of the target.</param>
    /// <param name="SourceStride">Floats from row to row of the source.</param>
    /// <param name="TargetColumns">Columns of the target with padding.</param>
    /// <param name="TargetStride">Floats from row to row of the target.</param>
    /// <param name="AddsOnes">Whether a row of ones follows the target's last.</param>
    sealed record Shape(int? Rows, int Columns, int SourceStride, int TargetColumns, int TargetStride, bool AddsOnes);

    static void Write(KernelLibrary library, SourceWriter writer, string name, Shape shape)
    {
        string rows = shape.Rows is { } constant ? Literal.Number(constant) : "rows";
        int wholeColumns = shape.Columns / 8, rest = shape.Columns % 8;
        string zeroed = shape.TargetColumns > Buffer.RoundUp(shape.Rows ?? 0, 16) ? ", further columns zeroed" : "";
        writer.Line($"// target[{shape.Columns}, {shape.TargetColumns}] = source[{rows}, {shape.Columns}]ᵀ{zeroed}{(shape.AddsOnes ? ", then a row of ones" : "")}.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* source, float* target{(shape.Rows is null ? ", int rows" : "")}, in KernelContext context)");
        writer.Line($"context.Split({Literal.Number(wholeColumns + (rest > 0 ? 1 : 0))}, out int first, out int last);");
        if (shape.TargetColumns == BlockRows)
            FewRows(library, writer, shape, rows, wholeColumns, rest);
        else
            Panels(library, writer, shape, wholeColumns, rest);
        if (shape.AddsOnes)
        {
            writer.Open("if (context.Worker == context.Workers - 1)");
            writer.Line($"var ones = new Span<float>(target + {Literal.Number((long)shape.Columns * shape.TargetStride)}, {Literal.Number(shape.TargetColumns)});");
            writer.Line($"ones[..{rows}].Fill(1f);");
            writer.Line($"ones[{rows}..].Clear();");
            writer.Close();
        }
        writer.Close();
    }

    /// <summary>One block across: a worker's panels are a run of blocks.</summary>
    static void FewRows(KernelLibrary library, SourceWriter writer, Shape shape, string rows, int wholeColumns, int rest)
    {
        bool partial = shape.Rows != BlockRows;
        string strides = $"{Literal.Number(shape.SourceStride)}, {Literal.Number(shape.TargetStride)}", present = partial ? ", " + rows : "";
        string step = Literal.Number(8L * shape.TargetStride), whole = Literal.Number(wholeColumns);
        if (wholeColumns > 0)
            writer.Line($"{Block(library, 8, partial)}(source + 8 * first, target + (nint)first * {step}, {strides}, "
                + $"{(rest > 0 ? $"int.Min(last, {whole})" : "last")} - first, 8, {step}{present});");
        if (rest == 0)
            return;
        writer.Line($"if (first < last && last > {whole})");
        writer.Indent().Line($"{Block(library, rest, partial)}(source + {Literal.Number(8 * wholeColumns)}, "
            + $"target + {Literal.Number(8L * shape.TargetStride * wholeColumns)}, {strides}, 1, 0, 0{present});").Unindent();
    }

    static void Panels(KernelLibrary library, SourceWriter writer, Shape shape, int wholeColumns, int rest)
    {
        writer.Open("for (int panel = first; panel < last; panel++)");
        writer.Line("float* from = source + 8 * panel;");
        writer.Line($"float* to = target + (nint)panel * {Literal.Number(8L * shape.TargetStride)};");
        if (rest > 0)
        {
            writer.Open($"if (panel == {Literal.Number(wholeColumns)})");
            Panel(library, writer, shape, rest);
            writer.Close();
        }
        if (wholeColumns > 0)
        {
            writer.Open(rest > 0 ? "else" : "");
            Panel(library, writer, shape, 8);
            writer.Close();
        }
        writer.Close();
    }

    /// <summary>All rows of one panel of columns.</summary>
    static void Panel(KernelLibrary library, SourceWriter writer, Shape shape, int columns)
    {
        string source = Literal.Number(shape.SourceStride), strides = $"{source}, {Literal.Number(shape.TargetStride)}";
        if (shape.Rows is { } rows)
        {
            if (rows >= 16)
                writer.Line($"{Block(library, columns, false)}(from, to, {strides}, {Literal.Number(rows / 16)}, {Literal.Number(16L * shape.SourceStride)}, 16);");
            if (rows % 16 > 0)
                writer.Line($"{Block(library, columns, true)}(from + {Literal.Number(rows / 16 * 16L * shape.SourceStride)}, "
                    + $"to + {Literal.Number(rows / 16 * 16)}, {strides}, 1, 0, 0, {Literal.Number(rows % 16)});");
            for (int column = Buffer.RoundUp(rows, 16); column < shape.TargetColumns; column += 16)
                writer.Line($"{ZeroBlock(library, columns)}(to + {Literal.Number(column)}, {Literal.Number(shape.TargetStride)});");
            return;
        }
        writer.Line("int row = rows / 16 * 16;");
        writer.Line($"{Block(library, columns, false)}(from, to, {strides}, rows / 16, {Literal.Number(16L * shape.SourceStride)}, 16);");
        writer.Open("if (row < rows)");
        writer.Line($"{Block(library, columns, true)}(from + row * {source}, to + row, {strides}, 1, 0, 0, rows - row);");
        writer.Line("row += 16;");
        writer.Close();
        writer.Line($"for (; row < {Literal.Number(shape.TargetColumns)}; row += 16)");
        writer.Indent().Line($"{ZeroBlock(library, columns)}(to + row, {Literal.Number(shape.TargetStride)});").Unindent();
    }

    /// <summary>
    /// Name of a method <c>(float* source, float* panel)</c>: panel[columns, width] = source[rows, columns]ᵀ, its columns
    /// beyond the source's rows zero. One thread runs it, into scratch of its own.
    /// </summary>
    /// <param name="library">Methods.</param>
    /// <param name="rows">Rows of the source, at most <paramref name="width"/>.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="stride">Floats from row to row of the source.</param>
    /// <param name="width">Columns of the panel, a multiple of 8.</param>
    internal static string Panel(KernelLibrary library, int rows, int columns, int stride, int width) =>
        library.Method($"TransposePanel {rows} {columns} {stride} {width}", $"TransposePanel{Literal.Number(rows)}x{Literal.Number(columns)}", (writer, name) =>
        {
            writer.Line($"// panel[{columns}, {width}] = source[{rows}, {columns}]ᵀ.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* source, float* panel)");
            int whole = rows / BlockRows * BlockRows;
            if (whole > 0)
            {
                writer.Open($"for (int row = 0; row < {Literal.Number(whole)}; row += {Literal.Number(BlockRows)})");
                Strip($"source + row * {Literal.Number(stride)}", "panel + row", BlockRows, BlockRows);
                writer.Close();
            }
            if (width > whole)
                Strip($"source + {Literal.Number((long)whole * stride)}", $"panel + {Literal.Number(whole)}", rows - whole, width - whole);
            writer.Close();

            void Strip(string from, string to, int present, int height)
            {
                string strides = $"{Literal.Number(stride)}, {Literal.Number(width)}", rest = present < height ? ", " + Literal.Number(present) : "";
                if (columns >= 8)
                    writer.Line($"{Block(library, 8, present < height, height)}({from}, {to}, {strides}, {Literal.Number(columns / 8)}, 8, "
                        + $"{Literal.Number(8 * width)}{rest});");
                if (columns % 8 > 0)
                    writer.Line($"{Block(library, columns % 8, present < height, height)}({from} + {Literal.Number(columns / 8 * 8)}, "
                        + $"{to} + {Literal.Number(columns / 8 * 8 * width)}, {strides}, 1, 0, 0{rest});");
            }
        });

    /// <summary>
    /// Name of a method that transposes a run of blocks, each a step from the one before. Strides are arguments: what they
    /// cost is paid once a run, and constants would be as many copies.
    /// </summary>
    internal static string Block(KernelLibrary library, int columns, bool partial, int rows = BlockRows)
    {
        string height = Literal.Number(rows), hint = "Transpose" + (partial ? "Upto" : "") + height + "x" + Literal.Number(columns);
        return library.Method($"TransposeBlock {rows} {columns} {partial}", hint, (writer, name) =>
        {
            writer.Line($"// Blocks of {(partial ? $"the first rows of {height}, the others read as zero," : height + " rows")} of {columns} columns, each to {columns} rows of {height}.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* source, float* target, nint sourceStride, nint targetStride, "
                + $"int blocks, nint sourceStep, nint targetStep{(partial ? ", int rows" : "")})");
            writer.Open("for (; blocks > 0; blocks--, source += sourceStep, target += targetStep)");
            if (rows > 8)
                writer.Open($"for (int half = 0; half < {height}; half += 8)");
            if (rows > 8)
                writer.Line("float* from = source + half * sourceStride, to = target + half;");
            else
                writer.Line("float* from = source, to = target;");
            writer.Line(string.Join(" ", Enumerable.Range(0, 8).Select(row => $"Sse.Prefetch0(from + {Literal.Number(row)} * sourceStride + {Literal.Number(Ahead)});")));
            for (int row = 0; row < 8; row++)
            {
                string load = $"*(Vector256<float>*)(from + {Literal.Number(row)} * sourceStride)";
                string present = rows > 8 ? $"rows - half > {row}" : $"rows > {row}";
                writer.Line($"var r{row} = {(partial ? $"{present} ? {load} : Vector256<float>.Zero" : load)};");
            }
            Exchange(writer, columns);
            if (rows > 8)
                writer.Close();
            writer.Close();
            writer.Close();
        });
    }

    /// <summary>8 x 8: pairs of rows, then pairs of pairs, then the halves of the vectors.</summary>
    static void Exchange(SourceWriter writer, int columns)
    {
        for (int pair = 0; pair < 8; pair += 2)
            writer.Line($"var p{pair} = Avx.UnpackLow(r{pair}, r{pair + 1}); var p{pair + 1} = Avx.UnpackHigh(r{pair}, r{pair + 1});");
        for (int quad = 0; quad < 8; quad += 4)
            for (int i = 0; i < 2; i++)
                writer.Line($"var q{quad + 2 * i} = Avx.Shuffle(p{quad + i}, p{quad + i + 2}, 0x44); "
                    + $"var q{quad + 2 * i + 1} = Avx.Shuffle(p{quad + i}, p{quad + i + 2}, 0xEE);");
        for (int column = 0; column < columns; column++)
        {
            string halves = column < 4 ? "0x20" : "0x31";
            int quad = column % 4;
            writer.Line($"*(Vector256<float>*)(to + {Literal.Number(column)} * targetStride) = Avx.Permute2x128(q{quad}, q{quad + 4}, {halves});");
        }
    }

    static string ZeroBlock(KernelLibrary library, int columns)
    {
        return library.Method($"ZeroBlock {columns}", $"Zero{Literal.Number(columns)}x16", (writer, name) =>
        {
            int lanes = library.Instructions.Lanes;
            writer.Line($"// {columns} rows of 16 zeros.");
            writer.Open($"static void {name}(float* target, nint stride)");
            writer.Open($"for (int row = 0; row < {Literal.Number(columns)}; row++)");
            writer.Line(string.Join(" ", Enumerable.Range(0, 16 / lanes)
                .Select(v => TileTemplate.Load("target", v * lanes) + " = V.Zero;")) + " target += stride;");
            writer.Close();
            writer.Close();
        });
    }
}
