using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Residuals go in equal shares to the elements of their windows.</summary>
static class AveragePoolBackwardTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, AveragePoolBackward kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        return KernelMethod.Call(library, $"averagepoolbackward|{grid.Key}|{Literal.Number(kernel.DY.Stride)}",
            $"AveragePoolBackward{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"dx = shares of dy, summed over windows {grid}", ["dy", "dx"], [address(kernel.DY), address(kernel.DX)],
            writer => PoolScatter.Write(writer, library.Instructions, grid,
                () => writer.Line($"V value = *(V*)(dy + (nint)place * {Literal.Number(kernel.DY.Stride)} + j) * VN.Create({AveragePoolTemplate.Share});"),
                () => writer.Line("*(V*)target += value;")));
    }
}
