using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The residual of a dense layer's inputs for one row: one sum over the outputs for each row of the weights.</summary>
static class RowInputGradientTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, RowInputGradient kernel, Func<Buffer, string> address)
    {
        int inputs = kernel.Weight.Rows, columns = Buffer.RoundUp(kernel.Weight.Columns, 16), stride = kernel.Weight.Stride;
        return KernelMethod.Call(library, $"rowinputgradient|{Literal.Number(inputs)}|{Literal.Number(columns)}|{Literal.Number(stride)}",
            $"RowInputGradient{Literal.Number(inputs)}x{Literal.Number(columns)}",
            $"dx[{Literal.Number(inputs)}] = w[{Literal.Number(inputs)}, {Literal.Number(columns)}] dy.", ["w", "dy", "dx"],
            [address(kernel.Weight), address(kernel.Residual), address(kernel.DX)], writer =>
            {
                ClearPadding(writer, inputs);
                writer.Line($"OptimizerKernels.InputResidual(in c, w, dy, dx, {Literal.Number(inputs)}, {Literal.Number(columns)}, {Literal.Number(stride)});");
            });
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
