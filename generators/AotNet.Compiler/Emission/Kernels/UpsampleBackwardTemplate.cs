using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The sum of each window of residuals; windows are split among workers.</summary>
static class UpsampleBackwardTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, UpsampleBackward kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        string channels = Literal.Number(Buffer.RoundUp(grid.Channels, 16)), lanes = Literal.Number(library.Instructions.Lanes);
        return KernelMethod.Call(library, $"upsamplebackward|{grid.Key}|{Literal.Number(kernel.DX.Stride)}", $"UpsampleBackward{Literal.Number(grid.Channels)}",
            $"dx[rows x {Literal.Number(grid.Positions)}, {Literal.Number(grid.Channels)}] = the sum of windows {grid}", ["dy", "dx"],
            [address(kernel.DY), address(kernel.DX)], writer =>
            {
                ImageWriter.OpenShareOfPlaces(writer, grid.Rows, grid.Columns);
                ImageWriter.Window(writer, grid);
                writer.Line($"float* image = dy + (nint)sample * {Literal.Number(grid.SampleStride)}, to = dx + (nint)place * {Literal.Number(kernel.DX.Stride)};");
                writer.Open($"for (int j = 0; j < {channels}; j += {lanes})");
                writer.Line("V sum = V.Zero;");
                ImageWriter.OpenElements(writer);
                writer.Line($"sum += *(V*)(image + {ImageWriter.Element(grid)} * {Literal.Number(grid.PositionStride)} + j);");
                writer.Close();
                writer.Line("*(V*)(to + j) = sum;");
                writer.Close();
                ImageWriter.CloseShareOfPlaces(writer);
            });
    }
}
