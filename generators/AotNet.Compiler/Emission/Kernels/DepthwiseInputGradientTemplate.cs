using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The residual of the input of a depthwise convolution: each position gathers from the windows that reach it, so that
/// positions can be split among workers.
/// </summary>
static class DepthwiseInputGradientTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, DepthwiseInputGradient kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        InstructionSet instructions = library.Instructions;
        return KernelMethod.Call(library, $"depthwisedx|{grid.Key}|{Literal.Number(kernel.Weight.Stride)}|{Literal.Number(kernel.Residual.Stride)}",
            $"DepthwiseInputGradient{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"dx = the sum over the windows {grid} that reach a position of dy times w, channel by channel",
            ["dy", "w", "dx"], [address(kernel.Residual), address(kernel.Weight), address(kernel.DX)], writer =>
            {
                ImageWriter.OpenShareOfPlaces(writer, grid.Height, grid.Width);
                writer.Line($"float* residual = dy + (nint)sample * {Literal.Number(grid.Positions * kernel.Residual.Stride)}, to = dx + (nint)place * {Literal.Number(kernel.DX.Stride)};");
                ImageWriter.Vectors(writer, instructions, grid.Channels, vectors =>
                {
                    foreach (int v in vectors)
                        writer.Line($"V s{v} = V.Zero;");
                    Along("y", "row", grid.KernelHeight, grid.Top, grid.DilationY, grid.StrideY, grid.Rows);
                    Along("x", "column", grid.KernelWidth, grid.Left, grid.DilationX, grid.StrideX, grid.Columns);
                    writer.Line($"float* from = residual + (y * {Literal.Number(grid.Columns)} + x) * {Literal.Number(kernel.Residual.Stride)}, weights = w + (ky * {Literal.Number(grid.KernelWidth)} + kx) * {Literal.Number(kernel.Weight.Stride)};");
                    foreach (int v in vectors)
                        writer.Line($"s{v} = VN.FusedMultiplyAdd({ImageWriter.At(instructions, "from", v)}, {ImageWriter.At(instructions, "weights", v)}, s{v});");
                    writer.Close().Close();
                    foreach (int v in vectors)
                        writer.Line($"{ImageWriter.At(instructions, "to", v)} = s{v};");
                });
                writer.Close();

                // Element k of window o reaches position stride o - before + dilation k.
                void Along(string axis, string position, int kernelExtent, int before, int dilation, int stride, int windows)
                {
                    writer.Open($"for (int k{axis} = 0; k{axis} < {Literal.Number(kernelExtent)}; k{axis}++)");
                    string start = $"{position} + {Literal.Number(before)} - k{axis} * {Literal.Number(dilation)}";
                    writer.Line(stride == 1 ? $"int {axis} = {start};" : $"int start{axis} = {start}, {axis} = start{axis} / {Literal.Number(stride)};");
                    writer.Line((stride == 1 ? $"if ((uint){axis} >= {Literal.Number(windows)}u)"
                        : $"if (start{axis} < 0 || {axis} * {Literal.Number(stride)} != start{axis} || {axis} >= {Literal.Number(windows)})"));
                    writer.Indent().Line("continue;").Unindent();
                }
            });
    }
}
