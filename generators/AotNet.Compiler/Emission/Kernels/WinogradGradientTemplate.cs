using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Weight gradients of convolutions at points. With y = Aᵀ((G g Gᵀ) ⊙ (Bᵀ d B)) A the gradient of g is Gᵀ u G, where u is the sum
/// over all squares of (A dy Aᵀ) ⊙ (Bᵀ d B). A worker takes rows of points of portions of the samples: block by block of squares
/// it brings images and residuals to the points of the row, and has register tiles multiply them, point by point.
/// </summary>
static class WinogradGradientTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, WinogradGradient kernel, Func<Buffer, string> address)
    {
        string key = $"WinogradGradient {kernel.Grid.Key} {kernel.Residual.Stride} {kernel.Target.Stride} {kernel.Target.Columns} {kernel.Portions}";
        string name = library.Method(key, $"GradientAtPoints{Literal.Number(kernel.Grid.Channels)}x{Literal.Number(kernel.Target.Columns)}",
            (writer, name) => new Body(library, kernel, writer).Write(name));
        return $"{name}({address(kernel.X)}, {address(kernel.Residual)}, {address(kernel.Target)}, in c);";
    }

    /// <summary>Writes the method of one gradient.</summary>
    sealed class Body(KernelLibrary library, WinogradGradient kernel, SourceWriter writer)
    {
        readonly PatchGrid grid = kernel.Grid;
        readonly int lanes = library.Instructions.Lanes, side = kernel.Points.Side, perRow = kernel.Points.Columns;
        readonly int imageLine = kernel.Grid.Width * kernel.Grid.PositionStride, residualLine = kernel.Grid.Columns * kernel.Residual.Stride;

        internal void Write(string name)
        {
            string points = Literal.Number(side), squareRows = Literal.Number(kernel.Points.Rows);
            long sums = (long)side * grid.Channels * kernel.Target.Stride;
            writer.Line($"// u[({Literal.Number(kernel.Portions)}, {Literal.Number(kernel.Points.Count)} points, {Literal.Number(grid.Channels)}), {Literal.Number(kernel.Target.Columns)}] = "
                + $"x at the points, transposed, times dy there, of portions of the rows, windows {grid}.");
            writer.Line("[SkipLocalsInit]").Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* x, float* dy, float* u, in KernelContext context)");
            PanelMemory.Declare(writer, "images", side * kernel.PointStride);
            PanelMemory.Declare(writer, "residuals", side * kernel.ResidualStride);
            Zeros("imageColumns", kernel.Points.ReachedColumns * lanes);
            Zeros("residualColumns", 2 * perRow * lanes);
            Zeros("zeros", Math.Max(imageLine, residualLine));
            writer.Line($"ReadOnlySpan<float> toImages = [{PointTransforms.PositionFactors(side)}]; // Bᵀ");
            writer.Line($"ReadOnlySpan<float> toResiduals = [{PointTransforms.ResidualFactors(side)}]; // A");
            writer.Line($"context.Split({Literal.Number(kernel.Portions * side)}, out int first, out int last);");
            writer.Line("int part = first;");
            writer.Open("while (part < last)");
            writer.Line($"int portion = part / {points}, firstY = part - portion * {points}, endY = int.Min({points}, firstY + last - part);");
            writer.Line($"float* target = u + (nint)part * {Literal.Number(sums)};");
            writer.Line("part += endY - firstY;");
            writer.Line($"WorkerTeam.Split(context.Rows, portion, {Literal.Number(kernel.Portions)}, out int sample, out int endSample);");
            writer.Line("if (sample == endSample)").Indent().Line($"new Span<float>(target, (endY - firstY) * {Literal.Number(sums)}).Clear();").Unindent();
            writer.Line($"int begin = sample * {squareRows}, end = endSample * {squareRows};");
            writer.Open($"for (int row = begin; row < end; row += {Literal.Number(kernel.BlockRows)})");
            writer.Line($"int rows = int.Min({Literal.Number(kernel.BlockRows)}, end - row), squares = rows * {Literal.Number(perRow)};");
            writer.Open("for (int y = firstY; y < endY; y++)");
            writer.Line($"float* sums = target + (nint)(y - firstY) * {Literal.Number(sums)};");
            writer.Open("for (int i = 0; i < rows; i++)");
            writer.Line($"int image = (row + i) / {squareRows}, top = 2 * (row + i - image * {squareRows});");
            writer.Line($"{ImageMethod()}(x + (nint)image * {Literal.Number(grid.SampleStride)}, zeros, imageColumns, images + i * {Literal.Number(perRow * kernel.Points.ChannelStride)}, "
                + $"top - {Literal.Number(grid.Top)}, toImages.Slice({points} * y, {points}));");
            writer.Line($"{ResidualMethod()}(dy + (nint)image * {Literal.Number(grid.Rows * residualLine)}, zeros, residualColumns, residuals + i * {Literal.Number(perRow * kernel.ColumnStride)}, "
                + "top, toResiduals.Slice(2 * y, 2));");
            writer.Close();
            Products();
            writer.Close().Close().Close().Close();
        }

        void Zeros(string name, int floats)
        {
            PanelMemory.Declare(writer, name, floats);
            writer.Line($"new Span<float>({name}, {Literal.Number(floats)}).Clear();");
        }

        /// <summary>At each point of the row the images transposed times the residuals, over the squares of the block.</summary>
        void Products()
        {
            writer.Open($"for (int point = 0; point < {Literal.Number(side)}; point++)");
            writer.Line($"float* a = images + point * {Literal.Number(kernel.PointStride)}, b = residuals + point * {Literal.Number(kernel.ResidualStride)}, "
                + $"to = sums + (nint)point * {Literal.Number((long)grid.Channels * kernel.Target.Stride)};");
            foreach (PanelGroup group in PanelSplit.Cut(library.Instructions, kernel.Target.Columns))
            {
                int first = group.First * lanes, width = group.Vectors * lanes;
                writer.Open($"for (int column = {Literal.Number(first)}; column < {Literal.Number(first + group.Count * width)}; column += {Literal.Number(width)})");
                writer.Open("if (row == begin)");
                Tiles(group, TileStart.Zero);
                writer.Close().Open("else");
                Tiles(group, TileStart.Earlier);
                writer.Close().Close();
            }
            writer.Close();
        }

        void Tiles(PanelGroup group, TileStart start)
        {
            int height = library.Instructions.TileRows(group.Vectors, grid.Channels), whole = grid.Channels / height * height;
            writer.Line($"for (int i = 0; i < {Literal.Number(whole)}; i += {Literal.Number(height)})");
            writer.Indent().Line(Tile(height, "i", $"i * {Literal.Number(kernel.Target.Stride)}")).Unindent();
            if (whole < grid.Channels)
                writer.Line(Tile(grid.Channels - whole, Literal.Number(whole), Literal.Number(whole * kernel.Target.Stride)));

            string Tile(int rows, string a, string c) => TileTemplate.Call(library,
                new TileShape(rows, group.Vectors, kernel.Points.ChannelStride, true, kernel.ColumnStride, kernel.Target.Stride, null, start, TileEnd.Store)
                {
                    EndsInPadding = group.EndsInPadding,
                }, "a + " + a, "b + column", $"to + {c} + column", k: "squares");
        }

        /// <summary>Name of a method that brings a row of squares of an image to a row of points.</summary>
        string ImageMethod() => RowMethod($"PointRowOf{Literal.Number(grid.Height)}x{Literal.Number(grid.Width)}x{Literal.Number(grid.Channels)}",
            $"{Literal.Number(perRow)} squares of {side}x{side} positions of the image {grid}", grid.Height, imageLine, kernel.Points.ChannelStride, grid.PositionStride,
            grid.Left, kernel.Points.InnerColumns, side, kernel.PointStride, PointTransforms.OfPositions,
            static (writer, _, name, d) => PointTransforms.Positions(writer, name, d));

        /// <summary>Name of a method that brings a row of squares of residuals to a row of points.</summary>
        string ResidualMethod() => RowMethod($"PointRowOfResiduals{Literal.Number(grid.Rows)}x{Literal.Number(grid.Columns)}x{Literal.Number(kernel.Target.Columns)}",
            $"{Literal.Number(perRow)} squares of 2x2 residuals of {Literal.Number(grid.Rows)}x{Literal.Number(grid.Columns)} windows", grid.Rows, residualLine, kernel.ColumnStride, kernel.Residual.Stride,
            0, grid.Columns, 2, kernel.ResidualStride, "", PointTransforms.Residuals);

        /// <summary>
        /// Name of a method that brings a row of squares to a row of points: each column of positions first, then along the row.
        /// Columns outside are zeros that nobody touches.
        /// </summary>
        string RowMethod(string hint, string what, int height, int line, int channels, int positionStride, int left, int columns, int reached, int pointStride,
            string constants, Action<SourceWriter, int, string, IReadOnlyList<string>> transform) =>
            library.Method($"WinogradRow {hint} {grid.Key} {positionStride} {pointStride}", hint, (writer, name) =>
            {
                writer.Line($"// {what}, the first row at y, at the {side} points of a row that factors brings them to.");
                writer.Line(KernelMethod.Attributes);
                writer.Open($"static void {name}(float* image, float* zeros, float* columns, float* points, int y, ReadOnlySpan<float> factors)");
                PointTransforms.Constants(writer, side, constants);
                PointRowWriter.Lines(writer, reached, height, line);
                writer.Line($"V {string.Join(", ", Enumerable.Range(0, reached).Select(static i => $"f{i} = VN.Create(factors[{i}])"))};");
                writer.Open($"for (int j = 0; j < {Literal.Number(channels)}; j += {Literal.Number(lanes)})");
                writer.Line($"float* column = columns + {Literal.Number(left * lanes)};");
                writer.Open($"for (nint i = j; i < {Literal.Number(columns * positionStride)}; i += {Literal.Number(positionStride)})");
                string sum = "f0 * *(V*)(line0 + i)";
                for (int i = 1; i < reached; i++)
                    sum = $"VN.FusedMultiplyAdd(f{i}, *(V*)(line{i} + i), {sum})";
                writer.Line($"*(V*)column = {sum};").Line($"column += {Literal.Number(lanes)};");
                writer.Close();
                writer.Line("float* from = columns, to = points + j;");
                PointRowWriter.Along(writer, library.Instructions, perRow, reached, side, pointStride, channels, (name, d) => transform(writer, side, name, d));
                writer.Close().Close();
            });
    }
}
