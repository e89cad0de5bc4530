using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The weight gradient of a convolution. Each worker has portions of the samples, or where they are not cut a run of the
/// gradient's rows, which it adds up block by block of positions: the patches of a block are gathered into its panel, as far as its rows need them, and register tiles go on
/// from what the gradient holds. Long patches come in slices of kernel rows, so that the panel stays in the second-level cache.
/// </summary>
static class ConvolutionGradientTemplate
{
    /// <summary>Floats of a panel.</summary>
    const int PanelFloats = 64 * 1024;

    /// <summary>Values of a patch in a slice of several kernel rows.</summary>
    const int SliceTerms = 1024;

    /// <summary>Most positions of a block: long sums hide what it costs to take them up again.</summary>
    const int MostBlock = 128;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, ConvolutionGradient kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        string key = $"ConvolutionGradient {grid.Key} {kernel.Columns} {kernel.Residual.Stride} {kernel.Gradient.Stride} {kernel.Portions}";
        string name = library.Method(key, $"ConvolutionGradient{Literal.Number(grid.Terms)}x{Literal.Number(kernel.Columns)}",
            (writer, name) => new Body(library, kernel, writer).Write(name));
        return ConvolutionWriter.Call(name, kernel, address);
    }

    /// <summary>Positions that patches of <paramref name="stride"/> floats are gathered of at a time.</summary>
    internal static int BlockOf(int stride) => Math.Max(1, Math.Min(MostBlock, PanelFloats / stride));

    /// <summary>Writes the method.</summary>
    sealed class Body(KernelLibrary library, ConvolutionGradient kernel, SourceWriter writer)
    {
        readonly PatchGrid grid = kernel.Grid;
        readonly IReadOnlyList<PanelGroup> panels = PanelSplit.Cut(library.Instructions, kernel.Columns);
        readonly int lanes = library.Instructions.Lanes;

        int SliceRows => Math.Max(1, Math.Min(kernel.Grid.KernelHeight, SliceTerms / kernel.Grid.RowTerms));

        int PanelStride => grid.IsPlain ? grid.PositionStride : Buffer.StrideOf(SliceRows * grid.RowTerms);

        int Block => grid.IsPlain ? MostBlock : BlockOf(PanelStride);

        internal void Write(string name)
        {
            int height = library.Instructions.TileRows(panels[0].Vectors, SliceRows * grid.RowTerms);
            string tile = Literal.Number(height), rowTerms = Literal.Number(grid.RowTerms), kernelHeight = Literal.Number(grid.KernelHeight);
            ConvolutionWriter.Open(writer, name, kernel);
            if (!grid.IsPlain)
                PanelMemory.Declare(writer, "panel", (long)Block * PanelStride + PatchGrid.Slack);
            bool cut = kernel.Portions > 1;
            if (cut)
                PortionWriter.OpenPortions(writer, kernel.Portions, (long)grid.Terms * kernel.Gradient.Stride);
            writer.Line($"int begin = {(cut ? $"sample * {Literal.Number(grid.Positions)}" : "0")}, positions = {(cut ? "endSample" : "context.Rows")} * {Literal.Number(grid.Positions)};");
            writer.Open($"for (int y = 0; y < {kernelHeight}; y += {Literal.Number(SliceRows)})");
            writer.Line($"int terms = int.Min({Literal.Number(SliceRows)}, {kernelHeight} - y) * {rowTerms};");
            if (cut)
                writer.Line("int start = 0, end = terms;");
            else
            {
                writer.Line($"context.Split((terms + {Literal.Number(height - 1)}) / {tile}, out int first, out int last);");
                writer.Line("if (first == last)").Indent().Line("continue;").Unindent();
                writer.Line($"int start = {tile} * first, end = int.Min(terms, {tile} * last);");
            }
            writer.Line($"int from = y + start / {rowTerms}, to = y + (end - 1) / {rowTerms} + 1;");
            writer.Line($"float* target = {(cut ? "sums" : "g")} + (nint)y * {Literal.Number((long)grid.RowTerms * kernel.Gradient.Stride)};");
            writer.Open($"for (int position = begin; position < positions; position += {Literal.Number(Block)})");
            writer.Line($"int length = int.Min({Literal.Number(Block)}, positions - position);");
            if (!cut)
                writer.Line("float scale = position + length == positions ? context.InverseRows : 1f;");
            if (grid.IsPlain)
                writer.Line($"float* patches = x + (nint)position * {Literal.Number(grid.PositionStride)};");
            else
            {
                writer.Line($"{PatchTemplate.Method(library, grid, PanelStride)}(x, panel, position, length, from, to);");
                writer.Line($"float* patches = panel - (from - y) * {rowTerms};");
            }
            writer.Line($"float* residual = dy + (nint)position * {Literal.Number(kernel.Residual.Stride)};");
            foreach (PanelGroup group in panels)
                Columns(group, height);
            writer.Close().Close();
            if (cut)
                writer.Close().Close();
            writer.Close();
        }

        void Columns(PanelGroup group, int height)
        {
            int width = group.Vectors * lanes, first = group.First * lanes;
            if (group.Count > 1)
                writer.Open($"for (int column = {Literal.Number(first)}; column < {Literal.Number(first + group.Count * width)}; column += {Literal.Number(width)})");
            else
                writer.Open().Line($"const int column = {Literal.Number(first)};");
            writer.Open("if (position == begin)");
            Rows(group, height, TileStart.Zero);
            writer.Close();
            writer.Open("else");
            Rows(group, height, TileStart.Earlier);
            writer.Close();
            writer.Close();
        }

        /// <summary>Whole tiles, then what is left at the end of a slice at its own height.</summary>
        void Rows(PanelGroup group, int height, TileStart begin)
        {
            string tile = Literal.Number(height);
            writer.Line("int k = start;");
            writer.Line($"for (; k <= end - {tile}; k += {tile})");
            writer.Indent().Line(Tile(group, height, begin)).Unindent();
            int lastSlice = grid.KernelHeight % SliceRows == 0 ? SliceRows : grid.KernelHeight % SliceRows;
            foreach (int rest in new[] { SliceRows * grid.RowTerms % height, lastSlice * grid.RowTerms % height }.Distinct().Where(static rest => rest > 0))
            {
                writer.Line($"if (end - k == {Literal.Number(rest)})");
                writer.Indent().Line(Tile(group, rest, begin)).Unindent();
            }
        }

        string Tile(PanelGroup group, int height, TileStart begin)
        {
            var tile = new TileShape(height, group.Vectors, PanelStride, true, kernel.Residual.Stride, kernel.Gradient.Stride, null, begin, ConvolutionWriter.End(kernel))
            {
                EndsInPadding = group.EndsInPadding,
                Ahead = library.Instructions.Ahead(Block, group.Vectors),
            };
            return TileTemplate.Call(library, tile, "patches + k", "residual + column", $"target + k * {Literal.Number(kernel.Gradient.Stride)} + column",
                k: "length", scale: "scale");
        }
    }
}
