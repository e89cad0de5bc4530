using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The mean of what lies under each window, in vectors of channels; windows are split among workers.</summary>
static class AveragePoolTemplate
{
    /// <summary>1 / the elements of a window that lie inside the image.</summary>
    internal const string Share = "1f / ((lastY - firstY) * (lastX - firstX))";

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, AveragePool kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        InstructionSet instructions = library.Instructions;
        return KernelMethod.Call(library, $"averagepool|{grid.Key}|{Literal.Number(kernel.Y.Stride)}",
            $"AveragePool{Literal.Number(grid.KernelHeight)}x{Literal.Number(grid.KernelWidth)}x{Literal.Number(grid.Channels)}",
            $"y[rows x {Literal.Number(grid.Positions)}, {Literal.Number(grid.Channels)}] = the mean of windows {grid}",
            ["images", "outputs"], [address(kernel.X), address(kernel.Y)], writer =>
            {
                ImageWriter.OpenShareOfPlaces(writer, grid.Rows, grid.Columns);
                ImageWriter.Window(writer, grid);
                writer.Line($"float* image = images + (nint)sample * {Literal.Number(grid.SampleStride)}, to = outputs + (nint)place * {Literal.Number(kernel.Y.Stride)};");
                writer.Line($"V share = VN.Create({Share});");
                ImageWriter.Vectors(writer, instructions, grid.Channels, vectors =>
                {
                    foreach (int v in vectors)
                        writer.Line($"V s{v} = V.Zero;");
                    ImageWriter.OpenElements(writer);
                    writer.Line($"float* from = image + {ImageWriter.Element(grid)} * {Literal.Number(grid.PositionStride)};");
                    foreach (int v in vectors)
                        writer.Line($"s{v} += {ImageWriter.At(instructions, "from", v)};");
                    writer.Close();
                    foreach (int v in vectors)
                        writer.Line($"{ImageWriter.At(instructions, "to", v)} = s{v} * share;");
                });
                ImageWriter.CloseShareOfPlaces(writer);
            });
    }
}
