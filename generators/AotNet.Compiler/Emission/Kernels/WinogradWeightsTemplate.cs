using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Weights of 3x3 kernels at the points where products are taken: G g Gᵀ with G = [1 0 0; ½ ½ ½; ½ -½ ½; 0 0 1], for each
/// input and output channel. Input channels are split among workers.
/// </summary>
static class WinogradWeightsTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, WinogradWeights kernel, Func<Buffer, string> address)
    {
        int channels = kernel.Target.Rows / WinogradConvolution.Points, columns = Buffer.RoundUp(kernel.Target.Columns, 16);
        string key = $"winogradweights|{Literal.Number(channels)}|{Literal.Number(columns)}|{Literal.Number(kernel.Weight.Stride)}|{Literal.Number(kernel.Target.Stride)}";
        return KernelMethod.Call(library, key, $"WinogradWeights{Literal.Number(channels)}x{Literal.Number(columns)}",
            $"u[(point, {Literal.Number(channels)}), {Literal.Number(columns)}] = G g Gᵀ of w[(tap, {Literal.Number(channels)}), {Literal.Number(columns)}]",
            ["w", "u"], [address(kernel.Weight), address(kernel.Target)], writer =>
            {
                writer.Line($"WorkerTeam.Split({Literal.Number(channels)}, c.Worker, c.Workers, out int first, out int last);");
                writer.Line("V half = VN.Create(0.5f);");
                writer.Open("for (nint channel = first; channel < last; channel++)");
                writer.Open($"for (int j = 0; j < {Literal.Number(columns)}; j += {Literal.Number(library.Instructions.Lanes)})");
                writer.Line($"float* from = w + channel * {Literal.Number(kernel.Weight.Stride)} + j, to = u + channel * {Literal.Number(kernel.Target.Stride)} + j;");
                for (int x = 0; x < 3; x++)
                {
                    int column = x;
                    string G(int y) => TileTemplate.Load("from", (3 * y + column) * channels * kernel.Weight.Stride);
                    Points(writer, $"r{x}", G(0), G(1), G(2));
                }
                for (int y = 0; y < 4; y++)
                {
                    Points(writer, $"u{y}", $"r0_{y}", $"r1_{y}", $"r2_{y}");
                    for (int x = 0; x < 4; x++)
                        writer.Line($"{TileTemplate.Load("to", (4 * y + x) * channels * kernel.Target.Stride)} = u{y}_{x};");
                }
                writer.Close().Close();
            });
    }

    /// <summary>G times three values.</summary>
    static void Points(SourceWriter writer, string name, string a, string b, string c)
    {
        writer.Line($"V {name}_0 = {a}, {name}_3 = {c}, {name}s = ({name}_0 + {name}_3) * half, {name}m = {b} * half;");
        writer.Line($"V {name}_1 = {name}s + {name}m, {name}_2 = {name}s - {name}m;");
    }
}
