using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Products of gathered patches: a worker gathers the patches of a tile's rows into its panel, and register tiles take them
/// through all columns. Patches too long for the panel come in blocks of kernel rows, whose tiles go on from what the ones
/// before left. Windows that are the positions themselves are taken from where they lie.
/// </summary>
static class ConvolutionTemplate
{
    /// <summary>Floats of a panel, which is to stay in the first two levels of the cache.</summary>
    const int PanelFloats = 24 * 1024;

    /// <summary>Floats that a panel of a single kernel row may take before its tiles get lower.</summary>
    const int MostPanelFloats = 64 * 1024;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, Convolution kernel, Func<Buffer, string> address)
    {
        var body = new Body(library, kernel);
        string name = library.Method(body.Key, $"Convolve{Literal.Number(kernel.Grid.Terms)}x{Literal.Number(kernel.Columns)}", body.Write);
        return ConvolutionWriter.Call(name, kernel, address);
    }

    /// <summary>Writes the method of one product.</summary>
    sealed class Body
    {
        readonly KernelLibrary library;
        readonly Convolution kernel;
        readonly PatchGrid grid;
        readonly IReadOnlyList<PanelGroup> panels;
        readonly TileEpilogue? epilogue;
        readonly int lanes, tileRows, blockRows, panelStride;

        internal Body(KernelLibrary library, Convolution kernel)
        {
            (this.library, this.kernel, grid) = (library, kernel, kernel.Grid);
            lanes = library.Instructions.Lanes;
            panels = PanelSplit.Cut(library.Instructions, kernel.Columns);
            int mostRows = kernel.Y.Rows / kernel.Place.SampleRows * grid.Positions;
            tileRows = Math.Min(library.Instructions.TileRows(panels[0].Vectors, mostRows), Math.Max(1, MostPanelFloats / grid.RowTerms));
            blockRows = Math.Max(1, Math.Min(grid.KernelHeight, PanelFloats / (tileRows * grid.RowTerms)));
            panelStride = grid.IsPlain ? grid.PositionStride : Buffer.StrideOf(blockRows * grid.RowTerms);
            epilogue = TileEpilogue.Of(kernel.Epilogue);
        }

        /// <summary>Everything that distinguishes the method.</summary>
        internal string Key => $"Convolution {grid.Key} {kernel.Place} {kernel.Weight.Stride} {kernel.Y.Stride} {kernel.Columns} {kernel.StoresTiles} "
            + $"{Padding} {kernel.Bias is null} {epilogue} {tileRows}";

        int Stride => kernel.StoresTiles ? kernel.Y.Stride : Buffer.RoundUp(kernel.Columns, 16);

        /// <summary>Padding columns behind the last group's, which nobody else clears.</summary>
        int Padding => kernel.EndsRow ? Buffer.RoundUp(kernel.Y.Columns, 16) - kernel.Y.Columns : 0;

        internal void Write(SourceWriter writer, string name)
        {
            string height = Literal.Number(tileRows);
            ConvolutionWriter.Open(writer, name, kernel, epilogue);
            if (!grid.IsPlain)
                PanelMemory.Declare(writer, "panel", (long)tileRows * panelStride + PatchGrid.Slack);
            if (!kernel.StoresTiles)
                PanelMemory.Declare(writer, "sums", tileRows * Stride);
            writer.Line($"int positions = context.Rows * {Literal.Number(grid.Positions)};");
            writer.Line($"context.Split((positions + {Literal.Number(tileRows - 1)}) / {height}, out int first, out int last);");
            writer.Open("for (int tile = first; tile < last; tile++)");
            writer.Line($"int row = {height} * tile, count = int.Min({height}, positions - row);");
            if (grid.IsPlain)
                writer.Line($"float* panel = x + (nint)row * {Literal.Number(grid.PositionStride)};");
            for (int from = 0; from < grid.KernelHeight; from += blockRows)
                Block(writer, from, Math.Min(grid.KernelHeight, from + blockRows));
            if (!kernel.StoresTiles)
                writer.Line($"{PlaceMethod()}(sums, y, row, count);");
            writer.Close();
            writer.Close();
        }

        void Block(SourceWriter writer, int from, int to)
        {
            if (!grid.IsPlain)
                writer.Line($"{PatchTemplate.Method(library, grid, panelStride)}(x, panel, row, count, {Literal.Number(from)}, {Literal.Number(to)});");
            if (tileRows > 1)
            {
                writer.Open($"if (count == {Literal.Number(tileRows)})");
                Tiles(writer, tileRows, from, to, null);
                writer.Close();
                writer.Open("else");
            }
            writer.Open("for (int i = 0; i < count; i++)");
            Tiles(writer, 1, from, to, "i");
            writer.Close();
            if (tileRows > 1)
                writer.Close();
        }

        void Tiles(SourceWriter writer, int rows, int from, int to, string? row)
        {
            foreach (PanelGroup group in panels)
            {
                int width = group.Vectors * lanes;
                string column = Literal.Number(group.First * lanes);
                if (group.Count > 1)
                {
                    writer.Line($"for (int column = {column}; column < {Literal.Number(group.First * lanes + group.Count * width)}; column += {Literal.Number(width)})");
                    writer.Indent();
                    column = "column";
                }
                writer.Line(TileCall(group, rows, from, to, row, column));
                if (group.Count > 1)
                    writer.Unindent();
            }
        }

        string TileCall(PanelGroup group, int rows, int from, int to, string? row, string column)
        {
            int terms = (to - from) * grid.RowTerms;
            bool last = to == grid.KernelHeight;
            var tile = new TileShape(rows, group.Vectors, rows == 1 ? 0 : panelStride, false, kernel.Weight.Stride, rows == 1 ? 0 : Stride, terms,
                from > 0 ? TileStart.Earlier : kernel.Bias is null ? TileStart.Zero : TileStart.Bias, TileEnd.Store)
            {
                Epilogue = last ? epilogue : null,
                EndsInPadding = group.EndsInPadding,
                Ahead = rows == 1 ? 0 : library.Instructions.Ahead(terms, group.Vectors),
            };
            string a = row is null ? "panel" : $"panel + {row} * {Literal.Number(panelStride)}";
            string inner = Plus(column), place = (row is null ? "" : $" + {row} * {Literal.Number(Stride)}") + inner;
            string c = kernel.StoresTiles ? $"y + (nint)row * {Literal.Number(Stride)}{place}" : "sums" + place;
            string pointers = "";
            if (tile.Epilogue is { } end)
                pointers = (end.StoresSums ? $", y_ + (nint)row * {Literal.Number(Stride)}{place}" : "") + string.Concat(end.Operands.Select((kind, i) =>
                    $", e{Literal.Number(i + 1)}" + (kind == 'm' ? $" + (nint)row * {Literal.Number(Stride)}{place}" : inner)));
            return TileTemplate.Call(library, tile, a, $"w + {Literal.Number((long)from * grid.RowTerms * kernel.Weight.Stride)}{inner}", c,
                "bias" + inner, epilogue: pointers);
        }

        static string Plus(string column) => column == "0" ? "" : " + " + column;

        /// <summary>Name of a method that takes a tile's rows to where they belong.</summary>
        string PlaceMethod()
        {
            string key = $"Place {grid.Positions} {grid.Columns} {kernel.Place} {kernel.Columns} {Padding} {kernel.Y.Stride}";
            return library.Method(key, "PlaceRows", (writer, name) =>
            {
                WindowPlace place = kernel.Place;
                writer.Line($"// Rows of {kernel.Columns} columns of the windows from position on, to their rows of y, {kernel.Y.Stride} floats apart.");
                writer.Line(KernelMethod.Attributes);
                writer.Open($"static void {name}(float* sums, float* y, int position, int count)");
                writer.Open("for (int i = 0; i < count; i++)");
                writer.Line($"int sample = (position + i) / {Literal.Number(grid.Positions)}, rest = position + i - sample * {Literal.Number(grid.Positions)};");
                writer.Line($"int row = rest / {Literal.Number(grid.Columns)}, column = rest - row * {Literal.Number(grid.Columns)};");
                writer.Line($"float* to = y + ((nint)sample * {Literal.Number(place.SampleRows)} + {Literal.Number(place.FirstRow)} + row * {Literal.Number(place.RowStep)} "
                    + $"+ column * {Literal.Number(place.ColumnStep)}) * {Literal.Number(kernel.Y.Stride)};");
                writer.Line($"float* from = sums + i * {Literal.Number(Stride)};");
                if (kernel.Columns % lanes == 0)
                {
                    writer.Line($"for (int j = 0; j < {Literal.Number(kernel.Columns)}; j += {Literal.Number(lanes)})");
                    writer.Indent().Line("*(V*)(to + j) = *(V*)(from + j);").Unindent();
                }
                else
                    writer.Line($"new ReadOnlySpan<float>(from, {Literal.Number(kernel.Columns)}).CopyTo(new Span<float>(to, {Literal.Number(kernel.Columns)}));");
                if (Padding > 0)
                    writer.Line($"new Span<float>(to + {Literal.Number(kernel.Columns)}, {Literal.Number(Padding)}).Clear();");
                writer.Close();
                writer.Close();
            });
        }
    }
}
