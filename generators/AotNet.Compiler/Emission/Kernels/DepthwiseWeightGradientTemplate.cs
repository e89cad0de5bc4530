using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The weight gradient of a depthwise convolution: each element of the kernels, for some vectors of channels, is one pass
/// over all windows. Elements and vectors are split among workers.
/// </summary>
static class DepthwiseWeightGradientTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, DepthwiseWeightGradient kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        return KernelMethod.Call(library, $"depthwisedw|{grid.Key}|{Literal.Number(kernel.Gradient.Stride)}|{Literal.Number(kernel.Residual.Stride)}",
            $"DepthwiseWeightGradient{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"dw[{Literal.Number(grid.KernelHeight * grid.KernelWidth)}, {Literal.Number(grid.Channels)}] = the sum over the windows {grid} of x dy / rows, channel by channel",
            ["images", "dy", "dw"], [address(kernel.X), address(kernel.Residual), address(kernel.Gradient)],
            writer => Body(writer, library.Instructions, kernel));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, DepthwiseWeightGradient kernel)
    {
        PatchGrid grid = kernel.Grid;
        int lanes = instructions.Lanes, taps = grid.KernelHeight * grid.KernelWidth;
        bool reverse = false;
        foreach (PanelGroup group in PanelSplit.Cut(Buffer.RoundUp(grid.Channels, 16) / lanes, ImageWriter.TogetherVectors))
        {
            IEnumerable<int> vectors = Enumerable.Range(0, group.Vectors);
            writer.Open();
            writer.Line($"WorkerTeam.Split({Literal.Number(taps * group.Count)}, {(reverse ? "c.Workers - 1 - c.Worker" : "c.Worker")}, c.Workers, out int first, out int last);");
            writer.Open("for (int task = first; task < last; task++)");
            writer.Line($"int tap = task % {Literal.Number(taps)}, j = task / {Literal.Number(taps)} * {Literal.Number(group.Vectors * lanes)} + {Literal.Number(group.First * lanes)};");
            writer.Line($"int ky = tap / {Literal.Number(grid.KernelWidth)}, kx = tap - ky * {Literal.Number(grid.KernelWidth)};");
            writer.Line("V " + string.Join(", ", vectors.Select(static v => $"s{v} = V.Zero")) + ";");
            writer.Line($"float* image = images + j, residual = dy + j;");
            writer.Open("for (int sample = 0; sample < c.Rows; sample++)");
            writer.Open($"for (int row = 0; row < {Literal.Number(grid.Rows)}; row++)");
            writer.Line($"int y = row * {Literal.Number(grid.StrideY)} - {Literal.Number(grid.Top)} + ky * {Literal.Number(grid.DilationY)};");
            writer.Line($"if ((uint)y >= {Literal.Number(grid.Height)}u)").Indent().Line("continue;").Unindent();
            writer.Open($"for (int column = 0; column < {Literal.Number(grid.Columns)}; column++)");
            writer.Line($"int x = column * {Literal.Number(grid.StrideX)} - {Literal.Number(grid.Left)} + kx * {Literal.Number(grid.DilationX)};");
            writer.Line($"if ((uint)x >= {Literal.Number(grid.Width)}u)").Indent().Line("continue;").Unindent();
            writer.Line($"float* from = image + (y * {Literal.Number(grid.Width)} + x) * {Literal.Number(grid.PositionStride)}, to = residual + (row * {Literal.Number(grid.Columns)} + column) * {Literal.Number(kernel.Residual.Stride)};");
            foreach (int v in vectors)
                writer.Line($"s{v} = VN.FusedMultiplyAdd({TileTemplate.Load("from", v * lanes)}, {TileTemplate.Load("to", v * lanes)}, s{v});");
            writer.Close().Close();
            writer.Line($"image += {Literal.Number(grid.SampleStride)}; residual += {Literal.Number(grid.Positions * kernel.Residual.Stride)};");
            writer.Close();
            writer.Line($"float* gradient = dw + tap * {Literal.Number(kernel.Gradient.Stride)} + j;");
            foreach (int v in vectors)
                writer.Line($"{TileTemplate.Load("gradient", v * lanes)} = s{v} * VN.Create(c.InverseRows);");
            writer.Close();
            writer.Close();
            reverse = true;
        }
    }
}
