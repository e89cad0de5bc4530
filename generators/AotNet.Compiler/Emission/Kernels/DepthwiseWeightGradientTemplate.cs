using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The weight gradient of a depthwise convolution: one pass over all windows takes a vector of channels through as many
/// elements of the kernels as there are registers for, so that images and residuals are read once. Portions of the samples are split among workers, or vectors where they are not cut.
/// </summary>
static class DepthwiseWeightGradientTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, DepthwiseWeightGradient kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        return KernelMethod.Call(library, $"depthwisedw|{grid.Key}|{Literal.Number(kernel.Gradient.Stride)}|{Literal.Number(kernel.Residual.Stride)}|{Literal.Number(kernel.Portions)}",
            $"DepthwiseWeightGradient{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"dw[{Literal.Number(grid.KernelHeight * grid.KernelWidth)}, {Literal.Number(grid.Channels)}] = the sum over the windows {grid} of x dy{(kernel.Portions > 1 ? $", of {Literal.Number(kernel.Portions)} portions of the rows" : " / rows")}, channel by channel",
            ["images", "dy", "dw"], [address(kernel.X), address(kernel.Residual), address(kernel.Gradient)],
            writer => Body(writer, library.Instructions, kernel));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, DepthwiseWeightGradient kernel)
    {
        PatchGrid grid = kernel.Grid;
        int taps = grid.KernelHeight * grid.KernelWidth, groups = (taps + instructions.TileSums - 1) / instructions.TileSums, together = (taps + groups - 1) / groups;
        for (int from = 0; from < taps; from += together)
            Taps(writer, instructions, kernel, from, Math.Min(taps, from + together), from / together % 2 == 1);
    }

    static void Taps(SourceWriter writer, InstructionSet instructions, DepthwiseWeightGradient kernel, int from, int to, bool reverse)
    {
        PatchGrid grid = kernel.Grid;
        int vectors = Buffer.RoundUp(grid.Channels, 16) / instructions.Lanes;
        List<int> taps = [.. Enumerable.Range(from, to - from)];
        string Sum(int tap) => "s" + Literal.Number(tap - from);
        string Add(int tap) => $"{Sum(tap)} = VN.FusedMultiplyAdd({TileTemplate.Load("element", ImageWriter.Offset(grid, tap))}, residual, {Sum(tap)});";
        bool cut = kernel.Portions > 1;
        string lanes = Literal.Number(instructions.Lanes);
        if (cut)
        {
            PortionWriter.OpenPortions(writer, "c", kernel.Portions);
            writer.Open($"for (int j = 0; j < {Literal.Number(vectors * instructions.Lanes)}; j += {lanes})");
        }
        else
        {
            writer.Open();
            writer.Line($"c.Split{(reverse ? "Reversed" : "")}({Literal.Number(vectors)}, out int first, out int last);");
            writer.Open($"for (int j = first * {lanes}; j < last * {lanes}; j += {lanes})");
        }
        writer.Line("V " + string.Join(", ", taps.Select(tap => Sum(tap) + " = V.Zero")) + ";");
        writer.Line(cut
            ? $"float* image = images + (nint)sample * {Literal.Number(grid.SampleStride)} + j, source = dy + (nint)sample * {Literal.Number(grid.Positions * kernel.Residual.Stride)} + j;"
            : "float* image = images + j, source = dy + j;");
        writer.Line($"for (int i = {(cut ? "sample; i < endSample" : "0; i < c.Rows")}; i++, image += {Literal.Number(grid.SampleStride)})");
        writer.Open($"for (int row = 0; row < {Literal.Number(grid.Rows)}; row++)");
        writer.Line($"int y = row * {Literal.Number(grid.StrideY)} - {Literal.Number(grid.Top)}, x = {Literal.Number(-grid.Left)};");
        ImageWriter.Inner(writer, grid);
        writer.Line($"float* element = image + (y * {Literal.Number(grid.Width)} + x) * {Literal.Number(grid.PositionStride)};");
        writer.Open($"for (int column = 0; column < {Literal.Number(grid.Columns)}; column++)");
        writer.Line("V residual = *(V*)source;");
        ImageWriter.Taps(writer, grid, taps, Add);
        writer.Line($"source += {Literal.Number(kernel.Residual.Stride)}; element += {Literal.Number(grid.StrideX * grid.PositionStride)}; x += {Literal.Number(grid.StrideX)};");
        writer.Close().Close();
        writer.Line($"float* gradient = dw + {(cut ? $"portion * {Literal.Number(grid.KernelHeight * grid.KernelWidth * kernel.Gradient.Stride)} + " : "")}j;");
        foreach (int tap in taps)
            writer.Line($"{TileTemplate.Load("gradient", tap * kernel.Gradient.Stride)} = {Sum(tap)}{(cut ? "" : " * VN.Create(c.InverseRows)")};");
        writer.Close().Close();
        if (cut)
            writer.Close();
    }
}
