using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The weight gradient of a convolution without gathered patches: each worker has portions of the samples, or where they are
/// not cut a run of tiles of the gradient; it copies each image between margins, and takes all windows of it through each tile at once.
/// </summary>
static class DirectConvolutionGradientTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, ConvolutionGradient kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        string key = $"DirectConvolutionGradient {grid.Key} {kernel.Columns} {kernel.Residual.Stride} {kernel.Gradient.Stride} {kernel.Portions}";
        string name = library.Method(key, $"ConvolutionGradientDirectly{Literal.Number(grid.Terms)}x{Literal.Number(kernel.Columns)}",
            (writer, name) => new Body(library, kernel, writer).Write(name));
        return ConvolutionWriter.Call(name, kernel, address);
    }

    /// <summary>Writes the method.</summary>
    sealed class Body
    {
        readonly KernelLibrary library;
        readonly ConvolutionGradient kernel;
        readonly SourceWriter writer;
        readonly PatchGrid grid;
        readonly IReadOnlyList<PanelGroup> panels;
        readonly int lanes, kernelRows, pieces, pieceTerms;

        internal Body(KernelLibrary library, ConvolutionGradient kernel, SourceWriter writer)
        {
            (this.library, this.kernel, this.writer, grid) = (library, kernel, writer, kernel.Grid);
            lanes = library.Instructions.Lanes;
            panels = PanelSplit.Cut(library.Instructions, kernel.Columns);
            // As many rows of the kernel as registers hold; or one of them in equal pieces.
            int most = library.Instructions.MostTileRows(panels[0].Vectors), tiles = Ceiling(grid.KernelHeight, Math.Max(1, most / grid.RowTerms));
            kernelRows = Ceiling(grid.KernelHeight, tiles);
            pieces = Ceiling(kernelRows * grid.RowTerms, most);
            pieceTerms = Ceiling(kernelRows * grid.RowTerms, pieces);
        }

        internal void Write(string name)
        {
            int groups = Ceiling(grid.KernelHeight, kernelRows);
            ConvolutionWriter.Open(writer, name, kernel);
            PanelMemory.Declare(writer, "panel", grid.PaddedFloats + PaddedImageTemplate.Slack);
            if (kernel.Portions > 1)
            {
                PortionWriter.OpenPortions(writer, kernel.Portions, (long)grid.Terms * kernel.Gradient.Stride);
                writer.Line($"const int first = 0, last = {Literal.Number(groups * pieces)};");
                writer.Open("for (int i = sample; i < endSample; i++)");
            }
            else
            {
                writer.Line($"context.Split({Literal.Number(groups * pieces)}, out int first, out int last);");
                writer.Line("if (first == last)").Indent().Line("return;").Unindent();
                writer.Open("for (int i = 0; i < context.Rows; i++)");
                writer.Line("float scale = i == context.Rows - 1 ? context.InverseRows : 1f;");
            }
            writer.Line($"{PaddedImageTemplate.Method(library, grid)}(x + (nint)i * {Literal.Number(grid.SampleStride)}, panel, 0, {Literal.Number(grid.PaddedHeight)});");
            writer.Line($"float* residual = dy + (nint)i * {Literal.Number(grid.Positions * kernel.Residual.Stride)};");
            foreach (PanelGroup group in panels)
                Columns(group, groups);
            writer.Close();
            if (kernel.Portions > 1)
                writer.Close().Close();
            writer.Close();
        }

        void Columns(PanelGroup group, int groups)
        {
            int width = group.Vectors * lanes, first = group.First * lanes;
            if (group.Count > 1)
                writer.Open($"for (int column = {Literal.Number(first)}; column < {Literal.Number(first + group.Count * width)}; column += {Literal.Number(width)})");
            else
                writer.Open().Line($"const int column = {Literal.Number(first)};");
            writer.Open("for (int tile = first; tile < last; tile++)");
            writer.Line($"int rows = tile / {Literal.Number(pieces)}, piece = (tile - rows * {Literal.Number(pieces)}) * {Literal.Number(pieceTerms)};");
            writer.Line($"float* patches = panel + rows * {Literal.Number(kernelRows * grid.DilationY * grid.PaddedWidth * grid.Channels)} + piece;");
            writer.Line($"float* target = {(kernel.Portions > 1 ? "sums" : "g")} + (nint)(rows * {Literal.Number(kernelRows * grid.RowTerms)} + piece) * {Literal.Number(kernel.Gradient.Stride)} + column;");
            int all = kernelRows * grid.RowTerms, lastPiece = all - (pieces - 1) * pieceTerms, lastGroup = (grid.KernelHeight - (groups - 1) * kernelRows) * grid.RowTerms;
            // Either one tile spans rows of the kernel, fewer of them at its end, or pieces share a row, the last one less.
            int rest = pieces > 1 ? lastPiece : lastGroup;
            string isRest = pieces > 1 ? $"piece == {Literal.Number((pieces - 1) * pieceTerms)}" : $"rows == {Literal.Number(groups - 1)}";
            writer.Line($"if (i == {(kernel.Portions > 1 ? "sample" : "0")})").Indent();
            Tiles(group, TileStart.Zero, rest, isRest);
            writer.Unindent().Line("else").Indent();
            Tiles(group, TileStart.Earlier, rest, isRest);
            writer.Unindent().Close().Close();
        }

        void Tiles(PanelGroup group, TileStart begin, int rest, string isRest)
        {
            if (rest == pieceTerms)
            {
                writer.Line(Tile(group, pieceTerms, begin));
                return;
            }
            writer.Open().Line($"if ({isRest})").Indent().Line(Tile(group, rest, begin)).Unindent();
            writer.Line("else").Indent().Line(Tile(group, pieceTerms, begin)).Unindent().Close();
        }

        string Tile(PanelGroup group, int height, TileStart begin)
        {
            int line = grid.PaddedWidth * grid.Channels;
            var tile = new TileShape(height, group.Vectors, grid.StrideX * grid.Channels, true, kernel.Residual.Stride, kernel.Gradient.Stride, grid.Columns, begin, ConvolutionWriter.End(kernel))
            {
                EndsInPadding = group.EndsInPadding,
                Segments = grid.Rows,
                SegmentStrideA = grid.StrideY * line,
                Offsets = height <= grid.RowTerms ? null
                    : [.. Enumerable.Range(0, height).Select(row => row / grid.RowTerms * grid.DilationY * line + row % grid.RowTerms)],
            };
            return TileTemplate.Call(library, tile, "patches", "residual + column", "target", scale: "scale");
        }

        static int Ceiling(int value, int unit) => (value + unit - 1) / unit;
    }
}
