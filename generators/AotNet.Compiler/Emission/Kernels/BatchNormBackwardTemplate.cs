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
        return KernelMethod.Call(library, $"batchnormbackward|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{kernel.DX is null}|{Literal.Number(kernel.Statistics.Stride)}",
            $"BatchNormBackward{columns}",
            $"dgain[{columns}] = mean(dy x̂), dshift = mean(dy){(kernel.DX is null ? "" : $", dx[rows, {columns}] = gain / root (dy - dshift - x̂ dgain)")}",
            parameters, arguments.Select(address), writer => Body(writer, library.Instructions, kernel, stride));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, BatchNormBackward kernel, string stride)
    {
        writer.Line($"nint end = (nint)c.Rows * {Literal.Number((long)kernel.X.PerSample * kernel.X.Stride)};");
        ColumnWriter.OpenShareOfColumns(writer, instructions, kernel.X.Columns);
        writer.Line($"V centre = *(V*)(statistics + j), factor = *(V*)(statistics + {Literal.Number(kernel.Statistics.Stride)} + j);");
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
        {
            writer.Line("V scale = factor * *(V*)(gain + j);");
            writer.Open($"for (nint i = j; i < end; i += {stride})");
            writer.Line("*(V*)(dx + i) = scale * (*(V*)(dy + i) - mean - (*(V*)(x + i) - centre) * factor * projection);").Close();
        }
        writer.Close();
    }
}
