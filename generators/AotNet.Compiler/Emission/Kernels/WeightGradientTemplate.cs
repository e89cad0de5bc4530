using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// A dense layer's weight gradient: either the product, stored; or bands of its tiles in scratch, each handed to the
/// optimiser at once, so that the gradient never leaves the first-level cache and the weights pass through it once.
/// </summary>
static class WeightGradientTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, WeightGradient kernel, Func<Buffer, string> address)
    {
        var product = new MatrixProduct(kernel.Name, kernel.X, kernel.Residual, kernel.Gradient, Extent.Of(kernel.Gradient.Rows), Extent.Rows)
        {
            TransposesA = !kernel.TakesTransposed,
            DividesByRows = true,
        };
        string store = kernel.Residual.Rows == 1 && !kernel.TakesTransposed
            ? OuterProductTemplate.Call(library, kernel.Gradient, address(kernel.X), address(kernel.Residual), address(kernel.Gradient))
            : MatrixProductTemplate.Call(library, product, address);
        if (kernel.Weight is null)
            return store;
        var shape = new Shape(kernel.Gradient.Rows, kernel.Residual.Rows, kernel.Gradient.Columns, kernel.X.Stride,
            kernel.TakesTransposed, kernel.Residual.Stride, kernel.Weight.Stride);
        string name = library.Method(shape.ToString(), $"WeightUpdate{Literal.Number(shape.Inputs)}x{Literal.Number(shape.Outputs)}",
            (writer, name) => new Body(library, shape, writer).Write(name));
        return $"if (c.UpdatesInPlace)\n    {name}({address(kernel.X)}, {address(kernel.Residual)}, {address(kernel.Weight)}, rows, in c);\n"
            + $"else\n    {store}";
    }

    /// <summary>Everything that distinguishes the code.</summary>
    /// <param name="Inputs">Rows of the weights.</param>
    /// <param name="MostTerms">Upper bound of the rows of the call.</param>
    /// <param name="Outputs">Columns of the weights without padding.</param>
    /// <param name="StrideX">Floats from row to row of the inputs.</param>
    /// <param name="TakesTransposed">Whether the inputs are stored inputs x rows.</param>
    /// <param name="StrideResidual">Floats from row to row of the residual.</param>
    /// <param name="StrideWeight">Floats from row to row of the weights.</param>
    sealed record Shape(int Inputs, int MostTerms, int Outputs, int StrideX, bool TakesTransposed, int StrideResidual, int StrideWeight);

    /// <summary>Writes the method that updates in place.</summary>
    sealed class Body(KernelLibrary library, Shape shape, SourceWriter writer)
    {
        readonly int lanes = library.Instructions.Lanes;

        internal void Write(string name)
        {
            IReadOnlyList<PanelGroup> panels = PanelSplit.Cut(library.Instructions, shape.Outputs);
            int tileRows = library.Instructions.TileRows(panels[0].Vectors, shape.Inputs);
            int band = Math.Max(1, library.Instructions.BandRows / tileRows) * tileRows, scratch = band * panels.Max(group => group.Width(library.Instructions));
            writer.Line($"// w[{shape.Inputs}, {shape.Outputs}] takes the optimiser's step along "
                + (shape.TakesTransposed ? $"x[{shape.Inputs}, rows]" : $"x[rows, {shape.Inputs}]ᵀ") + $" dy[rows, {shape.Outputs}] / rows, "
                + $"{band} rows of a panel at a time.");
            writer.Line("[SkipLocalsInit]");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* x, float* dy, float* w, int rows, in KernelContext context)");
            writer.Line($"float* memory = stackalloc float[{Literal.Number(scratch + 15)}];");
            writer.Line("float* g = (float*)((nint)(memory + 15) & ~63);");
            int tiles = (shape.Inputs + tileRows - 1) / tileRows, count = panels.Sum(static group => group.Count), first = 0;
            foreach (PanelGroup group in panels)
            {
                writer.Open($"for (int panel = 0; panel < {Literal.Number(group.Count)}; panel++)");
                writer.Line($"context.SplitRows({Literal.Number(tiles)}, {Literal.Number(count)}, panel{Plus(first)}, out int first, out int last);");
                Bands(group, tileRows, band);
                writer.Close();
                first += group.Count;
            }
            writer.Close();
        }

        void Bands(PanelGroup group, int tileRows, int band)
        {
            int width = group.Width(library.Instructions);
            writer.Line($"int column = {Literal.Number(group.Vectors * lanes)} * panel{Plus(group.First * lanes)}, "
                + $"end = {(shape.Inputs % tileRows == 0 ? $"{Literal.Number(tileRows)} * last" : $"int.Min({Literal.Number(tileRows)} * last, {Literal.Number(shape.Inputs)})")};");
            writer.Open($"for (int row = {Literal.Number(tileRows)} * first; row < end; row += {Literal.Number(band)})");
            writer.Line($"int height = int.Min({Literal.Number(band)}, end - row);");
            if (!shape.TakesTransposed && library.Instructions.PausesSums(shape.MostTerms))
                PausedTiles(group, tileRows);
            else
                Tiles(group, tileRows, TileStart.Zero, null, "rows", "context.InverseRows");
            writer.Line($"OptimizerKernels.UpdateTile(in context, w + (nint)row * {Literal.Number(shape.StrideWeight)} + column, g, height, "
                + $"{Literal.Number(width)}, {Literal.Number(shape.StrideWeight)}, {Literal.Number(width)});");
            writer.Close();
        }

        static string Plus(int offset) => offset == 0 ? "" : " + " + Literal.Number(offset);

        /// <summary>Long sums in blocks of terms, going on from what scratch holds.</summary>
        void PausedTiles(PanelGroup group, int tileRows)
        {
            string block = Literal.Number(library.Instructions.BlockTerms);
            writer.Open($"for (int start = 0; start < rows; start += {block})");
            writer.Line($"int length = int.Min({block}, rows - start);");
            writer.Line("float scale = start + length == rows ? context.InverseRows : 1f;");
            writer.Open("if (start == 0)");
            Tiles(group, tileRows, TileStart.Zero, "start", "length", "scale");
            writer.Close();
            writer.Open("else");
            Tiles(group, tileRows, TileStart.Earlier, "start", "length", "scale");
            writer.Close();
            writer.Close();
        }

        /// <summary>The tiles of a band; the rows that are left over at the end of the weights get a tile of their own height.</summary>
        void Tiles(PanelGroup group, int tileRows, TileStart from, string? start, string terms, string scale)
        {
            int rest = shape.Inputs % tileRows, width = group.Width(library.Instructions);
            if (shape.Inputs >= tileRows)
            {
                string end = rest == 0 ? "height" : $"height - {Literal.Number(tileRows - 1)}";
                writer.Open($"for (int r = 0; r < {end}; r += {Literal.Number(tileRows)})");
                if (from == TileStart.Zero)
                    writer.Line($"OptimizerKernels.Prefetch(in context, w + (nint)(row + r) * {Literal.Number(shape.StrideWeight)} + column, "
                        + $"{Literal.Number(tileRows)}, {Literal.Number(width)}, {Literal.Number(shape.StrideWeight)});");
                writer.Line(Tile(tileRows, "r"));
                writer.Close();
            }
            if (rest > 0)
            {
                writer.Line($"if (height % {Literal.Number(tileRows)} != 0)");
                writer.Indent().Line(Tile(rest, $"(height - {Literal.Number(rest)})")).Unindent();
            }

            string Tile(int height, string r)
            {
                var tile = new TileShape(height, group.Vectors, shape.StrideX, !shape.TakesTransposed, shape.StrideResidual, width, null, from, TileEnd.Scale)
                {
                    EndsInPadding = group.EndsInPadding,
                    Ahead = library.Instructions.Ahead(shape.MostTerms, group.Vectors),
                    FetchesNextA = library.Instructions.FetchesFromFar(shape.Inputs, shape.MostTerms, shape.Outputs),
                };
                string x = start is null ? "x" : $"x + (nint){start} * {Literal.Number(shape.StrideX)}";
                string dy = start is null ? "dy" : $"dy + (nint){start} * {Literal.Number(shape.StrideResidual)}";
                return TileTemplate.Call(library, tile, shape.TakesTransposed ? $"{x} + (nint)(row + {r}) * {Literal.Number(shape.StrideX)}" : $"{x} + row + {r}", $"{dy} + column", $"g + {r} * {Literal.Number(width)}", k: terms,
                    scale: scale);
            }
        }
    }
}
