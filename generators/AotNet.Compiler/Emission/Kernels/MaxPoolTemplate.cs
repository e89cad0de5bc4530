using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The largest value under each window and its number, in vectors of channels; windows are split among workers.</summary>
static class MaxPoolTemplate
{
    /// <summary>Elements of a window that are written out one by one.</summary>
    const int MostUnrolled = 25;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, MaxPool kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        string channels = Literal.Number(Buffer.RoundUp(grid.Channels, 16)), lanes = Literal.Number(library.Instructions.Lanes);
        string key = $"maxpool|{grid.Key}|{Literal.Number(kernel.Y.Stride)}|{Literal.Number(kernel.Places.Stride)}|{kernel.Paper}";
        return KernelMethod.Call(library, key, $"MaxPool{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"y[rows x {Literal.Number(grid.Positions)}, {Literal.Number(grid.Channels)}] = the largest of windows {grid}, places = its number"
            + (kernel.Paper ? ", column by column, zeros outside" : ", row by row"),
            ["images", "outputs", "places"], [address(kernel.X), address(kernel.Y), address(kernel.Places)], writer =>
            {
                ImageWriter.OpenShareOfPlaces(writer, grid.Rows, grid.Columns);
                int taps = grid.KernelHeight * grid.KernelWidth;
                bool unrolls = !kernel.Paper && !grid.LeavesRows && !grid.LeavesColumns && taps is > 1 and <= MostUnrolled;
                if (unrolls)
                    ImageWriter.Start(writer, grid);
                else
                    ImageWriter.Window(writer, grid);
                writer.Line($"float* image = images + (nint)sample * {Literal.Number(grid.SampleStride)};");
                writer.Line($"float* to = outputs + (nint)place * {Literal.Number(kernel.Y.Stride)}, numbers = places + (nint)place * {Literal.Number(kernel.Places.Stride)};");
                writer.Open($"for (int j = 0; j < {channels}; j += {lanes})");
                if (!unrolls)
                    writer.Line("V best = VN.Create(float.NegativeInfinity);").Line("VI number = VI.Zero;");
                if (kernel.Paper)
                {
                    writer.Line($"for (int kx = 0; kx < {Literal.Number(grid.KernelWidth)}; kx++)");
                    writer.Open($"for (int ky = 0; ky < {Literal.Number(grid.KernelHeight)}; ky++)");
                    writer.Line("V value = ky >= firstY && ky < lastY && kx >= firstX && kx < lastX "
                        + $"? *(V*)(image + {ImageWriter.Element(grid)} * {Literal.Number(grid.PositionStride)} + j) : V.Zero;");
                    Take(writer, Number(grid, true));
                    writer.Close();
                }
                else if (unrolls)
                {
                    writer.Line($"float* element = image + (y * {Literal.Number(grid.Width)} + x) * {Literal.Number(grid.PositionStride)} + j;");
                    Largest(writer, grid, 0, taps);
                }
                else
                {
                    ImageWriter.OpenElements(writer);
                    writer.Line($"V value = *(V*)(image + {ImageWriter.Element(grid)} * {Literal.Number(grid.PositionStride)} + j);");
                    Take(writer, Number(grid, false));
                    writer.Close();
                }
                writer.Line($"*(V*)(to + j) = {(unrolls ? "v0" : "best")};");
                writer.Line($"*(VI*)(numbers + j) = {(unrolls ? "n0" : "number")};");
                writer.Close();
                ImageWriter.CloseShareOfPlaces(writer);
            });
    }

    /// <summary>
    /// Declares the largest of some elements in turn and its number, named after the first: halves of them by themselves, so that
    /// no comparison waits for all before it.
    /// </summary>
    static void Largest(SourceWriter writer, PatchGrid grid, int first, int count)
    {
        if (count == 1)
        {
            writer.Line($"V v{first} = {TileTemplate.Load("element", ImageWriter.Offset(grid, first))};");
            return;
        }
        int half = (count + 1) / 2, second = first + half;
        Largest(writer, grid, first, half);
        Largest(writer, grid, second, count - half);
        writer.Line($"V take{second} = {Takes($"v{second}", $"v{first}")};");
        writer.Line($"v{first} = VN.ConditionalSelect(take{second}, v{second}, v{first});");
        writer.Line($"{(half == 1 ? "VI " : "")}n{first} = VN.ConditionalSelect(take{second}.AsUInt32(), {Number(second, count - half)}, {Number(first, half)});");

        static string Number(int first, int count) => count == 1 ? $"VN.Create({first}u)" : $"n{first}";
    }

    /// <summary>Where a value is larger than what came before it, or is not a number: once met, that stays.</summary>
    static string Takes(string value, string best) => $"VN.AndNot(VN.Equals({best}, {best}), VN.LessThanOrEqual({value}, {best}))";

    static void Take(SourceWriter writer, string number) => writer
        .Line($"V take = {Takes("value", "best")};")
        .Line("best = VN.ConditionalSelect(take, value, best);")
        .Line($"number = VN.ConditionalSelect(take.AsUInt32(), VN.Create((uint)({number})), number);");

    /// <summary>The number of element <paramref name="tap"/> of a window, where those are counted row by row.</summary>
    internal static int NumberOf(PatchGrid grid, bool byColumns, int tap) =>
        byColumns ? tap % grid.KernelWidth * grid.KernelHeight + tap / grid.KernelWidth : tap;

    /// <summary>The number of element <c>ky</c>, <c>kx</c> of a window.</summary>
    internal static string Number(PatchGrid grid, bool byColumns) => byColumns
        ? $"kx * {Literal.Number(grid.KernelHeight)} + ky" : $"ky * {Literal.Number(grid.KernelWidth)} + kx";
}
