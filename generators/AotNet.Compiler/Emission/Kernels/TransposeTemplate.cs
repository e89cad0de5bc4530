using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Transposition by blocks of 16 source rows and 16 columns, each written as whole cache lines.
/// </summary>
static class TransposeTemplate
{
    /// <summary>Floats that a row is asked for ahead of its use: as long as some blocks take, as a line from the third-level cache does.</summary>
    const int Ahead = 48;

    /// <summary>Source rows of a block: one vector, or two.</summary>
    internal const int BlockRows = 16;

    /// <summary>Columns of a block: a cache line.</summary>
    const int BlockColumns = 16;

    /// <summary>Floats of 128 bits.</summary>
    const int Piece = 4;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, Transpose kernel, Func<Buffer, string> address)
    {
        var shape = new Shape(kernel.Rows.IsRows ? null : kernel.Rows.Constant, kernel.Source.Columns, kernel.Source.Stride,
            Buffer.RoundUp(kernel.Target.Columns, 16), kernel.Target.Stride, kernel.AddsOnes,
            library.Instructions.ComesFromFar(kernel.Source.Length));
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
    /// <param name="Fetches">Whether rows of the source are asked for ahead.</param>
    sealed record Shape(int? Rows, int Columns, int SourceStride, int TargetColumns, int TargetStride, bool AddsOnes, bool Fetches);

    static void Write(KernelLibrary library, SourceWriter writer, string name, Shape shape)
    {
        string rows = shape.Rows is { } constant ? Literal.Number(constant) : "rows";
        int wholeColumns = shape.Columns / BlockColumns, rest = shape.Columns % BlockColumns;
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
        string step = Literal.Number((long)BlockColumns * shape.TargetStride), whole = Literal.Number(wholeColumns);
        if (wholeColumns > 0)
            writer.Line($"{Block(library, BlockColumns, partial, fetches: shape.Fetches)}(source + {Literal.Number(BlockColumns)} * first, target + (nint)first * {step}, {strides}, "
                + $"{(rest > 0 ? $"int.Min(last, {whole})" : "last")} - first, {Literal.Number(BlockColumns)}, {step}{present});");
        if (rest == 0)
            return;
        writer.Line($"if (first < last && last > {whole})");
        writer.Indent().Line($"{Block(library, rest, partial, fetches: shape.Fetches)}(source + {Literal.Number(BlockColumns * wholeColumns)}, "
            + $"target + {Literal.Number((long)BlockColumns * shape.TargetStride * wholeColumns)}, {strides}, 1, 0, 0{present});").Unindent();
    }

    static void Panels(KernelLibrary library, SourceWriter writer, Shape shape, int wholeColumns, int rest)
    {
        writer.Open("for (int panel = first; panel < last; panel++)");
        writer.Line($"float* from = source + {Literal.Number(BlockColumns)} * panel;");
        writer.Line($"float* to = target + (nint)panel * {Literal.Number((long)BlockColumns * shape.TargetStride)};");
        if (rest > 0)
        {
            writer.Open($"if (panel == {Literal.Number(wholeColumns)})");
            Panel(library, writer, shape, rest);
            writer.Close();
        }
        if (wholeColumns > 0)
        {
            writer.Open(rest > 0 ? "else" : "");
            Panel(library, writer, shape, BlockColumns);
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
                writer.Line($"{Block(library, columns, false, fetches: shape.Fetches)}(from, to, {strides}, {Literal.Number(rows / 16)}, {Literal.Number(16L * shape.SourceStride)}, 16);");
            if (rows % 16 > 0)
                writer.Line($"{Block(library, columns, true, fetches: shape.Fetches)}(from + {Literal.Number(rows / 16 * 16L * shape.SourceStride)}, "
                    + $"to + {Literal.Number(rows / 16 * 16)}, {strides}, 1, 0, 0, {Literal.Number(rows % 16)});");
            for (int column = Buffer.RoundUp(rows, 16); column < shape.TargetColumns; column += 16)
                writer.Line($"{ZeroBlock(library, columns)}(to + {Literal.Number(column)}, {Literal.Number(shape.TargetStride)});");
            return;
        }
        writer.Line("int row = rows / 16 * 16;");
        writer.Line($"{Block(library, columns, false, fetches: shape.Fetches)}(from, to, {strides}, rows / 16, {Literal.Number(16L * shape.SourceStride)}, 16);");
        writer.Open("if (row < rows)");
        writer.Line($"{Block(library, columns, true, fetches: shape.Fetches)}(from + row * {source}, to + row, {strides}, 1, 0, 0, rows - row);");
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

            void Strip(string from, string to, int present, int height) =>
                Blocks(library, writer, from, to, columns, stride, width, height, present < height ? present : null);
        });

    /// <summary>Writes the calls that transpose all columns of as many rows as a block has.</summary>
    /// <param name="library">Methods.</param>
    /// <param name="writer">Writer.</param>
    /// <param name="from">Expression of the first row.</param>
    /// <param name="to">Expression of where its first element goes.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="sourceStride">Floats from row to row of the source.</param>
    /// <param name="targetStride">Floats from row to row of the target.</param>
    /// <param name="height">Rows of a block.</param>
    /// <param name="present">Rows that there are; null for all.</param>
    internal static void Blocks(KernelLibrary library, SourceWriter writer, string from, string to, int columns, int sourceStride, int targetStride,
        int height = BlockRows, int? present = null)
    {
        string strides = $"{Literal.Number(sourceStride)}, {Literal.Number(targetStride)}", rows = present is { } some ? ", " + Literal.Number(some) : "";
        int whole = columns / BlockColumns * BlockColumns;
        if (whole > 0)
            writer.Line($"{Block(library, BlockColumns, present is not null, height)}({from}, {to}, {strides}, {Literal.Number(columns / BlockColumns)}, "
                + $"{Literal.Number(BlockColumns)}, {Literal.Number(BlockColumns * targetStride)}{rows});");
        if (whole < columns)
            writer.Line($"{Block(library, columns - whole, present is not null, height)}({from}{Literal.Plus(whole)}, "
                + $"{to}{Literal.Plus(whole * targetStride)}, {strides}, 1, 0, 0{rows});");
    }

    /// <summary>
    /// Name of a method that transposes a run of blocks, each a step from the one before. Strides are arguments: what they
    /// cost is paid once a run, and constants would be as many copies.
    /// </summary>
    /// <param name="library">Methods.</param>
    /// <param name="columns">Columns of a block, at most 16.</param>
    /// <param name="partial">Whether the number of rows that there are is an argument.</param>
    /// <param name="rows">Rows of a block: those of a vector, or 16.</param>
    /// <param name="fetches">Whether rows are asked for ahead: where they come from behind the second-level cache.</param>
    static string Block(KernelLibrary library, int columns, bool partial, int rows = BlockRows, bool fetches = false)
    {
        int lanes = library.Instructions.Lanes;
        bool halves = rows > lanes;
        string height = Literal.Number(rows), hint = "Transpose" + (partial ? "Upto" : "") + height + "x" + Literal.Number(columns);
        return library.Method($"TransposeBlock {rows} {columns} {partial} {fetches}", hint, (writer, name) =>
        {
            writer.Line($"// Blocks of {(partial ? $"the first rows of {height}, the others read as zero," : height + " rows")} of {columns} columns, each to {columns} rows of {height}.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* source, float* target, nint sourceStride, nint targetStride, "
                + $"int blocks, nint sourceStep, nint targetStep{(partial ? ", int rows" : "")})");
            writer.Open("for (; blocks > 0; blocks--, source += sourceStep, target += targetStep)");
            if (halves)
                writer.Open($"for (int half = 0; half < {height}; half += {Literal.Number(lanes)})");
            string first = halves ? "half" : "0";
            if (partial)
                writer.Line($"V present = VN.LessThan(VN.CreateSequence((float){first}, 1f), VN.Create((float)rows));");
            for (int row = 0; row < lanes; row += partial ? 1 : Piece)
            {
                string place = halves ? $"(half{Literal.Plus(row)})" : Literal.Number(row);
                writer.Line($"float* r{row} = source + {(partial ? $"int.Min({place}, rows - 1)" : place)} * sourceStride;");
            }
            writer.Line($"float* to = target{(halves ? " + half" : "")};");
            if (fetches)
                writer.Line(string.Join(" ", Enumerable.Range(0, lanes).Select(row => $"Sse.Prefetch0({Row(row, partial)} + {Literal.Number(Ahead)});")));
            for (int column = 0; column < columns; column += Piece)
            {
                if (column > 0)
                    writer.Line($"to += {Literal.Number(Piece)} * targetStride;");
                Exchange(writer, lanes, column, Math.Min(Piece, columns - column), partial);
            }
            if (halves)
                writer.Close();
            writer.Close();
            writer.Close();
        });
    }

    /// <summary>
    /// Some columns of as many rows as a vector has lanes. Pieces of 128 bits come to their places as they are loaded, so that
    /// all that is left to exchange is four by four within pieces: pairs of rows, then pairs of pairs.
    /// </summary>
    static void Exchange(SourceWriter writer, int lanes, int first, int columns, bool partial)
    {
        string wide = lanes == 16 ? "Avx512F" : "Avx";
        writer.Open();
        for (int i = 0; i < Piece; i++)
        {
            string vector = Load(i) + ".ToVector256Unsafe()" + (lanes == 16 ? ".ToVector512Unsafe()" : "");
            for (int piece = 1; piece < lanes / Piece; piece++)
                vector = $"{wide}.InsertVector128({vector}, {Load(piece * Piece + i)}, {Literal.Number(piece)})";
            writer.Line($"V v{i} = {vector};");
        }
        for (int pair = 0; pair < Piece; pair += 2)
            writer.Line($"V p{pair} = {wide}.UnpackLow(v{pair}, v{pair + 1}), p{pair + 1} = {wide}.UnpackHigh(v{pair}, v{pair + 1});");
        for (int column = 0; column < columns; column++)
        {
            string exchanged = $"{wide}.Shuffle(p{column / 2}, p{column / 2 + 2}, {(column % 2 == 0 ? "0x44" : "0xEE")})";
            writer.Line($"*(V*){(column == 0 ? "to" : $"(to + {Literal.Number(column)} * targetStride)")} = {exchanged}{(partial ? " & present" : "")};");
        }
        writer.Close();

        string Load(int row) => $"(*(Vector128<float>*)({Row(row, partial)}{Literal.Plus(first)}))";
    }

    /// <summary>Pointer to a row of a block.</summary>
    static string Row(int row, bool partial) => partial || row % Piece == 0 ? $"r{row}" : $"r{row - row % Piece} + {Literal.Number(row % Piece)} * sourceStride";

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
