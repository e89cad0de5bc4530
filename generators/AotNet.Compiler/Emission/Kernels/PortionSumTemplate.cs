using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Sums over portions of the samples, in their order, divided by the samples; rows are split among workers.</summary>
static class PortionSumTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, PortionSum kernel, Func<Buffer, string> address)
    {
        int rows = kernel.Target.Rows, count = kernel.Portions.Rows / rows;
        string stride = Literal.Number(kernel.Target.Stride), columns = Literal.Number(Buffer.RoundUp(kernel.Target.Columns, 16));
        return KernelMethod.Call(library, $"portions|{Literal.Number(rows)}|{columns}|{stride}|{Literal.Number(count)}", $"PortionSum{Literal.Number(rows)}x{columns}",
            $"y[{Literal.Number(rows)}, {columns}] = the sum of {Literal.Number(count)} such matrices / rows of the call",
            ["portions", "y"], [address(kernel.Portions), address(kernel.Target)], writer =>
            {
                writer.Line($"c.Split({Literal.Number(rows)}, out int first, out int last);");
                writer.Open("for (nint r = first; r < last; r++)");
                writer.Open($"for (int j = 0; j < {columns}; j += {Literal.Number(library.Instructions.Lanes)})");
                writer.Line($"float* source = portions + r * {stride} + j;");
                writer.Line("V sum = *(V*)source;");
                writer.Line($"for (int portion = 1; portion < {Literal.Number(count)}; portion++)");
                writer.Indent().Line($"sum += *(V*)(source + portion * {Literal.Number(rows * kernel.Target.Stride)});").Unindent();
                writer.Line($"*(V*)(y + r * {stride} + j) = sum * VN.Create(c.InverseRows);");
                writer.Close().Close();
            });
    }
}
