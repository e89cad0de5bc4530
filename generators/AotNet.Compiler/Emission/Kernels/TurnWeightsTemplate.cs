using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The weights of each tap transposed, in another order; taps are split among workers.</summary>
static class TurnWeightsTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, TurnWeights kernel, Func<Buffer, string> address)
    {
        int inputs = kernel.Target.Columns / kernel.Groups, outputs = kernel.Weight.Columns / kernel.Groups;
        string taps = string.Join(", ", kernel.Taps.Select(static tap => Literal.Number(tap)));
        string key = $"turn|{taps}|{Literal.Number(inputs)}|{Literal.Number(outputs)}|{Literal.Number(kernel.Groups)}|{Literal.Number(kernel.Weight.Stride)}|{Literal.Number(kernel.Target.Stride)}";
        return KernelMethod.Call(library, key, $"TurnWeights{Literal.Number(outputs)}x{Literal.Number(kernel.Target.Columns)}",
            $"turned[(i, {Literal.Number(outputs)}), {Literal.Number(kernel.Target.Columns)}] = w[(tap i, {Literal.Number(inputs)}), {Literal.Number(kernel.Weight.Columns)}]ᵀ for taps {taps}"
            + (kernel.Groups > 1 ? ", group by group" : ""), ["w", "turned"], [address(kernel.Weight), address(kernel.Target)], writer =>
            {
                writer.Line($"ReadOnlySpan<int> taps = new int[] {{ {taps} }};");
                writer.Line("c.Split(taps.Length, out int first, out int last);");
                writer.Open("for (int i = first; i < last; i++)");
                writer.Line($"float* from = w + taps[i] * (nint){Literal.Number((long)inputs * kernel.Weight.Stride)};");
                writer.Line($"float* to = turned + i * (nint){Literal.Number((long)outputs * kernel.Target.Stride)};");
                if (kernel.Groups == 1)
                    Blocks(library, writer, kernel, inputs, outputs);
                else
                    Values(writer, kernel, inputs, outputs);
                writer.Close();
            });
    }

    static void Blocks(KernelLibrary library, SourceWriter writer, TurnWeights kernel, int inputs, int outputs)
    {
        const int rows = TransposeTemplate.BlockRows;
        if (inputs >= rows)
        {
            writer.Open($"for (int row = 0; row < {Literal.Number(inputs / rows * rows)}; row += {Literal.Number(rows)})");
            Strip("row", null);
            writer.Close();
        }
        if (inputs % rows > 0)
            Strip(Literal.Number(inputs / rows * rows), inputs % rows);

        void Strip(string row, int? present) => TransposeTemplate.Blocks(library, writer, $"from + {row} * {Literal.Number(kernel.Weight.Stride)}", $"to + {row}",
            outputs, kernel.Weight.Stride, kernel.Target.Stride, present: present);
    }

    static void Values(SourceWriter writer, TurnWeights kernel, int inputs, int outputs)
    {
        writer.Open($"for (int output = 0; output < {Literal.Number(outputs)}; output++)");
        writer.Line($"float* row = to + output * {Literal.Number(kernel.Target.Stride)};");
        writer.Line($"for (int column = 0; column < {Literal.Number(kernel.Target.Columns)}; column++)");
        writer.Indent().Line($"row[column] = from[column % {Literal.Number(inputs)} * {Literal.Number(kernel.Weight.Stride)} + column / {Literal.Number(inputs)} * {Literal.Number(outputs)} + output];").Unindent();
        if (Buffer.RoundUp(kernel.Target.Columns, 16) > kernel.Target.Columns)
            writer.Line($"new Span<float>(row + {Literal.Number(kernel.Target.Columns)}, {Literal.Number(Buffer.RoundUp(kernel.Target.Columns, 16) - kernel.Target.Columns)}).Clear();");
        writer.Close();
    }
}
