using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// A dense layer's weight gradient: either the product, stored; or bands of its rows in scratch, each handed to the optimiser
/// at once, so that the gradient stays near and the weights pass through the caches once, as a stream.
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
            Terms = kernel.Terms,
        };
        string store = kernel.Residual.Rows == 1 && !kernel.TakesTransposed
            ? OuterProductTemplate.Call(library, kernel.Gradient, address(kernel.X), address(kernel.Residual), address(kernel.Gradient))
            : MatrixProductTemplate.Call(library, product, address);
        if (kernel.Weight is null)
            return store;
        string[] updates = [.. Updates(library, kernel, address).Select(static call => "    " + call + "\n")];
        return "if (c.UpdatesInPlace)\n" + (updates is [var update] ? update : $"{{\n{string.Concat(updates)}}}\n") + $"else\n    {store}";
    }

    /// <summary>The calls that update in place: of weights too wide for scratch, one for each part of the columns.</summary>
    static IEnumerable<string> Updates(KernelLibrary library, WeightGradient kernel, Func<Buffer, string> address)
    {
        int widest = library.Instructions.BandColumns;
        for (int column = 0; column < kernel.Gradient.Columns; column += widest)
        {
            var shape = new Shape(kernel.Gradient.Rows, kernel.Residual.Rows, Math.Min(widest, kernel.Gradient.Columns - column), kernel.X.Stride,
                kernel.TakesTransposed, kernel.Residual.Stride, kernel.Weight!.Stride, kernel.Terms?.Stride ?? 0);
            string name = library.Method(shape.ToString(), $"WeightUpdate{Literal.Number(shape.Inputs)}x{Literal.Number(shape.Outputs)}",
                (writer, name) => new Body(library, shape, writer).Write(name));
            yield return $"{name}({address(kernel.X)}, {address(kernel.Residual)}{Literal.Plus(column)}, {address(kernel.Weight)}{Literal.Plus(column)}, rows"
                + (kernel.Terms is null ? "" : ", " + address(kernel.Terms)) + ", in c);";
        }
    }

    /// <summary>Everything that distinguishes the code.</summary>
    /// <param name="Inputs">Rows of the weights.</param>
    /// <param name="MostTerms">Upper bound of the rows of the call.</param>
    /// <param name="Outputs">Columns of the weights without padding.</param>
    /// <param name="StrideX">Floats from row to row of the inputs.</param>
    /// <param name="TakesTransposed">Whether the inputs are stored inputs x rows.</param>
    /// <param name="StrideResidual">Floats from row to row of the residual.</param>
    /// <param name="StrideWeight">Floats from row to row of the weights.</param>
    /// <param name="TermsStride">Floats from list to list of the rows that tiles sum; 0 where they sum all.</param>
    sealed record Shape(int Inputs, int MostTerms, int Outputs, int StrideX, bool TakesTransposed, int StrideResidual, int StrideWeight,
        int TermsStride);

    /// <summary>Writes the method that updates in place.</summary>
    sealed class Body(KernelLibrary library, Shape shape, SourceWriter writer)
    {
        readonly int lanes = library.Instructions.Lanes;

        // Rows of scratch are as far apart as those of weights, which do not push each other out of the first-level cache.
        readonly int stride = Math.Min(shape.StrideWeight, Buffer.RoundUp(shape.Outputs, 16) + 16);

        internal void Write(string name)
        {
            IReadOnlyList<PanelGroup> panels = PanelSplit.Cut(library.Instructions, shape.Outputs);
            int tileRows = library.Instructions.TileRows(panels[0].Vectors, shape.Inputs), tiles = (shape.Inputs + tileRows - 1) / tileRows;
            int band = Math.Min(library.Instructions.BandTiles(tileRows, stride), tiles) * tileRows;
            writer.Line($"// w[{shape.Inputs}, {shape.Outputs}] takes the optimiser's step along "
                + (shape.TakesTransposed ? $"x[{shape.Inputs}, rows]" : $"x[rows, {shape.Inputs}]ᵀ") + $" dy[rows, {shape.Outputs}] / rows, "
                + $"{band} rows at a time.");
            writer.Line("[SkipLocalsInit]");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* x, float* dy, float* w, int rows{(shape.TermsStride > 0 ? ", float* terms" : "")}, in KernelContext context)");
            PanelMemory.Declare(writer, "g", (long)band * stride);
            writer.Line($"context.Split({Literal.Number(tiles)}, out int first, out int last);");
            writer.Line($"int end = {(shape.Inputs % tileRows == 0 ? $"{Literal.Number(tileRows)} * last" : $"int.Min({Literal.Number(tileRows)} * last, {Literal.Number(shape.Inputs)})")};");
            writer.Open($"for (int row = {Literal.Number(tileRows)} * first; row < end; row += {Literal.Number(band)})");
            writer.Line($"int height = int.Min({Literal.Number(band)}, end - row);");
            if (!shape.TakesTransposed && library.Instructions.PausesSums(shape.MostTerms))
                PausedPanels(panels, tileRows);
            else
                Panels(panels, tileRows, TileStart.Zero, null, "rows", "context.InverseRows");
            writer.Line($"OptimizerKernels.UpdateTile(in context, w + (nint)row * {Literal.Number(shape.StrideWeight)}, g, height, "
                + $"{Literal.Number(panels.Sum(group => group.Count * group.Width(library.Instructions)))}, {Literal.Number(shape.StrideWeight)}, {Literal.Number(stride)});");
            writer.Close();
            writer.Close();
        }

        /// <summary>Long sums in blocks of terms, going on from what scratch holds.</summary>
        void PausedPanels(IReadOnlyList<PanelGroup> panels, int tileRows)
        {
            string block = Literal.Number(library.Instructions.BlockTerms);
            writer.Open($"for (int start = 0; start < rows; start += {block})");
            writer.Line($"int length = int.Min({block}, rows - start);");
            writer.Line("float scale = start + length == rows ? context.InverseRows : 1f;");
            writer.Open("if (start == 0)");
            Panels(panels, tileRows, TileStart.Zero, "start", "length", "scale");
            writer.Close();
            writer.Open("else");
            Panels(panels, tileRows, TileStart.Earlier, "start", "length", "scale");
            writer.Close();
            writer.Close();
        }

        void Panels(IReadOnlyList<PanelGroup> panels, int tileRows, TileStart from, string? start, string terms, string scale)
        {
            foreach (PanelGroup group in panels)
            {
                writer.Open($"for (int panel = 0; panel < {Literal.Number(group.Count)}; panel++)");
                writer.Line($"int column = {Literal.Number(group.Vectors * lanes)} * panel{Literal.Plus(group.First * lanes)};");
                Tiles(group, tileRows, from, start, terms, scale);
                writer.Close();
            }
        }

        /// <summary>The tiles of a panel of a band; the rows that are left over at the end of the weights get a tile of their own height.</summary>
        void Tiles(PanelGroup group, int tileRows, TileStart from, string? start, string terms, string scale)
        {
            int rest = shape.Inputs % tileRows, width = group.Width(library.Instructions);
            if (shape.Inputs >= tileRows)
            {
                string end = rest == 0 ? "height" : $"height - {Literal.Number(tileRows - 1)}";
                writer.Open($"for (int r = 0; r < {end}; r += {Literal.Number(tileRows)})");
                if (from == TileStart.Zero)
                    writer.Line($"OptimizerKernels.Claim(in context, w + (nint)(row + r) * {Literal.Number(shape.StrideWeight)} + column, "
                        + $"{Literal.Number(tileRows)}, {Literal.Number(width)}, {Literal.Number(shape.StrideWeight)});");
                if (shape.TermsStride > 0 && SparsityPlanner.ServesTiles(tileRows))
                    ListedTile();
                else
                    writer.Line(Tile(tileRows, "r"));
                writer.Close();
            }
            if (rest > 0)
            {
                writer.Line($"if (height % {Literal.Number(tileRows)} != 0)");
                writer.Indent().Line(Tile(rest, $"(height - {Literal.Number(rest)})")).Unindent();
            }

            void ListedTile()
            {
                writer.Line(NonzeroTermsTemplate.List("terms", "(row + r)", shape.TermsStride));
                if (from == TileStart.Zero)
                {
                    writer.Line("if (*list >= 0)");
                    writer.Indent().Line(Tile(tileRows, "r", lists: true)).Unindent();
                }
                writer.Line(from == TileStart.Zero ? "else" : "if (*list < 0)");
                writer.Indent().Line(Tile(tileRows, "r")).Unindent();
            }

            string Tile(int height, string r, bool lists = false)
            {
                var tile = new TileShape(height, group.Vectors, shape.StrideX, !shape.TakesTransposed, shape.StrideResidual, stride, null, from, TileEnd.Scale)
                {
                    EndsInPadding = group.EndsInPadding,
                    Ahead = lists ? 0 : library.Instructions.Ahead(shape.MostTerms, group.Vectors),
                    ListsTerms = lists,
                };
                string x = start is null || lists ? "x" : $"x + (nint){start} * {Literal.Number(shape.StrideX)}";
                string dy = start is null || lists ? "dy" : $"dy + (nint){start} * {Literal.Number(shape.StrideResidual)}";
                return TileTemplate.Call(library, tile, shape.TakesTransposed ? $"{x} + (nint)(row + {r}) * {Literal.Number(shape.StrideX)}" : $"{x} + row + {r}", $"{dy} + column",
                    $"g + {r} * {Literal.Number(stride)} + column",
                    k: lists ? "list" : terms, scale: lists ? "context.InverseRows" : scale);
            }
        }
    }
}
