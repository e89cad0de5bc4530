using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Convolutions at points. A worker takes blocks of squares of two by two windows: it brings the positions that each square
/// reaches to the points, Bᵀ d B; has register tiles multiply them by the weights there, point by point; and brings the
/// products back, Aᵀ m A, to the four windows.
/// </summary>
static class WinogradConvolutionTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, WinogradConvolution kernel, Func<Buffer, string> address)
    {
        TileEpilogue? epilogue = TileEpilogue.Of(kernel.Epilogue);
        string key = $"Winograd {kernel.Grid.Key} {kernel.Weight.Stride} {kernel.Y.Stride} {kernel.Y.Columns} {kernel.Bias is null} {epilogue}";
        string name = library.Method(key, $"ConvolveAtPoints{Literal.Number(kernel.Grid.Channels)}x{Literal.Number(kernel.Y.Columns)}",
            (writer, name) => new Body(library, kernel, epilogue, writer).Write(name));
        IEnumerable<Buffer> arguments = [kernel.X, kernel.Weight, kernel.Target, .. kernel.Bias is null ? Array.Empty<Buffer>() : [kernel.Bias], .. TileEpilogue.Buffers(kernel.Epilogue)];
        return $"{name}({string.Join(", ", arguments.Select(address))}, in c);";
    }

    /// <summary>Writes the method of one product.</summary>
    sealed class Body(KernelLibrary library, WinogradConvolution kernel, TileEpilogue? epilogue, SourceWriter writer)
    {
        readonly PatchGrid grid = kernel.Grid;
        readonly int lanes = library.Instructions.Lanes, side = kernel.Points.Side, squares = kernel.BlockSquares, perRow = kernel.Points.Columns;
        readonly int channelStride = kernel.Points.ChannelStride, columnStride = kernel.ColumnStride, line = kernel.Grid.Width * kernel.Grid.PositionStride;

        internal void Write(string name)
        {
            int blocks = kernel.Points.Rows / kernel.BlockRows;
            string bias = kernel.Bias is null ? "" : "bias + ";
            writer.Line($"// y[rows x {Literal.Number(grid.Positions)}, {Literal.Number(kernel.Y.Columns)}] = {bias}the convolution of x with the kernels whose values "
                + $"at {Literal.Number(kernel.Points.Count)} points u holds, windows {grid}{TileEpilogue.Then(epilogue)}.");
            writer.Line("[SkipLocalsInit]").Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* x, float* u, float* y{(kernel.Bias is null ? "" : ", float* bias")}"
                + string.Concat(TileEpilogue.PointersBesideY(epilogue).Select(static pointer => ", float* " + pointer)) + ", in KernelContext context)");
            PanelMemory.Declare(writer, "points", kernel.Points.Count * kernel.PointStride);
            PanelMemory.Declare(writer, "products", kernel.Points.Count * kernel.ProductStride);
            PanelMemory.Declare(writer, "columns", side * kernel.Points.ReachedColumns * lanes);
            PanelMemory.Declare(writer, "zeros", line);
            writer.Line($"new Span<float>(columns, {Literal.Number(side * kernel.Points.ReachedColumns * lanes)}).Clear();");
            writer.Line($"new Span<float>(zeros, {Literal.Number(line)}).Clear();");
            PointTransforms.Constants(writer, side);
            writer.Line($"context.Split(context.Rows * {Literal.Number(blocks)}, out int first, out int last);");
            writer.Open("for (int block = first; block < last; block++)");
            writer.Line($"int sample = block / {Literal.Number(blocks)}, top = (block - sample * {Literal.Number(blocks)}) * {Literal.Number(kernel.BlockRows)};");
            writer.Open($"for (int row = 0; row < {Literal.Number(kernel.BlockRows)}; row++)");
            writer.Line($"{InputMethod()}(x + (nint)sample * {Literal.Number(grid.SampleStride)}, zeros, columns, points + row * {Literal.Number(perRow * channelStride)}, 2 * (top + row) - {Literal.Number(grid.Top)});");
            writer.Close();
            Products();
            writer.Open($"for (int row = 0; row < {Literal.Number(kernel.BlockRows)}; row++)");
            writer.Line("int window = 2 * (top + row);");
            writer.Line($"nint to = ((nint)sample * {Literal.Number(grid.Positions)} + window * {Literal.Number(grid.Columns)}) * {Literal.Number(kernel.Y.Stride)};");
            Output();
            writer.Close().Close().Close();
        }

        /// <summary>At each point all squares times the weights.</summary>
        void Products()
        {
            writer.Open($"for (int point = 0; point < {Literal.Number(kernel.Points.Count)}; point++)");
            writer.Line($"float* a = points + point * {Literal.Number(kernel.PointStride)}, b = u + (nint)point * {Literal.Number((long)grid.Channels * kernel.Weight.Stride)}, "
                + $"to = products + point * {Literal.Number(kernel.ProductStride)};");
            foreach (PanelGroup group in PanelSplit.Cut(library.Instructions, kernel.Y.Columns))
                Columns(group);
            writer.Close();
        }

        void Columns(PanelGroup group)
        {
            int height = library.Instructions.TileRows(group.Vectors, squares), whole = squares / height, rest = squares % height, first = group.First * lanes, width = group.Vectors * lanes;
            writer.Open($"for (int column = {Literal.Number(first)}; column < {Literal.Number(first + group.Count * width)}; column += {Literal.Number(width)})");
            writer.Line($"for (int i = 0; i < {Literal.Number(whole * height)}; i += {Literal.Number(height)})");
            writer.Indent().Line(Tile(height, $"i * {Literal.Number(channelStride)}", $"i * {Literal.Number(columnStride)}")).Unindent();
            if (rest > 0)
                writer.Line(Tile(rest, Literal.Number(whole * height * channelStride), Literal.Number(whole * height * columnStride)));
            writer.Close();

            string Tile(int rows, string a, string c) => TileTemplate.Call(library,
                new TileShape(rows, group.Vectors, channelStride, false, kernel.Weight.Stride, columnStride, grid.Channels, TileStart.Zero, TileEnd.Store)
                {
                    EndsInPadding = group.EndsInPadding,
                }, "a + " + a, "b + column", $"to + {c} + column");
        }

        /// <summary>
        /// Name of a method that brings a row of squares to the points: first each column of positions, then along the row. Columns
        /// outside of the image are zeros that nobody touches.
        /// </summary>
        string InputMethod()
        {
            string key = $"WinogradInput {grid.Key} {kernel.PointStride}";
            return library.Method(key, $"PointsOf{Literal.Number(grid.Height)}x{Literal.Number(grid.Width)}x{Literal.Number(grid.Channels)}", (writer, name) =>
            {
                string[] all = [.. Enumerable.Range(0, side).Select(static i => Literal.Number(i))];
                int row = kernel.Points.ReachedColumns * lanes;
                writer.Line($"// {Literal.Number(perRow)} squares of {side}x{side} positions of the image {grid}, the first row at y, at {Literal.Number(kernel.Points.Count)} points.");
                writer.Line(KernelMethod.Attributes);
                writer.Open($"static void {name}(float* image, float* zeros, float* columns, float* points, int y)");
                PointTransforms.Constants(writer, side, PointTransforms.OfPositions);
                PointRowWriter.Lines(writer, side, grid.Height, line);
                writer.Open($"for (int j = 0; j < {Literal.Number(channelStride)}; j += {Literal.Number(lanes)})");
                writer.Line($"float* column = columns + {Literal.Number(grid.Left * lanes)};");
                writer.Open($"for (nint i = j; i < {Literal.Number(kernel.Points.InnerColumns * grid.PositionStride)}; i += {Literal.Number(grid.PositionStride)})");
                writer.Line($"V {string.Join(", ", all.Select(static i => $"d{i} = *(V*)(line{i} + i)"))};");
                PointTransforms.Positions(writer, "t", [.. all.Select(static i => "d" + i)]);
                writer.Line(string.Join(" ", all.Select((i, number) => $"{TileTemplate.Load("column", number * row)} = t{i};")));
                writer.Line($"column += {Literal.Number(lanes)};");
                writer.Close();
                writer.Open($"for (int point = 0; point < {Literal.Number(side)}; point++)");
                writer.Line($"float* from = columns + point * {Literal.Number(row)}, to = points + point * {Literal.Number(side * kernel.PointStride)} + j;");
                PointRowWriter.Along(writer, library.Instructions, perRow, side, side, kernel.PointStride, channelStride, (name, d) => PointTransforms.Positions(writer, name, d));
                writer.Close().Close().Close();
            });
        }

        /// <summary>Brings the products of a row of squares back to its windows.</summary>
        void Output()
        {
            bool oddColumns = grid.Columns % 2 == 1, oddRows = grid.Rows % 2 == 1;
            writer.Open($"for (int j = 0; j < {Literal.Number(columnStride)}; j += {Literal.Number(lanes)})");
            writer.Line($"float* from = products + row * {Literal.Number(perRow * columnStride)} + j;");
            writer.Line("nint at = to + j;");
            if (kernel.Bias is not null)
                writer.Line("V begin = *(V*)(bias + j);");
            writer.Open($"for (int square = 0; square < {Literal.Number(perRow)}; square++)");
            int point = kernel.ProductStride;
            for (int x = 0; x < side; x++)
            {
                string[] products = [.. Enumerable.Range(0, side).Select(y => $"m{y}_{x}")];
                writer.Line($"V {string.Join(", ", products.Select((product, y) => $"{product} = {TileTemplate.Load("from", (side * y + x) * point)}"))};");
                string[] windows = PointTransforms.Windows(products);
                writer.Line($"V p0_{x} = {windows[0]}, p1_{x} = {windows[1]};");
            }
            string start = kernel.Bias is null ? "" : "begin + ";
            for (int y = 0; y < 2; y++)
            {
                string[] windows = PointTransforms.Windows([.. Enumerable.Range(0, side).Select(x => $"p{y}_{x}")]);
                if (y == 1 && oddRows)
                    writer.Open($"if (window + 1 < {Literal.Number(grid.Rows)})");
                Finish($"{start}({windows[0]})", y * grid.Columns * kernel.Y.Stride);
                if (oddColumns)
                    writer.Open($"if (square < {Literal.Number(perRow - 1)})");
                Finish($"{start}({windows[1]})", (y * grid.Columns + 1) * kernel.Y.Stride);
                if (oddColumns)
                    writer.Close();
                if (y == 1 && oddRows)
                    writer.Close();
            }
            writer.Line($"from += {Literal.Number(columnStride)}; at += {Literal.Number(2 * kernel.Y.Stride)};");
            writer.Close().Close();
        }

        void Finish(string sum, int offset)
        {
            writer.Open().Line($"V sum = {sum};");
            TileEpilogue.Finish(writer, epilogue, "y", offset == 0 ? "at" : $"at + {Literal.Number(offset)}");
            writer.Close();
        }
    }
}
