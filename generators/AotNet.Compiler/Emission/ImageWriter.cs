using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Writes loops over the windows and positions of images, channels in whole vectors.</summary>
static class ImageWriter
{
    /// <summary>Vectors of channels that are worked on together: enough independent sums to hide the latency of each.</summary>
    internal const int TogetherVectors = 4;

    /// <summary>
    /// Loops over this worker's share of <paramref name="rows"/> x <paramref name="columns"/> places of every sample, row by row,
    /// which declare <c>place</c>, counted over all samples, <c>sample</c>, <c>row</c> and <c>column</c>.
    /// </summary>
    internal static void OpenShareOfPlaces(SourceWriter writer, int rows, int columns)
    {
        string places = Literal.Number(rows * columns), width = Literal.Number(columns);
        writer.Line($"c.Split(c.Rows * {places}, out int place, out int last);");
        writer.Open("while (place < last)");
        writer.Line($"int sample = place / {places}, row = (place - sample * {places}) / {width}, column = place - sample * {places} - row * {width};");
        writer.Open($"for (int end = int.Min(place - column + {width}, last); place < end; place++, column++)");
    }

    /// <summary>Closes what <see cref="OpenShareOfPlaces"/> opened.</summary>
    internal static void CloseShareOfPlaces(SourceWriter writer) => writer.Close().Close();

    /// <summary>Declares the position <c>y</c>, <c>x</c> of the first element of window <c>row</c>, <c>column</c>.</summary>
    internal static void Start(SourceWriter writer, PatchGrid grid) =>
        writer.Line($"int y = row * {Literal.Number(grid.StrideY)} - {Literal.Number(grid.Top)}, x = column * {Literal.Number(grid.StrideX)} - {Literal.Number(grid.Left)};");

    /// <summary>
    /// Declares the position <c>y</c>, <c>x</c> of the first element of window <c>row</c>, <c>column</c>, and which of its
    /// elements lie inside the image: <c>firstY</c> up to, not including, <c>lastY</c>, and likewise along x.
    /// </summary>
    internal static void Window(SourceWriter writer, PatchGrid grid)
    {
        Start(writer, grid);
        Range("Y", "y", grid.LeavesRows, grid.DilationY, grid.Height, grid.KernelHeight);
        Range("X", "x", grid.LeavesColumns, grid.DilationX, grid.Width, grid.KernelWidth);

        void Range(string axis, string start, bool leaves, int dilation, int extent, int kernel)
        {
            string step = Literal.Number(dilation), less = Literal.Number(dilation - 1);
            writer.Line(leaves
                ? $"int first{axis} = {start} < 0 ? ({less} - {start}) / {step} : 0, last{axis} = int.Min({Literal.Number(kernel)}, ({Literal.Number(extent)} - {start} + {less}) / {step});"
                : $"const int first{axis} = 0, last{axis} = {Literal.Number(kernel)};");
        }
    }

    /// <summary>The position of element <c>ky</c>, <c>kx</c> of a window, row after row of an image.</summary>
    internal static string Element(PatchGrid grid) =>
        $"((y + ky * {Literal.Number(grid.DilationY)}) * {Literal.Number(grid.Width)} + x + kx * {Literal.Number(grid.DilationX)})";

    /// <summary>Opens loops over the elements of a window inside the image, row by row.</summary>
    internal static void OpenElements(SourceWriter writer)
    {
        writer.Line("for (int ky = firstY; ky < lastY; ky++)");
        writer.Open("for (int kx = firstX; kx < lastX; kx++)");
    }

    /// <summary>Floats from the first element of a window to element <paramref name="tap"/>, counted row by row.</summary>
    internal static int Offset(PatchGrid grid, int tap) =>
        (tap / grid.KernelWidth * grid.DilationY * grid.Width + tap % grid.KernelWidth * grid.DilationX) * grid.PositionStride;

    /// <summary>Declares <c>inner</c>, whether all rows of the windows from row <c>y</c> on lie inside the image, where that is a question.</summary>
    internal static void Inner(SourceWriter writer, PatchGrid grid)
    {
        if (grid.LeavesRows)
            writer.Line($"bool inner = y >= 0 && y < {Literal.Number(grid.Height - (grid.KernelHeight - 1) * grid.DilationY)};");
    }

    /// <summary>
    /// A statement for each of some elements of the window at <c>y</c>, <c>x</c> inside the image: without a question about any
    /// of them where the whole window is, after <see cref="Inner"/>.
    /// </summary>
    internal static void Taps(SourceWriter writer, PatchGrid grid, IReadOnlyList<int> taps, Func<int, string> statement)
    {
        var conditions = new List<string>();
        if (grid.LeavesRows)
            conditions.Add("inner");
        if (grid.LeavesColumns)
            conditions.Add($"x >= 0 && x < {Literal.Number(grid.Width - (grid.KernelWidth - 1) * grid.DilationX)}");
        if (conditions.Count > 0)
            writer.Open($"if ({string.Join(" && ", conditions)})");
        foreach (int tap in taps)
            writer.Line(statement(tap));
        if (conditions.Count == 0)
            return;
        writer.Close();
        writer.Open("else");
        foreach (IGrouping<int, int> row in taps.GroupBy(tap => tap / grid.KernelWidth))
        {
            if (grid.LeavesRows)
                writer.Open($"if ((uint)(y + {Literal.Number(row.Key * grid.DilationY)}) < {Literal.Number(grid.Height)}u)");
            foreach (int tap in row)
            {
                if (grid.LeavesColumns)
                    writer.Line($"if ((uint)(x + {Literal.Number(tap % grid.KernelWidth * grid.DilationX)}) < {Literal.Number(grid.Width)}u)").Indent();
                writer.Line(statement(tap));
                if (grid.LeavesColumns)
                    writer.Unindent();
            }
            if (grid.LeavesRows)
                writer.Close();
        }
        writer.Close();
    }

    /// <summary>For each group of vectors across the channels: a loop <c>j</c> over its members, or a single <c>j</c>.</summary>
    internal static void Vectors(SourceWriter writer, InstructionSet instructions, int channels, Action<IReadOnlyList<int>> body)
    {
        int lanes = instructions.Lanes;
        foreach (Kernels.PanelGroup group in Kernels.PanelSplit.Cut(Buffer.RoundUp(channels, 16) / lanes, TogetherVectors))
        {
            int width = group.Vectors * lanes, first = group.First * lanes;
            if (group.Count == 1)
                writer.Open().Line($"const int j = {Literal.Number(first)};");
            else
                writer.Open($"for (int j = {Literal.Number(first)}; j < {Literal.Number(first + group.Count * width)}; j += {Literal.Number(width)})");
            body([.. Enumerable.Range(0, group.Vectors)]);
            writer.Close();
        }
    }

    /// <summary>The vector at <c>j</c> and a number of whole vectors behind it.</summary>
    internal static string At(InstructionSet instructions, string pointer, int vector) =>
        $"*(V*)({pointer} + j{Literal.Plus(vector * instructions.Lanes)})";
}
