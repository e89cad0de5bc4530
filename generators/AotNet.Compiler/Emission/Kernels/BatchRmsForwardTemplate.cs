using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>BatchRms: v ← μ v + (1 - μ) mean(x²); y = x / sqrt(v / (1 - μ^(t+1)) + ε), ε = ε₀ (max v + 1e-6).</summary>
static class BatchRmsForwardTemplate
{
    internal static string Call(KernelLibrary library, BatchRmsForward kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        string key = $"batchrms|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{Literal.Number(kernel.Portions?.Rows ?? 0)}|{Literal.Float(kernel.Momentum)}|{Literal.Float(kernel.Epsilon)}";
        return KernelMethod.Call(library, key, $"BatchRms{columns}",
            $"v ← {Literal.Float(kernel.Momentum)} v + (1 - {Literal.Float(kernel.Momentum)}) mean(x²) over the rows, while training;\n"
            + $"y[rows, {columns}] = x / sqrt(v / (1 - {Literal.Float(kernel.Momentum)}^(t+1)) + ε), ε = {Literal.Float(kernel.Epsilon)} (max v + 1e-6).",
            [("x", kernel.X), ("y", kernel.Y), ("v", kernel.MeanSquare), ("scale", kernel.Scale), ("portions", kernel.Portions)], address,
            writer => new Body(library.Instructions, kernel, writer).Write());
    }

    /// <summary>Writes the method's statements.</summary>
    sealed class Body(InstructionSet instructions, BatchRmsForward kernel, SourceWriter writer)
    {
        readonly string stride = Literal.Number(kernel.X.Stride);
        readonly string lanes = Literal.Number(instructions.Lanes);
        readonly string momentum = Literal.Float(kernel.Momentum);

        internal void Write()
        {
            string padded = Literal.Number(Buffer.RoundUp(kernel.X.Columns, 16));
            if (kernel.Portions is { } portions)
                SquaresOf(portions);
            else
                writer.Line($"nint end = (nint)c.Rows * {Literal.Number((long)kernel.X.PerSample * kernel.X.Stride)};");
            ColumnWriter.OpenShareOfColumns(writer, instructions, kernel.X.Columns);
            writer.Line("if (!c.Training)").Indent().Line("break;").Unindent();
            if (kernel.Portions is not null)
                PortionWriter.Total(writer, kernel.Portions, 1, 0, "sum");
            else
            {
                writer.Line("V sum = V.Zero;");
                writer.Open($"for (nint i = j; i < end; i += {stride})");
                writer.Line("sum = VN.FusedMultiplyAdd(*(V*)(x + i), *(V*)(x + i), sum);");
                writer.Close();
            }
            writer.Line($"V fresh = sum * VN.Create({ColumnWriter.InverseRowsOf(kernel.X.PerSample)} * {Literal.Float(1f - kernel.Momentum)});");
            writer.Line($"*(V*)(v + j) = VN.FusedMultiplyAdd(VN.Create({momentum}), *(V*)(v + j), fresh);");
            writer.Close();
            writer.Line("c.Barrier();");
            writer.Line("V largest = V.Zero;");
            writer.Open($"for (int j = 0; j < {padded}; j += {lanes})").Line("largest = VN.MaxNative(largest, *(V*)(v + j));").Close();
            writer.Line($"V floor = VN.Create({Literal.Float(kernel.Epsilon)} * (VectorMath.Max(largest) + 1e-6f));");
            writer.Line($"V correction = VN.Create((float)(1.0 / (1.0 - double.Pow({momentum}, c.Step + 1))));");
            Divide();
        }

        void SquaresOf(Buffer portions)
        {
            writer.Open("if (c.Training)");
            PortionWriter.Open(writer, instructions, kernel.X, portions.Rows);
            PortionWriter.Sums(writer, kernel.X, ["sum"], static (at, row) => [$"sum{row} = VN.FusedMultiplyAdd(*(V*)(x + {at}), *(V*)(x + {at}), sum{row});"]);
            writer.Line($"*(V*)({PortionWriter.Place(portions, 1, 0)}) = sum;");
            PortionWriter.Close(writer);
            writer.Line("c.Barrier();");
            writer.Close();
        }

        void Divide()
        {
            bool cut = kernel.Portions is not null;
            if (kernel.Portions is { } portions)
                PortionWriter.Open(writer, instructions, kernel.X, portions.Rows);
            else
                writer.Open($"for (int j = first * {lanes}; j < last * {lanes}; j += {lanes})");
            writer.Line("V factor = V.One / VN.Sqrt(VN.FusedMultiplyAdd(*(V*)(v + j), correction, floor));");
            if (cut)
                writer.Line("if (portion == 0)").Indent();
            writer.Line("*(V*)(scale + j) = factor;");
            if (cut)
                writer.Unindent();
            writer.Open($"for (nint i = {(cut ? "begin" : "j")}; i < end; i += {stride})").Line("*(V*)(y + i) = *(V*)(x + i) * factor;").Close();
            if (cut)
                PortionWriter.Close(writer);
            else
                writer.Close();
        }
    }
}
