using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The residual of the input of a depthwise convolution: each position gathers from the windows that reach it, so that
/// rows of positions can be split among workers. Positions a stride apart are reached by the same elements of the kernel.
/// </summary>
static class DepthwiseInputGradientTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, DepthwiseInputGradient kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        TileEpilogue? epilogue = TileEpilogue.Of(kernel.Epilogue);
        List<string> parameters = ["dy", "w", "to", .. TileEpilogue.PointersBesideY(epilogue)];
        List<Buffer> arguments = [kernel.Residual, kernel.Weight, kernel.Target,
            .. TileEpilogue.Buffers(kernel.Epilogue)];
        return KernelMethod.Call(library, $"depthwisedx|{grid.Key}|{Literal.Number(kernel.Weight.Stride)}|{Literal.Number(kernel.Residual.Stride)}|{epilogue}",
            $"DepthwiseInputGradient{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"dx = the sum over the windows {grid} that reach a position of dy times w, channel by channel"
            + TileEpilogue.Then(epilogue), parameters, arguments.Select(address),
            writer => Body(writer, library.Instructions, kernel, epilogue));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, DepthwiseInputGradient kernel, TileEpilogue? epilogue)
    {
        PatchGrid grid = kernel.Grid;
        var rows = new DepthwiseWriter(writer, instructions, kernel.Weight.Stride, epilogue)
        {
            Height = grid.Rows,
            Width = grid.Columns,
            PositionStride = kernel.Residual.Stride,
            TargetStride = kernel.DX.Stride,
        };
        rows.OpenRows(grid.Height);
        writer.Line($"int y = row / {Literal.Number(grid.StrideY)};");
        writer.Line($"float* line = dy + (nint)sample * {Literal.Number(grid.Positions * kernel.Residual.Stride)} + y * {Literal.Number(grid.Columns * kernel.Residual.Stride)};");
        for (int phaseY = 0; phaseY < Math.Min(grid.StrideY, grid.Height); phaseY++)
        {
            if (grid.StrideY > 1)
                writer.Open($"if (row - y * {Literal.Number(grid.StrideY)} == {Literal.Number(phaseY)})");
            for (int phaseX = 0; phaseX < Math.Min(grid.StrideX, grid.Width); phaseX++)
            {
                List<DepthwiseTap> taps = [.. from ky in Enumerable.Range(0, grid.KernelHeight)
                    let down = phaseY + grid.Top - ky * grid.DilationY
                    where down % grid.StrideY == 0
                    from kx in Enumerable.Range(0, grid.KernelWidth)
                    let right = phaseX + grid.Left - kx * grid.DilationX
                    where right % grid.StrideX == 0
                    select new DepthwiseTap(down / grid.StrideY, right / grid.StrideX, ky * grid.KernelWidth + kx)];
                writer.Open();
                rows.Inner(taps);
                writer.Line($"nint start = (nint)unit * {Literal.Number(grid.Width * kernel.DX.Stride)} + {Literal.Number(phaseX * kernel.DX.Stride)};");
                rows.Row(taps, grid.Channels, (grid.Width - phaseX + grid.StrideX - 1) / grid.StrideX, 1, grid.StrideX, false);
                writer.Close();
            }
            if (grid.StrideY > 1)
                writer.Close();
        }
        writer.Close();
    }
}
