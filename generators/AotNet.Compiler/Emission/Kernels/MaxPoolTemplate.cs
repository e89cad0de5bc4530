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
                bool unrolls = !kernel.Paper && !grid.LeavesRows && !grid.LeavesColumns && grid.KernelHeight * grid.KernelWidth <= MostUnrolled;
                if (unrolls)
                    ImageWriter.Start(writer, grid);
                else
                    ImageWriter.Window(writer, grid);
                writer.Line($"float* image = images + (nint)sample * {Literal.Number(grid.SampleStride)};");
                writer.Line($"float* to = outputs + (nint)place * {Literal.Number(kernel.Y.Stride)}, numbers = places + (nint)place * {Literal.Number(kernel.Places.Stride)};");
                writer.Open($"for (int j = 0; j < {channels}; j += {lanes})");
                writer.Line("V best = VN.Create(float.NegativeInfinity);");
                writer.Line("VI number = VI.Zero;");
                if (kernel.Paper)
                {
                    writer.Line($"for (int kx = 0; kx < {Literal.Number(grid.KernelWidth)}; kx++)");
                    writer.Open($"for (int ky = 0; ky < {Literal.Number(grid.KernelHeight)}; ky++)");
                    writer.Line("V value = ky >= firstY && ky < lastY && kx >= firstX && kx < lastX "
                        + $"? *(V*)(image + {ImageWriter.Element(grid)} * {Literal.Number(grid.PositionStride)} + j) : V.Zero;");
                    Take(writer, "V ", Number(grid, true));
                    writer.Close();
                }
                else if (unrolls)
                {
                    writer.Line($"float* element = image + (y * {Literal.Number(grid.Width)} + x) * {Literal.Number(grid.PositionStride)} + j;");
                    writer.Line("V value, take;");
                    for (int tap = 0; tap < grid.KernelHeight * grid.KernelWidth; tap++)
                    {
                        writer.Line($"value = {TileTemplate.Load("element", ImageWriter.Offset(grid, tap))};");
                        Take(writer, "", Literal.Number(tap));
                    }
                }
                else
                {
                    ImageWriter.OpenElements(writer);
                    writer.Line($"V value = *(V*)(image + {ImageWriter.Element(grid)} * {Literal.Number(grid.PositionStride)} + j);");
                    Take(writer, "V ", Number(grid, false));
                    writer.Close();
                }
                writer.Line("*(V*)(to + j) = best;");
                writer.Line("*(VI*)(numbers + j) = number;");
                writer.Close();
                writer.Close();
            });
    }

    /// <summary>Keeps a value that is larger, or not a number: once met, that stays.</summary>
    static void Take(SourceWriter writer, string type, string number) => writer
        .Line(type + "take = VN.AndNot(VN.Equals(best, best), VN.LessThanOrEqual(value, best));")
        .Line("best = VN.ConditionalSelect(take, value, best);")
        .Line($"number = VN.ConditionalSelect(take.AsUInt32(), VN.Create((uint)({number})), number);");

    /// <summary>The number of element <paramref name="tap"/> of a window, where those are counted row by row.</summary>
    internal static int NumberOf(PatchGrid grid, bool byColumns, int tap) =>
        byColumns ? tap % grid.KernelWidth * grid.KernelHeight + tap / grid.KernelWidth : tap;

    /// <summary>The number of element <c>ky</c>, <c>kx</c> of a window.</summary>
    internal static string Number(PatchGrid grid, bool byColumns) => byColumns
        ? $"kx * {Literal.Number(grid.KernelHeight)} + ky" : $"ky * {Literal.Number(grid.KernelWidth)} + kx";
}
