using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>dx = (g - mean(g) - x̂ mean(g x̂)) / root with g = dy gain; without centring the middle term is absent.</summary>
static class RowNormBackwardTemplate
{
    internal static string Call(KernelLibrary library, RowNormBackward kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        return KernelMethod.Call(library, $"rownormbackward|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{kernel.Centres}|{Literal.Number(kernel.Statistics.Stride)}",
            $"RowNormBackward{columns}",
            $"dx[rows, {columns}] = (g - {(kernel.Centres ? "mean(g) - " : "")}x̂ mean(g x̂)) / root, g = dy * gain",
            ["dy", "x", "gain", "statistics", "dx"],
            [address(kernel.DY), address(kernel.X), address(kernel.Gain), address(kernel.Statistics), address(kernel.DX)],
            writer => Body(writer, library.Instructions, kernel, stride));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, RowNormBackward kernel, string stride)
    {
        int columns = kernel.X.Columns;
        string inverse = Literal.Float(1f / columns);
        ColumnWriter.OpenShareOfRows(writer, kernel.X.PerSample);
        writer.Line($"nint row = r * {stride};");
        writer.Line("V centre = VN.Create(statistics[r]);");
        writer.Line($"V scale = VN.Create(statistics[{Literal.Number(kernel.Statistics.Stride)} + r]);");
        writer.Line("V sum = V.Zero, total = V.Zero;");
        ColumnWriter.Columns(writer, instructions, columns, _ =>
        {
            writer.Line("V g = *(V*)(dy + row + j) * *(V*)(gain + j);");
            writer.Line("sum = VN.FusedMultiplyAdd(g, (*(V*)(x + row + j) - centre) * scale, sum);");
            writer.Line("total += g;");
        });
        writer.Line($"V projection = VN.Create(VectorMath.Sum(sum) * {inverse});");
        writer.Line(kernel.Centres ? $"V mean = VN.Create(VectorMath.Sum(total) * {inverse});" : "V mean = V.Zero;");
        ColumnWriter.Columns(writer, instructions, columns, mask =>
        {
            writer.Line("V g = *(V*)(dy + row + j) * *(V*)(gain + j);");
            writer.Line("V normalised = (*(V*)(x + row + j) - centre) * scale;");
            writer.Line($"*(V*)(dx + row + j) = {ColumnWriter.Masked(mask, "(g - mean - normalised * projection) * scale")};");
        });
        writer.Close();
    }
}
