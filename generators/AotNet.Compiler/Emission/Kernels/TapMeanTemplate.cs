using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The bias of a solution by channels: the mean of its copies.</summary>
static class TapMeanTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, TapMean kernel, Func<Buffer, string> address)
    {
        int width = Buffer.RoundUp(kernel.Bias.Columns, 16);
        string taps = Literal.Number(kernel.Taps), columns = Literal.Number(width);
        return KernelMethod.Call(library, $"tapmean|{taps}|{columns}", $"TapMean{taps}x{columns}",
            $"db[{columns}] = the mean of {taps} rows of it, side by side", ["row", "db"],
            [$"{address(kernel.RightSide)} + {Literal.Number((long)kernel.Row * kernel.RightSide.Stride)}", address(kernel.Bias)], writer =>
            {
                ColumnWriter.OpenShareOfColumns(writer, library.Instructions, width);
                writer.Line("V sum = V.Zero;");
                writer.Line($"for (int tap = 0; tap < {taps}; tap++)");
                writer.Indent().Line($"sum += *(V*)(row + tap * {columns} + j);").Unindent();
                writer.Line($"*(V*)(db + j) = sum / VN.Create({taps}f);");
                writer.Close();
            });
    }
}
