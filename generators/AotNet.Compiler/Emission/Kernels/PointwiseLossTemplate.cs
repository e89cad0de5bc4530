using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>Objectives that are means over outputs: loss, residual and right answers, one row at a time.</summary>
static class PointwiseLossTemplate
{
    internal static string Call(KernelLibrary library, PointwiseLoss kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.Output.Columns), stride = Literal.Number(kernel.Output.Stride);
        string loss = string.Format(Literal.Culture, kernel.Loss, "y", "t"), gradient = string.Format(Literal.Culture, kernel.Gradient, "y", "t");
        return KernelMethod.Call(library, $"pointwise|{loss}|{columns}|{stride}|{Literal.Number(kernel.RowLosses.Stride)}", $"Loss{columns}",
            $"losses[rows] = mean over {columns} outputs of {loss}; dz its derivative",
            ["z", "targets", "dz", "losses"],
            [address(kernel.Output), address(kernel.Targets), address(kernel.Residual), address(kernel.RowLosses)], writer =>
            {
                string inverse = Literal.Float(1f / kernel.Output.Columns);
                ColumnWriter.OpenShareOfRows(writer);
                writer.Line($"nint row = r * {stride};");
                writer.Line("V sum = V.Zero, right = V.Zero;");
                ColumnWriter.Columns(writer, library.Instructions, kernel.Output.Columns, mask =>
                {
                    writer.Line("V y = *(V*)(z + row + j), t = *(V*)(targets + row + j);");
                    writer.Line($"sum += {ColumnWriter.Masked(mask, loss)};");
                    writer.Line($"*(V*)(dz + row + j) = {ColumnWriter.Masked(mask, $"({gradient}) * VN.Create({inverse})")};");
                    if (kernel.CountsCorrect)
                    {
                        writer.Line("V differs = VN.GreaterThan(y, V.Zero) ^ VN.GreaterThan(t, VN.Create(0.5f));");
                        writer.Line($"right += {ColumnWriter.Masked(mask, "VN.ConditionalSelect(differs, V.Zero, V.One)")};");
                    }
                });
                writer.Line($"losses[r] = VectorMath.Sum(sum) * {inverse};");
                writer.Line($"losses[{Literal.Number(kernel.RowLosses.Stride)} + r] = VectorMath.Sum(right);");
                writer.Close();
            });
    }
}
