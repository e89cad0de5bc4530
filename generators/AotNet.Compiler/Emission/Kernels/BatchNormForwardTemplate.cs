using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Batch normalisation: statistics of each feature over the rows while training, running averages otherwise.</summary>
static class BatchNormForwardTemplate
{
    internal static string Call(KernelLibrary library, BatchNormForward kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        return KernelMethod.Call(library,
            $"batchnorm|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{Literal.Float(kernel.Momentum)}|{Literal.Float(kernel.Epsilon)}|{Literal.Number(kernel.Statistics.Stride)}",
            $"BatchNorm{columns}",
            $"y[rows, {columns}] = (x - mean) / sqrt(variance + {Literal.Float(kernel.Epsilon)}) * gain + shift, statistics over the rows",
            ["x", "y", "gain", "shift", "mean", "variance", "statistics"],
            [address(kernel.X), address(kernel.Y), address(kernel.Gain), address(kernel.Shift), address(kernel.Mean),
                address(kernel.Variance), address(kernel.Statistics)],
            writer => Body(writer, library.Instructions, kernel, stride));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, BatchNormForward kernel, string stride)
    {
        string momentum = Literal.Float(kernel.Momentum), past = Literal.Float(1f - kernel.Momentum);
        writer.Line($"nint end = (nint)c.Rows * {Literal.Number((long)kernel.X.PerSample * kernel.X.Stride)};");
        writer.Line("// The running variance is the unbiased one; a single row has none and counts as it is.");
        string rows = ColumnWriter.RowsOf(kernel.X.PerSample), inverse = ColumnWriter.InverseRowsOf(kernel.X.PerSample);
        writer.Line(kernel.X.PerSample == 1 ? "float unbiased = c.Rows > 1 ? c.Rows / (c.Rows - 1f) : 1f;" : $"float unbiased = {rows} / ({rows} - 1f);");
        ColumnWriter.OpenShareOfColumns(writer, instructions, kernel.X.Columns);
        writer.Line("V centre = *(V*)(mean + j), spread = *(V*)(variance + j);");
        writer.Open("if (c.Training)");
        writer.Line("V sum = V.Zero, squares = V.Zero;");
        writer.Open($"for (nint i = j; i < end; i += {stride})").Line("sum += *(V*)(x + i);").Close();
        writer.Line($"centre = sum * VN.Create({inverse});");
        writer.Open($"for (nint i = j; i < end; i += {stride})");
        writer.Line("V d = *(V*)(x + i) - centre;").Line("squares = VN.FusedMultiplyAdd(d, d, squares);").Close();
        writer.Line($"spread = squares * VN.Create({inverse});");
        writer.Line($"*(V*)(mean + j) = *(V*)(mean + j) * VN.Create({past}) + centre * VN.Create({momentum});");
        writer.Line($"*(V*)(variance + j) = *(V*)(variance + j) * VN.Create({past}) + spread * VN.Create({momentum} * unbiased);");
        writer.Close();
        writer.Line($"V factor = V.One / VN.Sqrt(spread + VN.Create({Literal.Float(kernel.Epsilon)}));");
        writer.Line("*(V*)(statistics + j) = centre;");
        writer.Line($"*(V*)(statistics + {Literal.Number(kernel.Statistics.Stride)} + j) = factor;");
        writer.Line("V scale = factor * *(V*)(gain + j), offset = *(V*)(shift + j);");
        writer.Open($"for (nint i = j; i < end; i += {stride})");
        writer.Line("*(V*)(y + i) = VN.FusedMultiplyAdd(*(V*)(x + i) - centre, scale, offset);").Close();
        writer.Close();
    }
}
