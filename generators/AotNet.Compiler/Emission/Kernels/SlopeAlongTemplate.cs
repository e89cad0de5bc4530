using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>A call of the runtime: rare enough not to be worth code of constant extents.</summary>
static class SlopeAlongTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(SlopeAlong kernel, Func<Buffer, string> address) =>
        $"LayerSlope.Measure({address(kernel.X)}, {Literal.Number(kernel.X.Columns)}, {Literal.Number(kernel.X.Stride)}, "
        + $"{address(kernel.Residual)}, {Literal.Number(kernel.Residual.Columns)}, {Literal.Number(kernel.Residual.Stride)}, "
        + $"{address(kernel.Direction)}, {Literal.Number(kernel.Direction.Stride)}, {(kernel.BiasDirection is null ? "null" : address(kernel.BiasDirection))}, "
        + $"{address(kernel.Sums)}, {KernelMethod.Layer(kernel)}, in c);";
}
