using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>
/// True gradient of BatchRms. With s = 1 / sqrt(v / c + ε), the denominator's square moves by ∂v/∂x = 2 (1 - μ) x / N over c,
/// and that of every feature by ε₀ ∂v_m/∂x_m, m the feature of the largest v. With p = s³ Σ_rows dy x this gives
/// dx = dy s - x (1 - μ) / N (p / c + [m] ε₀ Σ p).
/// </summary>
static class BatchRmsBackwardTemplate
{
    internal static string Call(KernelLibrary library, BatchRmsBackward kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        string momentum = Literal.Float(kernel.Momentum), epsilon = Literal.Float(kernel.Epsilon);
        return KernelMethod.Call(library, $"batchrmsbackward|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{Literal.Number(kernel.Portions?.Rows ?? 0)}|{momentum}|{epsilon}", $"BatchRmsBackward{columns}",
            $"dx[rows, {columns}] = dy s - x (1 - {momentum}) / rows (p / (1 - {momentum}^(t+1)) + [largest v] {epsilon} sum p), p = s³ sum over the rows of dy x.",
            [("dy", kernel.DY), ("x", kernel.X), ("scale", kernel.Scale), ("v", kernel.MeanSquare), ("pull", kernel.Pull), ("dx", kernel.DX),
                ("portions", kernel.Portions)], address, writer => Body(writer, library.Instructions, kernel, stride));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, BatchRmsBackward kernel, string stride)
    {
        string lanes = Literal.Number(instructions.Lanes), padded = Literal.Number(Buffer.RoundUp(kernel.X.Columns, 16));
        if (kernel.Portions is { } portions)
        {
            PortionWriter.Open(writer, instructions, kernel.X, portions.Rows);
            PortionWriter.Sums(writer, kernel.X, ["sum"], static (at, row) => [$"sum{row} = VN.FusedMultiplyAdd(*(V*)(dy + {at}), *(V*)(x + {at}), sum{row});"]);
            writer.Line($"*(V*)({PortionWriter.Place(portions, 1, 0)}) = sum;");
            PortionWriter.Close(writer);
            writer.Line("c.Barrier();");
        }
        else
            writer.Line($"nint end = (nint)c.Rows * {Literal.Number((long)kernel.X.PerSample * kernel.X.Stride)};");
        ColumnWriter.OpenShareOfColumns(writer, instructions, kernel.X.Columns);
        if (kernel.Portions is not null)
            PortionWriter.Total(writer, kernel.Portions, 1, 0, "sum");
        else
        {
            writer.Line("V sum = V.Zero;");
            writer.Open($"for (nint i = j; i < end; i += {stride})").Line("sum = VN.FusedMultiplyAdd(*(V*)(dy + i), *(V*)(x + i), sum);").Close();
        }
        writer.Line("V s = *(V*)(scale + j);");
        writer.Line("*(V*)(pull + j) = sum * s * s * s;");
        writer.Close();
        writer.Line("c.Barrier();");
        writer.Line("V total = V.Zero;");
        writer.Open($"for (int j = 0; j < {padded}; j += {lanes})").Line("total += *(V*)(pull + j);").Close();
        writer.Line("int largest = 0;");
        writer.Open($"for (int j = 1; j < {Literal.Number(kernel.X.Columns)}; j++)");
        writer.Line("if (v[j] > v[largest])").Indent().Line("largest = j;").Unindent().Close();
        writer.Line($"float share = {Literal.Float(1f - kernel.Momentum)} * {ColumnWriter.InverseRowsOf(kernel.X.PerSample)}, floor = {Literal.Float(kernel.Epsilon)} * VectorMath.Sum(total);");
        writer.Line($"V correction = VN.Create((float)(1.0 / (1.0 - double.Pow({Literal.Float(kernel.Momentum)}, c.Step + 1))));");
        bool cut = kernel.Portions is not null;
        if (kernel.Portions is not null)
            PortionWriter.Open(writer, instructions, kernel.X, kernel.Portions.Rows);
        else
            writer.Open($"for (int j = first * {lanes}; j < last * {lanes}; j += {lanes})");
        writer.Line("V s = *(V*)(scale + j), moved = *(V*)(pull + j) * correction;");
        writer.Line($"if (largest / {lanes} * {lanes} == j)");
        writer.Indent().Line("moved = moved.WithElement(largest - j, moved.GetElement(largest - j) + floor);").Unindent();
        writer.Line("moved *= VN.Create(share);");
        writer.Open($"for (nint i = {(cut ? "begin" : "j")}; i < end; i += {stride})").Line("*(V*)(dx + i) = *(V*)(dy + i) * s - *(V*)(x + i) * moved;").Close();
        if (cut)
            PortionWriter.Close(writer);
        else
            writer.Close();
    }
}
