using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Each position fills a window; the positions of the output are split among workers.</summary>
static class UpsampleTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, Upsample kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        string channels = Literal.Number(Buffer.RoundUp(grid.Channels, 16)), lanes = Literal.Number(library.Instructions.Lanes);
        return KernelMethod.Call(library, $"upsample|{grid.Key}|{Literal.Number(kernel.X.Stride)}", $"Upsample{Literal.Number(grid.Channels)}",
            $"Each position of x fills a window {grid}", ["x", "y"], [address(kernel.X), address(kernel.Y)], writer =>
            {
                ImageWriter.OpenShareOfPlaces(writer, grid.Height, grid.Width);
                writer.Line($"float* from = x + ((nint)sample * {Literal.Number(grid.Positions)} + row / {Literal.Number(grid.StrideY)} * {Literal.Number(grid.Columns)} "
                    + $"+ column / {Literal.Number(grid.StrideX)}) * {Literal.Number(kernel.X.Stride)};");
                writer.Line($"float* to = y + (nint)place * {Literal.Number(grid.PositionStride)};");
                writer.Line($"for (int j = 0; j < {channels}; j += {lanes})");
                writer.Indent().Line("*(V*)(to + j) = *(V*)(from + j);").Unindent();
                ImageWriter.CloseShareOfPlaces(writer);
            });
    }
}
