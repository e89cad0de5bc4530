using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>A convolution of each channel by itself, in vectors of channels; rows of windows are split among workers.</summary>
static class DepthwiseForwardTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, DepthwiseForward kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        bool bias = kernel.Bias is not null;
        TileEpilogue? epilogue = TileEpilogue.Of(kernel.Epilogue);
        List<string> parameters = ["images", "w", "to", .. bias ? ["bias"] : Array.Empty<string>(), .. TileEpilogue.PointersBesideY(epilogue)];
        List<Buffer> arguments = [kernel.X, kernel.Weight, kernel.Target,
            .. bias ? [kernel.Bias!] : Array.Empty<Buffer>(), .. TileEpilogue.Buffers(kernel.Epilogue)];
        return KernelMethod.Call(library, $"depthwise|{grid.Key}|{Literal.Number(kernel.Weight.Stride)}|{Literal.Number(kernel.Y.Stride)}|{bias}|{epilogue}",
            $"Depthwise{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"y[rows x {Literal.Number(grid.Positions)}, {Literal.Number(grid.Channels)}] = {(bias ? "bias + " : "")}the sum of patches {grid} times w, channel by channel"
            + TileEpilogue.Then(epilogue), parameters, arguments.Select(address), writer =>
            {
                var rows = new DepthwiseWriter(writer, library.Instructions, kernel.Weight.Stride, epilogue)
                {
                    Height = grid.Height,
                    Width = grid.Width,
                    PositionStride = grid.PositionStride,
                    TargetStride = kernel.Y.Stride,
                };
                List<DepthwiseTap> taps = [.. Enumerable.Range(0, grid.KernelHeight * grid.KernelWidth).Select(tap => new DepthwiseTap(
                    tap / grid.KernelWidth * grid.DilationY - grid.Top, tap % grid.KernelWidth * grid.DilationX - grid.Left, tap))];
                rows.OpenRows(grid.Rows);
                writer.Line($"int y = row * {Literal.Number(grid.StrideY)};");
                rows.Inner(taps);
                writer.Line($"float* line = images + (nint)sample * {Literal.Number(grid.SampleStride)} + y * {Literal.Number(grid.Width * grid.PositionStride)};");
                writer.Line($"nint start = (nint)unit * {Literal.Number(grid.Columns * kernel.Y.Stride)};");
                rows.Row(taps, grid.Channels, grid.Columns, grid.StrideX, 1, bias);
                writer.Close();
            });
    }
}
