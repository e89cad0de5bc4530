using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>BatchRms: v ← μ v + (1 - μ) mean(x²); y = x / sqrt(v / (1 - μ^(t+1)) + ε), ε = ε₀ (max v + 1e-6).</summary>
static class BatchRmsForwardTemplate
{
    internal static string Call(KernelLibrary library, BatchRmsForward kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        string key = $"batchrms|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{Literal.Float(kernel.Momentum)}|{Literal.Float(kernel.Epsilon)}";
        return KernelMethod.Call(library, key, $"BatchRms{columns}",
            $"v ← {Literal.Float(kernel.Momentum)} v + (1 - {Literal.Float(kernel.Momentum)}) mean(x²) over the rows, while training;\n"
            + $"y[rows, {columns}] = x / sqrt(v / (1 - {Literal.Float(kernel.Momentum)}^(t+1)) + ε), ε = {Literal.Float(kernel.Epsilon)} (max v + 1e-6).",
            ["x", "y", "v", "scale"],
            [address(kernel.X), address(kernel.Y), address(kernel.MeanSquare), address(kernel.Scale)],
            writer => Body(writer, library.Instructions, kernel, stride));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, BatchRmsForward kernel, string stride)
    {
        string lanes = Literal.Number(instructions.Lanes), padded = Literal.Number(Buffer.RoundUp(kernel.X.Columns, 16));
        writer.Line($"nint end = (nint)c.Rows * {Literal.Number((long)kernel.X.PerSample * kernel.X.Stride)};");
        ColumnWriter.OpenShareOfColumns(writer, instructions, kernel.X.Columns);
        writer.Line("if (!c.Training)").Indent().Line("break;").Unindent();
        writer.Line("V sum = V.Zero;");
        writer.Open($"for (nint i = j; i < end; i += {stride})");
        writer.Line("sum = VN.FusedMultiplyAdd(*(V*)(x + i), *(V*)(x + i), sum);");
        writer.Close();
        writer.Line($"V fresh = sum * VN.Create({ColumnWriter.InverseRowsOf(kernel.X.PerSample)} * {Literal.Float(1f - kernel.Momentum)});");
        writer.Line($"*(V*)(v + j) = VN.FusedMultiplyAdd(VN.Create({Literal.Float(kernel.Momentum)}), *(V*)(v + j), fresh);");
        writer.Close();
        writer.Line("c.Barrier();");
        writer.Line("V largest = V.Zero;");
        writer.Open($"for (int j = 0; j < {padded}; j += {lanes})").Line("largest = VN.MaxNative(largest, *(V*)(v + j));").Close();
        writer.Line($"V floor = VN.Create({Literal.Float(kernel.Epsilon)} * (VectorMath.Max(largest) + 1e-6f));");
        writer.Line($"V correction = VN.Create((float)(1.0 / (1.0 - double.Pow({Literal.Float(kernel.Momentum)}, c.Step + 1))));");
        writer.Open($"for (int j = first * {lanes}; j < last * {lanes}; j += {lanes})");
        writer.Line("V factor = V.One / VN.Sqrt(VN.FusedMultiplyAdd(*(V*)(v + j), correction, floor));");
        writer.Line("*(V*)(scale + j) = factor;");
        writer.Open($"for (nint i = j; i < end; i += {stride})").Line("*(V*)(y + i) = *(V*)(x + i) * factor;").Close();
        writer.Close();
    }
}
