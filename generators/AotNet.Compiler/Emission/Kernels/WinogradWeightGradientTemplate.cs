using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// A weight gradient from its sums at points, Gᵀ u G for each input and output channel, u added up over the portions of the
/// samples in their order. Input channels are split among workers.
/// </summary>
static class WinogradWeightGradientTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, WinogradWeightGradient kernel, Func<Buffer, string> address)
    {
        int extent = kernel.Extent, side = extent + 1, channels = kernel.Gradient.Rows / (extent * extent), columns = Buffer.RoundUp(kernel.Gradient.Columns, 16);
        int stride = kernel.Sums.Stride, portions = kernel.Sums.Rows / (side * side * channels);
        string key = $"winogradweightgradient|{Literal.Number(extent)}|{Literal.Number(channels)}|{Literal.Number(columns)}|{Literal.Number(stride)}|{Literal.Number(kernel.Gradient.Stride)}|{Literal.Number(portions)}";
        return KernelMethod.Call(library, key, $"WinogradWeightGradient{Literal.Number(extent)}x{Literal.Number(channels)}x{Literal.Number(columns)}",
            $"g[(tap, {Literal.Number(channels)}), {Literal.Number(columns)}] = Gᵀ u G / rows of u[(point, {Literal.Number(channels)}), {Literal.Number(columns)}], the sum of {Literal.Number(portions)} such, "
            + $"kernels of {Literal.Number(extent)}x{Literal.Number(extent)}",
            ["u", "g"], [address(kernel.Sums), address(kernel.Gradient)], writer =>
            {
                writer.Line($"c.Split({Literal.Number(channels)}, out int first, out int last);");
                PointTransforms.Constants(writer, side, PointTransforms.OfWeights);
                writer.Line("V scale = VN.Create(c.InverseRows);");
                writer.Open("for (nint channel = first; channel < last; channel++)");
                writer.Open($"for (int j = 0; j < {Literal.Number(columns)}; j += {Literal.Number(library.Instructions.Lanes)})");
                writer.Line($"float* from = u + channel * {Literal.Number(stride)} + j, to = g + channel * {Literal.Number(kernel.Gradient.Stride)} + j;");
                for (int y = 0; y < side; y++)
                {
                    string[] sums = [.. Enumerable.Range(0, side).Select(x => $"u{y}_{x}")];
                    writer.Line($"V {string.Join(", ", sums.Select((sum, x) => $"{sum} = {Sum(side * y + x)}"))};");
                    PointTransforms.Taps(writer, $"r{y}_", sums);
                }
                for (int x = 0; x < extent; x++)
                {
                    PointTransforms.Taps(writer, $"g{x}_", [.. Enumerable.Range(0, side).Select(y => $"r{y}_{x}")]);
                    for (int y = 0; y < extent; y++)
                        writer.Line($"{TileTemplate.Load("to", (extent * y + x) * channels * kernel.Gradient.Stride)} = g{x}_{y} * scale;");
                }
                writer.Close().Close();
            });

        string Sum(int point) => string.Join(" + ", Enumerable.Range(0, portions)
            .Select(portion => TileTemplate.Load("from", (portion * side * side + point) * channels * stride)));
    }
}
