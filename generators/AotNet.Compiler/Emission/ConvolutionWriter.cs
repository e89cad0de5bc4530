using AotNet.Compiler.Emission.Kernels;
using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Parameters and arguments of convolutions, which do not depend on how patches are read.</summary>
static class ConvolutionWriter
{
    /// <summary>Opens the method of a product: what it computes, and its parameters.</summary>
    internal static void Open(SourceWriter writer, string name, Convolution kernel, TileEpilogue? epilogue)
    {
        PatchGrid grid = kernel.Grid;
        string bias = kernel.Bias is null ? "" : "bias + ";
        writer.Line($"// y[rows x {Literal.Number(grid.Positions)}, {Literal.Number(kernel.Columns)}] = {bias}"
            + $"patches[, {Literal.Number(grid.Terms)}] w[{Literal.Number(grid.Terms)}, {Literal.Number(kernel.Columns)}], patches {grid}{TileEpilogue.Then(epilogue)}.");
        writer.Line("[SkipLocalsInit]").Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* x, float* w, float* y{(kernel.Bias is null ? "" : ", float* bias")}"
            + string.Concat(TileEpilogue.PointersBesideY(epilogue).Select(static pointer => ", float* " + pointer)) + ", in KernelContext context)");
    }

    /// <summary>Opens the method of a weight gradient likewise.</summary>
    internal static void Open(SourceWriter writer, string name, ConvolutionGradient kernel)
    {
        PatchGrid grid = kernel.Grid;
        writer.Line($"// g[{Literal.Number(grid.Terms)}, {Literal.Number(kernel.Columns)}] = patches[rows x {Literal.Number(grid.Positions)}, {Literal.Number(grid.Terms)}]ᵀ "
            + $"dy[, {Literal.Number(kernel.Columns)}]{(kernel.Portions > 1 ? $" of {Literal.Number(kernel.Portions)} portions of the rows" : " / rows")}, patches {grid}.");
        writer.Line("[SkipLocalsInit]").Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* x, float* dy, float* g, in KernelContext context)");
    }

    /// <summary>What becomes of a weight gradient's sums: those of portions are divided by the samples when they are added up.</summary>
    internal static TileEnd End(ConvolutionGradient kernel) => kernel.Portions > 1 ? TileEnd.Store : TileEnd.Scale;

    /// <summary>The statement that calls the method of a product.</summary>
    internal static string Call(string name, Convolution kernel, Func<Buffer, string> address)
    {
        IEnumerable<string> arguments =
        [
            At(address, kernel.X, kernel.FirstChannel), At(address, kernel.Weight, (long)kernel.FirstTerm * kernel.Weight.Stride + kernel.FirstColumn),
            At(address, kernel.Target, kernel.FirstColumn), .. kernel.Bias is null ? Array.Empty<string>() : [At(address, kernel.Bias, kernel.FirstColumn)],
            .. TileEpilogue.Buffers(kernel.Epilogue).Select(address),
        ];
        return $"{name}({string.Join(", ", arguments)}, in c);";
    }

    /// <summary>The statement that calls the method of a weight gradient.</summary>
    internal static string Call(string name, ConvolutionGradient kernel, Func<Buffer, string> address) =>
        $"{name}({At(address, kernel.X, kernel.FirstChannel)}, {At(address, kernel.Residual, kernel.FirstColumn)}, "
        + $"{At(address, kernel.Gradient, kernel.TargetColumn)}, in c);";

    static string At(Func<Buffer, string> address, Buffer buffer, long floats) =>
        address(buffer) + Literal.Plus(floats);
}
