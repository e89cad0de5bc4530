using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Weights at the points where products are taken, G g Gᵀ for each input and output channel. Input channels are split among
/// workers.
/// </summary>
static class WinogradWeightsTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, WinogradWeights kernel, Func<Buffer, string> address)
    {
        int side = kernel.Side, extent = kernel.Extent, channels = kernel.Target.Rows / (side * side), columns = Buffer.RoundUp(kernel.Target.Columns, 16);
        string key = $"winogradweights|{Literal.Number(extent)}|{Literal.Number(channels)}|{Literal.Number(columns)}|{Literal.Number(kernel.Weight.Stride)}|{Literal.Number(kernel.Target.Stride)}";
        return KernelMethod.Call(library, key, $"WinogradWeights{Literal.Number(extent)}x{Literal.Number(channels)}x{Literal.Number(columns)}",
            $"u[(point, {Literal.Number(channels)}), {Literal.Number(columns)}] = G g Gᵀ of w[(tap, {Literal.Number(channels)}), {Literal.Number(columns)}], kernels of {Literal.Number(extent)}x{Literal.Number(extent)}",
            ["w", "u"], [address(kernel.Weight), address(kernel.Target)], writer =>
            {
                writer.Line($"c.Split({Literal.Number(channels)}, out int first, out int last);");
                PointTransforms.Constants(writer, side, PointTransforms.OfWeights);
                writer.Open("for (nint channel = first; channel < last; channel++)");
                writer.Open($"for (int j = 0; j < {Literal.Number(columns)}; j += {Literal.Number(library.Instructions.Lanes)})");
                writer.Line($"float* from = w + channel * {Literal.Number(kernel.Weight.Stride)} + j, to = u + channel * {Literal.Number(kernel.Target.Stride)} + j;");
                for (int x = 0; x < extent; x++)
                    PointTransforms.Weights(writer, $"r{x}_", [.. Enumerable.Range(0, extent).Select(y => TileTemplate.Load("from", (extent * y + x) * channels * kernel.Weight.Stride))]);
                for (int y = 0; y < side; y++)
                {
                    PointTransforms.Weights(writer, $"u{y}_", [.. Enumerable.Range(0, extent).Select(x => $"r{x}_{y}")]);
                    for (int x = 0; x < side; x++)
                        writer.Line($"{TileTemplate.Load("to", (side * y + x) * channels * kernel.Target.Stride)} = u{y}_{x};");
                }
                writer.Close().Close();
            });
    }
}
