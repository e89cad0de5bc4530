using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Residuals go to the elements that were largest. Where windows may overlap, a vector of channels of a sample is one
/// worker's from the first window to the last; where they lie side by side, each writes its elements, and windows are split.
/// </summary>
static class MaxPoolBackwardTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, MaxPoolBackward kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        string[] passing = kernel.Passing is null ? [] : ["pooled"];
        string key = $"maxpoolbackward|{grid.Key}|{Literal.Number(kernel.DY.Stride)}|{Literal.Number(kernel.Places.Stride)}|{kernel.Paper}|{kernel.Passing?.Stride}";
        return KernelMethod.Call(library, key, $"MaxPoolBackward{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"dx = dy where places says{(kernel.Passing is null ? "" : " and pooled is positive")}, summed over windows {grid}", ["dy", "places", "dx", .. passing],
            new[] { kernel.DY, kernel.Places, kernel.DX }.Concat(kernel.Passing is null ? [] : [kernel.Passing]).Select(address), writer =>
            {
                if (grid.IsTiling)
                    SideBySide(writer, library.Instructions, kernel);
                else
                    PoolScatter.Write(writer, library.Instructions, grid, () => Open(writer, kernel),
                        () => writer.Line(Chosen(MaxPoolTemplate.Number(grid, kernel.Paper))).Line("*(V*)target += chosen & value;"));
            });
    }

    static void SideBySide(SourceWriter writer, InstructionSet instructions, MaxPoolBackward kernel)
    {
        PatchGrid grid = kernel.Grid;
        ImageWriter.OpenShareOfPlaces(writer, grid.Rows, grid.Columns);
        ImageWriter.Start(writer, grid);
        writer.Line($"float* image = dx + (nint)sample * {Literal.Number(grid.SampleStride)} + (y * {Literal.Number(grid.Width)} + x) * {Literal.Number(grid.PositionStride)};");
        writer.Open($"for (int j = 0; j < {Literal.Number(Buffer.RoundUp(grid.Channels, 16))}; j += {Literal.Number(instructions.Lanes)})");
        Open(writer, kernel);
        for (int tap = 0; tap < grid.KernelHeight * grid.KernelWidth; tap++)
            writer.Line($"*(V*)(image + j + {Literal.Number(ImageWriter.Offset(grid, tap))}) = "
                + $"VN.Equals(number, VN.Create({Literal.Number(MaxPoolTemplate.NumberOf(grid, kernel.Paper, tap))}u)).AsSingle() & value;");
        writer.Close();
        ImageWriter.CloseShareOfPlaces(writer);
    }

    /// <summary>What there is to a window once: its residual, if it passes, and the number of its largest element.</summary>
    static void Open(SourceWriter writer, MaxPoolBackward kernel)
    {
        writer.Line($"V value = *(V*)(dy + (nint)place * {Literal.Number(kernel.DY.Stride)} + j);");
        if (kernel.Passing is { } pooled)
            writer.Line($"value = VN.ConditionalSelect(VN.GreaterThan(*(V*)(pooled + (nint)place * {Literal.Number(pooled.Stride)} + j), V.Zero), value, V.Zero);");
        writer.Line($"VI number = *(VI*)(places + (nint)place * {Literal.Number(kernel.Places.Stride)} + j);");
    }

    static string Chosen(string number) => $"V chosen = VN.Equals(number, VN.Create((uint)({number}))).AsSingle();";
}
