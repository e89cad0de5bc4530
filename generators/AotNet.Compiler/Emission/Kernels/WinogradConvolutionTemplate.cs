using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// 3x3 convolutions at 16 points. A worker takes blocks of squares of four windows: it brings the 4x4 positions that each
/// square reaches to the points, Bᵀ d B; has register tiles multiply them by the weights there, point by point; and brings
/// the products back, Aᵀ m A, to the four windows. With Bᵀ = [1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1] and
/// Aᵀ = [1 1 1 0; 0 1 -1 -1].
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
        Buffer target = kernel.Epilogue is { StoresProduct: false } end ? end.Output : kernel.Y;
        IEnumerable<Buffer> arguments = [kernel.X, kernel.Weight, target, .. kernel.Bias is null ? Array.Empty<Buffer>() : [kernel.Bias], .. TileEpilogue.Buffers(kernel.Epilogue)];
        return $"{name}({string.Join(", ", arguments.Select(address))}, in c);";
    }

    /// <summary>Writes the method of one product.</summary>
    sealed class Body(KernelLibrary library, WinogradConvolution kernel, TileEpilogue? epilogue, SourceWriter writer)
    {
        readonly PatchGrid grid = kernel.Grid;
        readonly int lanes = library.Instructions.Lanes, squares = kernel.BlockSquares, perRow = kernel.SquareColumns;
        readonly int channelStride = kernel.ChannelStride, columnStride = kernel.ColumnStride, line = kernel.Grid.Width * kernel.Grid.PositionStride;

        internal void Write(string name)
        {
            int blocks = kernel.SquareRows / kernel.BlockRows;
            string bias = kernel.Bias is null ? "" : "bias + ";
            writer.Line($"// y[rows x {Literal.Number(grid.Positions)}, {Literal.Number(kernel.Y.Columns)}] = {bias}the convolution of x with the kernels whose values "
                + $"at 16 points u holds, windows {grid}{TileEpilogue.Then(epilogue)}.");
            writer.Line("[SkipLocalsInit]").Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* x, float* u, float* y{(kernel.Bias is null ? "" : ", float* bias")}"
                + string.Concat(TileEpilogue.PointersBesideY(epilogue).Select(static pointer => ", float* " + pointer)) + ", in KernelContext context)");
            PanelMemory.Declare(writer, "points", WinogradConvolution.Points * kernel.PointStride);
            PanelMemory.Declare(writer, "products", WinogradConvolution.Points * kernel.ProductStride);
            PanelMemory.Declare(writer, "zeros", line);
            writer.Line($"new Span<float>(zeros, {Literal.Number(line)}).Clear();");
            writer.Line($"WorkerTeam.Split(context.Rows * {Literal.Number(blocks)}, context.Worker, context.Workers, out int first, out int last);");
            writer.Open("for (int block = first; block < last; block++)");
            writer.Line($"int sample = block / {Literal.Number(blocks)}, top = (block - sample * {Literal.Number(blocks)}) * {Literal.Number(kernel.BlockRows)};");
            writer.Open($"for (int row = 0; row < {Literal.Number(kernel.BlockRows)}; row++)");
            writer.Line($"{InputMethod()}(x + (nint)sample * {Literal.Number(grid.SampleStride)}, zeros, points + row * {Literal.Number(perRow * channelStride)}, 2 * (top + row) - {Literal.Number(grid.Top)});");
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
            writer.Open($"for (int point = 0; point < {Literal.Number(WinogradConvolution.Points)}; point++)");
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
        /// Name of a method that brings a row of squares to the points. It goes along the row, two columns of positions for each
        /// square, and keeps the two that the next one shares.
        /// </summary>
        string InputMethod()
        {
            string key = $"WinogradInput {grid.Key} {kernel.PointStride}";
            return library.Method(key, $"PointsOf{Literal.Number(grid.Height)}x{Literal.Number(grid.Width)}x{Literal.Number(grid.Channels)}", (writer, name) =>
            {
                writer.Line($"// {Literal.Number(perRow)} squares of 4x4 positions of the image {grid}, the first row at y, at 16 points.");
                writer.Line(KernelMethod.Attributes);
                writer.Open($"static void {name}(float* image, float* zeros, float* points, int y)");
                for (int row = 0; row < 4; row++)
                    writer.Line($"float* line{row} = (uint)(y + {Literal.Number(row)}) < {Literal.Number(grid.Height)}u ? image + (nint)(y + {Literal.Number(row)}) * {Literal.Number(line)} : zeros;");
                writer.Open($"for (int j = 0; j < {Literal.Number(channelStride)}; j += {Literal.Number(lanes)})");
                writer.Line("float* to = points + j;");
                for (int column = 0; column < 2; column++)
                {
                    Column(writer, column, -grid.Left + column, Literal.Number((-grid.Left + column) * grid.PositionStride));
                }
                // Squares whose new columns both lie inside.
                int inner = 0;
                while (inner < perRow && 2 * inner - grid.Left + 2 >= 0 && 2 * inner - grid.Left + 3 < grid.Width)
                    inner++;
                int begin = -grid.Left + 2 < 0 ? 0 : inner;
                if (begin > 0)
                {
                    writer.Line($"int i = {Literal.Number((2 - grid.Left) * grid.PositionStride)};");
                    writer.Open($"for (int square = 0; square < {Literal.Number(begin)}; square++)");
                    Square(writer, 0, "i");
                    writer.Line($"to += {Literal.Number(channelStride)}; i += {Literal.Number(2 * grid.PositionStride)};");
                    writer.Close();
                }
                for (int square = begin; square < perRow; square++)
                {
                    writer.Open();
                    Square(writer, 2 * square - grid.Left + 2, null);
                    writer.Line($"to += {Literal.Number(channelStride)};");
                    writer.Close();
                }
                writer.Close().Close();
            });
        }

        /// <summary>Declares a column of four positions at the four points along it; zeros outside of the image.</summary>
        void Column(SourceWriter writer, int name, int column, string at)
        {
            if (column < 0 || column >= grid.Width)
            {
                writer.Line($"V {string.Join(", ", Enumerable.Range(0, 4).Select(row => $"t{row}_{name} = V.Zero"))};");
                return;
            }
            writer.Line($"V {string.Join(", ", Enumerable.Range(0, 4).Select(row => $"d{row}_{name} = *(V*)(line{row} + {at} + j)"))};");
            writer.Line($"V t0_{name} = d0_{name} - d2_{name}, t1_{name} = d1_{name} + d2_{name}, t2_{name} = d2_{name} - d1_{name}, t3_{name} = d1_{name} - d3_{name};");
        }

        void Square(SourceWriter writer, int column, string? variable)
        {
            for (int i = 0; i < 2; i++)
            {
                string at = variable is null ? Literal.Number((column + i) * grid.PositionStride) : i == 0 ? variable : $"{variable} + {Literal.Number(grid.PositionStride)}";
                Column(writer, 2 + i, variable is null ? column + i : 0, at);
            }
            int point = kernel.PointStride;
            for (int row = 0; row < 4; row++)
            {
                string[] values = [$"t{row}_0 - t{row}_2", $"t{row}_1 + t{row}_2", $"t{row}_2 - t{row}_1", $"t{row}_1 - t{row}_3"];
                writer.Line(string.Join(" ", values.Select((value, x) => $"{TileTemplate.Load("to", (4 * row + x) * point)} = {value};")));
            }
            writer.Line(string.Join(" ", Enumerable.Range(0, 4).Select(static row => $"t{row}_0 = t{row}_2; t{row}_1 = t{row}_3;")));
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
            for (int x = 0; x < 4; x++)
            {
                string M(int y) => $"m{y}_{x}";
                writer.Line($"V {string.Join(", ", Enumerable.Range(0, 4).Select(y => $"{M(y)} = {TileTemplate.Load("from", (4 * y + x) * point)}"))};");
                writer.Line($"V s{x} = {M(1)} + {M(2)}, p0_{x} = {M(0)} + s{x}, p1_{x} = {M(1)} - {M(2)} - {M(3)};");
            }
            string start = kernel.Bias is null ? "" : "begin + ";
            for (int y = 0; y < 2; y++)
            {
                if (y == 1 && oddRows)
                    writer.Open($"if (window + 1 < {Literal.Number(grid.Rows)})");
                Finish($"{start}(p{y}_0 + (p{y}_1 + p{y}_2))", y * grid.Columns * kernel.Y.Stride);
                if (oddColumns)
                    writer.Open($"if (square < {Literal.Number(perRow - 1)})");
                Finish($"{start}(p{y}_1 - p{y}_2 - p{y}_3)", (y * grid.Columns + 1) * kernel.Y.Stride);
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
