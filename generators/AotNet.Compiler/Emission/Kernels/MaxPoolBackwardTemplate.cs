using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Residuals go to the elements that were largest. Windows may overlap, so a vector of channels of a sample is one worker's
/// from the first window to the last.
/// </summary>
static class MaxPoolBackwardTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, MaxPoolBackward kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        string key = $"maxpoolbackward|{grid.Key}|{Literal.Number(kernel.DY.Stride)}|{Literal.Number(kernel.Places.Stride)}|{kernel.Paper}";
        return KernelMethod.Call(library, key, $"MaxPoolBackward{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"dx = dy where places says, summed over windows {grid}", ["dy", "places", "dx"],
            [address(kernel.DY), address(kernel.Places), address(kernel.DX)], writer => PoolScatter.Write(writer, library.Instructions, grid,
                () => writer.Line($"V value = *(V*)(dy + (nint)place * {Literal.Number(kernel.DY.Stride)} + j);")
                    .Line($"VI number = *(VI*)(places + (nint)place * {Literal.Number(kernel.Places.Stride)} + j);"),
                () => writer.Line($"V chosen = VN.Equals(number, VN.Create((uint)({MaxPoolTemplate.Number(grid, kernel.Paper)}))).AsSingle();")
                    .Line("*(V*)target += chosen & value;")));
    }
}
