using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The residual of a dense layer's inputs for one row: one sum over the outputs for each row of the weights.</summary>
static class RowInputGradientTemplate
{
    /// <summary>Columns of the narrowest vectors.</summary>
    const int FewColumns = 4;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, RowInputGradient kernel, Func<Buffer, string> address)
    {
        int inputs = kernel.Weight.Rows, stride = kernel.Weight.Stride;
        bool few = kernel.Weight.Columns <= FewColumns;
        int columns = few ? FewColumns : Buffer.RoundUp(kernel.Weight.Columns, 16);
        return KernelMethod.Call(library, $"rowinputgradient|{Literal.Number(inputs)}|{Literal.Number(columns)}|{Literal.Number(stride)}",
            $"RowInputGradient{Literal.Number(inputs)}x{Literal.Number(columns)}",
            $"dx[{Literal.Number(inputs)}] = w[{Literal.Number(inputs)}, {Literal.Number(columns)}] dy.", ["w", "dy", "dx"],
            [address(kernel.Weight), address(kernel.Residual), address(kernel.DX)], writer =>
            {
                ClearPadding(writer, inputs);
                if (few)
                    FewOutputs(writer, inputs, stride);
                else
                    writer.Line($"OptimizerKernels.InputResidual(in c, w, dy, dx, {Literal.Number(inputs)}, {Literal.Number(columns)}, {Literal.Number(stride)});");
            });
    }

    /// <summary>Four rows of four columns at a time: neighbours added twice, which is what wider vectors come to over their zeros.</summary>
    static void FewOutputs(SourceWriter writer, int inputs, int stride)
    {
        writer.Line($"c.Split({Literal.Number(inputs)}, out int row, out int last);");
        writer.Line("Vector128<float> y = *(Vector128<float>*)dy;");
        writer.Line($"float* x = w + (nint)row * {Literal.Number(stride)};");
        writer.Open($"for (; row <= last - 4; row += 4, x += {Literal.Number(4 * stride)})");
        writer.Line($"*(Vector128<float>*)(dx + row) = Sse3.HorizontalAdd(Sse3.HorizontalAdd({Terms(0)}, {Terms(1)}), Sse3.HorizontalAdd({Terms(2)}, {Terms(3)}));");
        writer.Close();
        writer.Open($"for (; row < last; row++, x += {Literal.Number(stride)})");
        writer.Line($"Vector128<float> pairs = Sse3.HorizontalAdd({Terms(0)}, {Terms(0)});");
        writer.Line("dx[row] = Sse3.HorizontalAdd(pairs, pairs).ToScalar();");
        writer.Close();

        string Terms(int row) => $"y * *(Vector128<float>*){(row == 0 ? "x" : $"(x + {Literal.Number(row * stride)})")}";
    }

    /// <summary>Zeros dx behind the last input.</summary>
    internal static void ClearPadding(SourceWriter writer, int inputs)
    {
        int padding = Buffer.RoundUp(inputs, 16) - inputs;
        if (padding == 0)
            return;
        writer.Line("if (c.Worker == 0)");
        writer.Indent().Line($"new Span<float>(dx + {Literal.Number(inputs)}, {Literal.Number(padding)}).Clear();").Unindent();
    }
}
