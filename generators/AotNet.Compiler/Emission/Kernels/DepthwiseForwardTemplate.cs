using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>A convolution of each channel by itself, in vectors of channels; windows are split among workers.</summary>
static class DepthwiseForwardTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, DepthwiseForward kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        InstructionSet instructions = library.Instructions;
        bool bias = kernel.Bias is not null;
        return KernelMethod.Call(library, $"depthwise|{grid.Key}|{Literal.Number(kernel.Weight.Stride)}|{Literal.Number(kernel.Y.Stride)}|{bias}",
            $"Depthwise{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"y[rows x {Literal.Number(grid.Positions)}, {Literal.Number(grid.Channels)}] = {(bias ? "bias + " : "")}the sum of patches {grid} times w, channel by channel",
            bias ? ["images", "w", "outputs", "bias"] : ["images", "w", "outputs"],
            new[] { kernel.X, kernel.Weight, kernel.Y }.Concat(bias ? [kernel.Bias!] : []).Select(address), writer =>
            {
                ImageWriter.OpenShareOfPlaces(writer, grid.Rows, grid.Columns);
                ImageWriter.Window(writer, grid);
                writer.Line($"float* image = images + (nint)sample * {Literal.Number(grid.SampleStride)}, to = outputs + (nint)place * {Literal.Number(kernel.Y.Stride)};");
                ImageWriter.Vectors(writer, instructions, grid.Channels, vectors =>
                {
                    foreach (int v in vectors)
                        writer.Line($"V s{v} = {(bias ? ImageWriter.At(instructions, "bias", v) : "V.Zero")};");
                    ImageWriter.OpenElements(writer);
                    writer.Line($"float* from = image + {ImageWriter.Element(grid)} * {Literal.Number(grid.PositionStride)}, weights = w + (ky * {Literal.Number(grid.KernelWidth)} + kx) * {Literal.Number(kernel.Weight.Stride)};");
                    foreach (int v in vectors)
                        writer.Line($"s{v} = VN.FusedMultiplyAdd({ImageWriter.At(instructions, "from", v)}, {ImageWriter.At(instructions, "weights", v)}, s{v});");
                    writer.Close();
                    foreach (int v in vectors)
                        writer.Line($"{ImageWriter.At(instructions, "to", v)} = s{v};");
                });
                writer.Close();
            });
    }
}
