using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>dx = gain / root (dy - mean(dy) - x̂ mean(dy x̂)), means over the rows; dgain and dshift are those means.</summary>
static class BatchNormBackwardTemplate
{
    internal static string Call(KernelLibrary library, BatchNormBackward kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        return KernelMethod.Call(library, $"batchnormbackward|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{Literal.Number(kernel.Portions?.Rows ?? 0)}|{kernel.DX is null}|{Literal.Number(kernel.Statistics.Stride)}",
            $"BatchNormBackward{columns}",
            $"dgain[{columns}] = mean(dy x̂), dshift = mean(dy){(kernel.DX is null ? "" : $", dx[rows, {columns}] = gain / root (dy - dshift - x̂ dgain)")}",
            [("dy", kernel.DY), ("x", kernel.X), ("gain", kernel.Gain), ("statistics", kernel.Statistics), ("dgain", kernel.DGain),
                ("dshift", kernel.DShift), ("dx", kernel.DX), ("portions", kernel.Portions)], address, writer => new Body(library.Instructions, kernel, writer).Write());
    }

    /// <summary>Writes the method's statements.</summary>
    sealed class Body(InstructionSet instructions, BatchNormBackward kernel, SourceWriter writer)
    {
        readonly string stride = Literal.Number(kernel.X.Stride);

        internal void Write()
        {
            if (kernel.Portions is { } portions)
                InPortions(portions);
            else
                InColumns();
        }

        void InColumns()
        {
            writer.Line($"nint end = (nint)c.Rows * {Literal.Number((long)kernel.X.PerSample * kernel.X.Stride)};");
            ColumnWriter.OpenShareOfColumns(writer, instructions, kernel.X.Columns);
            Statistics();
            writer.Line("V sum = V.Zero, total = V.Zero;");
            writer.Open($"for (nint i = j; i < end; i += {stride})");
            writer.Line("sum = VN.FusedMultiplyAdd(*(V*)(dy + i), (*(V*)(x + i) - centre) * factor, sum);");
            writer.Line("total += *(V*)(dy + i);");
            writer.Close();
            // Gradients are means over the samples and sums over the positions, what is subtracted a mean over both.
            string inverse = ColumnWriter.InverseRowsOf(kernel.X.PerSample);
            bool positions = kernel.X.PerSample > 1;
            writer.Line($"V projection = sum * VN.Create({inverse}), mean = total * VN.Create({inverse});");
            writer.Line($"*(V*)(dgain + j) = {(positions ? "sum * VN.Create(c.InverseRows)" : "projection")};");
            writer.Line($"*(V*)(dshift + j) = {(positions ? "total * VN.Create(c.InverseRows)" : "mean")};");
            if (kernel.DX is not null)
                Residual("j");
            writer.Close();
        }

        void InPortions(Buffer portions)
        {
            PortionWriter.Gradients(writer, instructions, kernel.X, portions, [("sum", "dgain"), ("total", "dshift")], () =>
            {
                Statistics();
                PortionWriter.Sums(writer, kernel.X, ["sum", "total"], static (at, row) =>
                    [$"sum{row} = VN.FusedMultiplyAdd(*(V*)(dy + {at}), (*(V*)(x + {at}) - centre) * factor, sum{row});", $"total{row} += *(V*)(dy + {at});"]);
            });
            if (kernel.DX is null)
                return;
            writer.Line("c.Barrier();");
            PortionWriter.Open(writer, instructions, kernel.X, portions.Rows / 2);
            Statistics();
            writer.Line("// The gradients are means over the samples, what is subtracted a mean over their positions too.");
            string share = $"VN.Create({Literal.Float((float)(1.0 / kernel.X.PerSample))})";
            writer.Line($"V projection = *(V*)(dgain + j) * {share}, mean = *(V*)(dshift + j) * {share};");
            Residual("begin");
            PortionWriter.Close(writer);
        }

        void Statistics() =>
            writer.Line($"V centre = *(V*)(statistics + j), factor = *(V*)(statistics + {Literal.Number(kernel.Statistics.Stride)} + j);");

        void Residual(string from)
        {
            writer.Line("V scale = factor * *(V*)(gain + j);");
            writer.Open($"for (nint i = {from}; i < end; i += {stride})");
            writer.Line("*(V*)(dx + i) = scale * (*(V*)(dy + i) - mean - (*(V*)(x + i) - centre) * factor * projection);").Close();
        }
    }
}
