using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// A dense layer of one row, whose weights are shared by rows: each portion of the inputs gives sums of its own, which are
/// added in one order whatever workers made them.
/// </summary>
static class RowProductTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, RowProduct kernel, Func<Buffer, string> address)
    {
        Buffer weight = kernel.Weight, portions = kernel.Portions;
        TileEpilogue? epilogue = TileEpilogue.Of(kernel.Epilogue);
        int count = portions.Rows, height = (weight.Rows + count - 1) / count, columns = Buffer.RoundUp(weight.Columns, 16);
        string inputs = Literal.Number(weight.Rows), size = $"{inputs}x{Literal.Number(columns)}";
        // Memory is asked for as far ahead as all the weights deserve.
        var part = new ProductShape(1, 1, null, weight.Rows, columns, height, false, weight.Stride, portions.Stride, TileStart.Zero, false, false);
        return KernelMethod.Call(library,
            $"rowproduct|{size}|{Literal.Number(weight.Stride)}|{Literal.Number(portions.Stride)}|{Literal.Number(count)}|{kernel.Bias is null}|{epilogue}",
            $"RowProduct{size}",
            $"y[{Literal.Number(columns)}] = x[{inputs}] w[{inputs}, {Literal.Number(columns)}]{(kernel.Bias is null ? "" : " + bias")}{TileEpilogue.Then(epilogue)}, "
            + $"as the sum of {Literal.Number(count)} portions of {Literal.Number(height)} inputs.",
            [("x", kernel.X), ("w", weight), ("bias", kernel.Bias), ("portions", portions), ("y", kernel.Target), .. TileEpilogue.Parameters(kernel.Epilogue)],
            address, writer =>
            {
                writer.Line("KernelContext alone = c.OfRows(1);");
                writer.Open();
                writer.Line($"c.Split({Literal.Number(count)}, out int portion, out int endPortion);");
                writer.Open("for (; portion < endPortion; portion++)");
                writer.Line($"int row = {Literal.Number(height)} * portion;");
                writer.Line(MatrixProductTemplate.Call(library, part, "x + row", $"w + (nint)row * {Literal.Number(weight.Stride)}",
                    $"portions + portion * {Literal.Number(portions.Stride)}", "", "", $"int.Min({Literal.Number(height)}, {inputs} - row)", "alone"));
                writer.Close().Close();
                writer.Line("c.Barrier();");
                ColumnWriter.OpenShareOfColumns(writer, library.Instructions, weight.Columns);
                PortionWriter.Total(writer, portions, 1, 0, "sum");
                if (kernel.Bias is not null)
                    writer.Line("sum += *(V*)(bias + j);");
                TileEpilogue.Finish(writer, epilogue, "y", "j");
                writer.Close();
            });
    }
}
