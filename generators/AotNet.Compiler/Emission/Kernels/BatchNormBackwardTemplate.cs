using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>dx = gain / root (dy - mean(dy) - x̂ mean(dy x̂)), means over the rows; dgain and dshift are those means.</summary>
static class BatchNormBackwardTemplate
{
    internal static string Call(KernelLibrary library, BatchNormBackward kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        List<string> parameters = ["dy", "x", "gain", "statistics", "dgain", "dshift"];
        List<Buffer> arguments = [kernel.DY, kernel.X, kernel.Gain, kernel.Statistics, kernel.DGain, kernel.DShift];
        if (kernel.DX is not null)
        {
            parameters.Add("dx");
            arguments.Add(kernel.DX);
        }
        if (kernel.Portions is { } portions)
        {
            parameters.Add("portions");
            arguments.Add(portions);
        }
        return KernelMethod.Call(library, $"batchnormbackward|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{Literal.Number(kernel.Portions?.Rows ?? 0)}|{kernel.DX is null}|{Literal.Number(kernel.Statistics.Stride)}",
            $"BatchNormBackward{columns}",
            $"dgain[{columns}] = mean(dy x̂), dshift = mean(dy){(kernel.DX is null ? "" : $", dx[rows, {columns}] = gain / root (dy - dshift - x̂ dgain)")}",
            parameters, arguments.Select(address), writer => new Body(library.Instructions, kernel, writer).Write());
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
            int count = portions.Rows / 2;
            PortionWriter.Open(writer, instructions, kernel.X, count);
            Statistics();
            PortionWriter.Sums(writer, kernel.X, ["sum", "total"], static (at, row) =>
                [$"sum{row} = VN.FusedMultiplyAdd(*(V*)(dy + {at}), (*(V*)(x + {at}) - centre) * factor, sum{row});", $"total{row} += *(V*)(dy + {at});"]);
            writer.Line($"*(V*)({PortionWriter.Place(portions, 2, 0)}) = sum;");
            writer.Line($"*(V*)({PortionWriter.Place(portions, 2, 1)}) = total;");
            PortionWriter.Close(writer);
            writer.Line("c.Barrier();");
            ColumnWriter.OpenShareOfColumns(writer, instructions, kernel.X.Columns);
            PortionWriter.Total(writer, portions, 2, 0, "sum");
            PortionWriter.Total(writer, portions, 2, 1, "total");
            writer.Line("*(V*)(dgain + j) = sum * VN.Create(c.InverseRows);");
            writer.Line("*(V*)(dshift + j) = total * VN.Create(c.InverseRows);");
            writer.Close();
            if (kernel.DX is null)
                return;
            writer.Line("c.Barrier();");
            PortionWriter.Open(writer, instructions, kernel.X, count);
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
