using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Products of patches that are never gathered: each worker copies the rows of an image that its windows reach between
/// margins, and register tiles, whose rows are neighbouring windows of one row, read their patches from there.
/// </summary>
static class DirectConvolutionTemplate
{
    /// <summary>Multiply-adds of a tile that are written out in place of a loop over the terms of a row of the kernel.</summary>
    const int MostUnrolled = 128;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, Convolution kernel, Func<Buffer, string> address)
    {
        TileEpilogue? epilogue = TileEpilogue.Of(kernel.Epilogue);
        string key = $"DirectConvolution {kernel.Grid.Key} {kernel.Weight.Stride} {kernel.Y.Stride} {kernel.Columns} {kernel.EndsRow} {kernel.Bias is null} {epilogue}";
        string name = library.Method(key, $"ConvolveDirectly{Literal.Number(kernel.Grid.Terms)}x{Literal.Number(kernel.Columns)}",
            (writer, name) => new Body(library, kernel, epilogue, writer).Write(name));
        return ConvolutionWriter.Call(name, kernel, address);
    }

    /// <summary>Writes the method of one product.</summary>
    sealed class Body(KernelLibrary library, Convolution kernel, TileEpilogue? epilogue, SourceWriter writer)
    {
        readonly PatchGrid grid = kernel.Grid;
        readonly int lanes = library.Instructions.Lanes, stride = kernel.Y.Stride;

        internal void Write(string name)
        {
            string rows = Literal.Number(grid.Rows), width = Literal.Number(grid.PaddedWidth * grid.Channels), strideY = Literal.Number(grid.StrideY);
            ConvolutionWriter.Open(writer, name, kernel, epilogue);
            PanelMemory.Declare(writer, "panel", grid.PaddedFloats + PaddedImageTemplate.Slack);
            writer.Line($"context.Split(context.Rows * {rows}, out int first, out int last);");
            writer.Open("while (first < last)");
            writer.Line($"int sample = first / {rows}, row = first - sample * {rows}, end = int.Min({rows}, row + last - first);");
            writer.Line($"{PaddedImageTemplate.Method(library, grid)}(x + (nint)sample * {Literal.Number(grid.SampleStride)}, panel, row * {strideY}, "
                + $"(end - 1) * {strideY} + {Literal.Number((grid.KernelHeight - 1) * grid.DilationY + 1)});");
            writer.Line("int done = first - row;").Line("first += end - row;");
            writer.Open("for (; row < end; row++)");
            writer.Line($"float* line = panel + row * {strideY} * {width};");
            writer.Line($"nint to = (nint)(done + row) * {Literal.Number(grid.Columns * stride)};");
            foreach (PanelGroup group in PanelSplit.Cut(library.Instructions, kernel.Columns))
                Columns(group);
            writer.Close().Close().Close();
        }

        /// <summary>Whole tiles along a row of windows, then what is left of it.</summary>
        void Columns(PanelGroup group)
        {
            int height = library.Instructions.TileRows(group.Vectors, grid.Columns), whole = grid.Columns / height, rest = grid.Columns % height;
            string column = Literal.Number(group.First * lanes);
            if (group.Count > 1)
            {
                writer.Open($"for (int column = {column}; column < {Literal.Number((group.First + group.Count * group.Vectors) * lanes)}; column += {Literal.Number(group.Vectors * lanes)})");
                column = "column";
            }
            if (whole > 1)
            {
                writer.Line($"for (int i = 0; i < {Literal.Number(whole * height)}; i += {Literal.Number(height)})");
                writer.Indent().Line(Tile(group, height, "i", column)).Unindent();
            }
            else
                writer.Line(Tile(group, height, "0", column));
            if (rest > 0)
                writer.Line(Tile(group, rest, Literal.Number(whole * height), column));
            if (group.Count > 1)
                writer.Close();
        }

        string Tile(PanelGroup group, int height, string from, string column)
        {
            bool unrolls = height * group.Vectors * grid.RowTerms <= MostUnrolled;
            var tile = new TileShape(height, group.Vectors, grid.StrideX * grid.Channels, false, kernel.Weight.Stride, stride, grid.RowTerms,
                kernel.Bias is null ? TileStart.Zero : TileStart.Bias, TileEnd.Store)
            {
                Epilogue = epilogue,
                EndsInPadding = group.EndsInPadding,
                Segments = grid.KernelHeight,
                SegmentStrideA = grid.DilationY * grid.PaddedWidth * grid.Channels,
                Unrolled = unrolls ? grid.RowTerms : 1,
                Ahead = height == 1 ? 0 : library.Instructions.Ahead(grid.Terms, group.Vectors),
            };
            string inner = column == "0" ? "" : " + " + column;
            string place = " + to" + (from == "0" ? "" : $" + {from} * {Literal.Number(stride)}") + inner;
            string pointers = tile.Epilogue is not { } end ? "" : (end.StoresSums ? ", y_" + place : "")
                + string.Concat(end.Operands.Select((kind, i) => $", e{Literal.Number(i + 1)}" + (kind == 'm' ? place : inner)));
            return TileTemplate.Call(library, tile, from == "0" ? "line" : $"line + {from} * {Literal.Number(grid.StrideX * grid.Channels)}", "w" + inner,
                "y" + place, "bias" + inner, epilogue: pointers);
        }
    }
}
