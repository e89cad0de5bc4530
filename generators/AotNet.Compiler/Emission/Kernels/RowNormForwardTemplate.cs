using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>LayerNorm (with shift) and RMSNorm (without): statistics of each sample over its features.</summary>
static class RowNormForwardTemplate
{
    internal static string Call(KernelLibrary library, RowNormForward kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        bool centres = kernel.Shift is not null;
        string key = $"rownorm|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{Literal.Float(kernel.Epsilon)}|{centres}|{Literal.Number(kernel.Statistics.Stride)}";
        return KernelMethod.Call(library, key, (centres ? "LayerNorm" : "RmsNorm") + columns,
            centres
                ? $"y[rows, {columns}] = (x - mean) / sqrt(variance + {Literal.Float(kernel.Epsilon)}) * gain + shift, statistics over each row"
                : $"y[rows, {columns}] = x / sqrt(mean(x²) + {Literal.Float(kernel.Epsilon)}) * gain, mean over each row",
            [("x", kernel.X), ("y", kernel.Y), ("statistics", kernel.Statistics), ("gain", kernel.Gain), ("shift", kernel.Shift)], address,
            writer => Body(writer, library.Instructions, kernel, centres));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, RowNormForward kernel, bool centres)
    {
        int columns = kernel.X.Columns;
        string inverse = Literal.Float(1f / columns);
        ColumnWriter.OpenShareOfRows(writer, kernel.X.PerSample);
        writer.Line($"float* from = x + r * {Literal.Number(kernel.X.Stride)};");
        writer.Line($"float* to = y + r * {Literal.Number(kernel.Y.Stride)};");
        writer.Line("float mean = 0f;");
        if (centres)
        {
            writer.Line("V sum = V.Zero;");
            ColumnWriter.Columns(writer, instructions, columns, _ => writer.Line("sum += *(V*)(from + j);"));
            writer.Line($"mean = VectorMath.Sum(sum) * {inverse};");
        }
        writer.Line("V centre = VN.Create(mean), squares = V.Zero;");
        ColumnWriter.Columns(writer, instructions, columns, mask =>
        {
            writer.Line($"V d = {ColumnWriter.Masked(mask, "*(V*)(from + j) - centre")};");
            writer.Line("squares = VN.FusedMultiplyAdd(d, d, squares);");
        });
        writer.Line($"float factor = 1f / float.Sqrt(VectorMath.Sum(squares) * {inverse} + {Literal.Float(kernel.Epsilon)});");
        writer.Line("statistics[r] = mean;");
        writer.Line($"statistics[{Literal.Number(kernel.Statistics.Stride)} + r] = factor;");
        writer.Line("V scale = VN.Create(factor);");
        // Gain and shift are zero in the padding, which keeps it zero.
        ColumnWriter.Columns(writer, instructions, columns, _ => writer.Line(centres
            ? "*(V*)(to + j) = VN.FusedMultiplyAdd((*(V*)(from + j) - centre) * scale, *(V*)(gain + j), *(V*)(shift + j));"
            : "*(V*)(to + j) = *(V*)(from + j) * scale * *(V*)(gain + j);"));
        writer.Close();
    }
}
