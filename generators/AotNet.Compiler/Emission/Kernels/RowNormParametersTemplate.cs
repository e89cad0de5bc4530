using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>Gradients of a row norm's gain and shift: means over the rows of dy x̂ and dy.</summary>
static class RowNormParametersTemplate
{
    internal static string Call(KernelLibrary library, RowNormParameters kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        bool centres = kernel.DShift is not null;
        string[] parameters = centres ? ["dy", "x", "statistics", "dgain", "dshift"] : ["dy", "x", "statistics", "dgain"];
        IEnumerable<Buffer> arguments = [kernel.DY, kernel.X, kernel.Statistics, kernel.DGain];
        if (kernel.DShift is not null)
            arguments = arguments.Append(kernel.DShift);
        return KernelMethod.Call(library, $"rownormparameters|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{centres}|{Literal.Number(kernel.Statistics.Stride)}",
            $"RowNormParameters{columns}",
            $"dgain[{columns}] = mean over the rows of dy * x̂{(centres ? "; dshift = mean of dy" : "")}",
            parameters, arguments.Select(address), writer =>
            {
                ColumnWriter.OpenShareOfColumns(writer, library.Instructions, kernel.X.Columns);
                writer.Line("V sum = V.Zero, total = V.Zero;");
                writer.Open($"for (nint r = 0; r < {ColumnWriter.RowsOf(kernel.X.PerSample)}; r++)");
                writer.Line($"V d = *(V*)(dy + r * {stride} + j);");
                writer.Line($"V normalised = (*(V*)(x + r * {stride} + j) - VN.Create(statistics[r])) * VN.Create(statistics[{Literal.Number(kernel.Statistics.Stride)} + r]);");
                writer.Line("sum = VN.FusedMultiplyAdd(d, normalised, sum);");
                writer.Line("total += d;");
                writer.Close();
                writer.Line("*(V*)(dgain + j) = sum * VN.Create(c.InverseRows);");
                if (centres)
                    writer.Line("*(V*)(dshift + j) = total * VN.Create(c.InverseRows);");
                writer.Close();
            });
    }
}
