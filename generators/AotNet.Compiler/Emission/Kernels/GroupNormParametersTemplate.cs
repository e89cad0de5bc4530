using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Gradients of a group norm's gain and shift: dy x̂ and dy, summed over positions, mean over samples.</summary>
static class GroupNormParametersTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, GroupNormParameters kernel, Func<Buffer, string> address)
    {
        string channels = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        string key = $"groupnormparameters|{channels}|{Literal.Number(kernel.X.PerSample)}|{stride}|{Literal.Number(kernel.Statistics.Stride)}";
        return KernelMethod.Call(library, key, $"GroupNormParameters{channels}",
            $"dgain[{channels}] = mean over the rows of the sum of dy * x̂ over {Literal.Number(kernel.X.PerSample)} positions; dshift = that of dy",
            ["dy", "x", "statistics", "dgain", "dshift"],
            [address(kernel.DY), address(kernel.X), address(kernel.Statistics), address(kernel.DGain), address(kernel.DShift)], writer =>
            {
                ColumnWriter.OpenShareOfColumns(writer, library.Instructions, kernel.X.Columns);
                writer.Line("V sum = V.Zero, total = V.Zero;");
                writer.Line("nint i = j;");
                writer.Open("for (nint r = 0; r < c.Rows; r++)");
                writer.Line($"float* means = statistics + 2 * r * {Literal.Number(kernel.Statistics.Stride)} + j;");
                writer.Line($"V centre = *(V*)means, factor = *(V*)(means + {Literal.Number(kernel.Statistics.Stride)});");
                writer.Open($"for (int position = 0; position < {Literal.Number(kernel.X.PerSample)}; position++, i += {stride})");
                writer.Line("sum = VN.FusedMultiplyAdd(*(V*)(dy + i), (*(V*)(x + i) - centre) * factor, sum);");
                writer.Line("total += *(V*)(dy + i);");
                writer.Close();
                writer.Close();
                writer.Line("*(V*)(dgain + j) = sum * VN.Create(c.InverseRows);");
                writer.Line("*(V*)(dshift + j) = total * VN.Create(c.InverseRows);");
                writer.Close();
            });
    }
}
