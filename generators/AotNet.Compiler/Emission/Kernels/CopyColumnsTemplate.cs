using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>Copies of column ranges: the parts of a concatenation and of its residual, the columns of a group.</summary>
static class CopyColumnsTemplate
{
    internal static string Call(KernelLibrary library, CopyColumns kernel, Func<Buffer, string> address)
    {
        string count = Literal.Number(kernel.Count), lanes = Literal.Number(library.Instructions.Lanes);
        int end = kernel.TargetColumn + kernel.Count;
        string rows = kernel.FixedRows > 0 ? Literal.Number(kernel.FixedRows) : ColumnWriter.RowsOf(kernel.Target.PerSample);
        string key = $"copy|{count}|{Literal.Number(kernel.Source.Stride)}|{Literal.Number(kernel.Target.Stride)}|{Literal.Number(end)}|{Literal.Number(kernel.PadsTo)}|{rows}";
        return KernelMethod.Call(library, key, $"Copy{count}",
            $"y[rows, {count} of {Literal.Number(kernel.Target.Columns)}] = x[rows, {count} of {Literal.Number(kernel.Source.Columns)}]",
            ["x", "y"], [Offset(address(kernel.Source), kernel.SourceColumn), Offset(address(kernel.Target), kernel.TargetColumn)], writer =>
            {
                writer.Line($"c.Split({rows}, out int first, out int last);");
                writer.Open("for (nint r = first; r < last; r++)");
                writer.Line($"float* from = x + r * {Literal.Number(kernel.Source.Stride)};");
                writer.Line($"float* to = y + r * {Literal.Number(kernel.Target.Stride)};");
                writer.Line("nint j = 0;");
                writer.Open($"for (; j + {lanes} <= {count}; j += {lanes})").Line("*(V*)(to + j) = *(V*)(from + j);").Close();
                writer.Open($"for (; j < {count}; j++)").Line("to[j] = from[j];").Close();
                if (kernel.PadsTo > end)
                    writer.Open($"for (; j < {Literal.Number(kernel.PadsTo - kernel.TargetColumn)}; j++)").Line("to[j] = 0f;").Close();
                writer.Close();
            });
    }

    static string Offset(string address, int column) => column == 0 ? address : $"{address} + {Literal.Number(column)}";
}
