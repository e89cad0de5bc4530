using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>A call of the runtime: rare enough not to be worth code of constant extents.</summary>
static class SlopeBetweenTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(SlopeBetween kernel, Func<Buffer, string> address) =>
        $"LayerSlope.Measure({address(kernel.Gradient)}, {address(kernel.Direction)}, {Literal.Number(kernel.Direction.Length)}, "
        + (kernel.Bias is null ? "null, null, 0" : $"{address(kernel.Bias)}, {address(kernel.BiasDirection!)}, {Literal.Number(kernel.Bias.Length)}")
        + $", {KernelMethod.Layer(kernel)}, in c);";
}
