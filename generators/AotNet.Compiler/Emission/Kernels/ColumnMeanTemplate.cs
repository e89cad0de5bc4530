using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Mean of each column over the rows of the call, sum over the positions of each; columns are split among workers, or portions of the rows.</summary>
static class ColumnMeanTemplate
{
    /// <summary>Widest panel in vectors: sums enough to hide the latency of an addition.</summary>
    const int PanelVectors = 8;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, ColumnMean kernel, Func<Buffer, string> address)
    {
        int columns = Buffer.RoundUp(kernel.Source.Columns, 16), stride = kernel.Source.Stride;
        if (kernel.Portions > 1)
            return PortionCall(library, kernel, address);
        string name = library.Method($"ColumnMean {columns}/{stride}", "ColumnMean" + Literal.Number(columns),
            (writer, name) => Write(library, writer, name, columns, stride));
        return $"{name}({address(kernel.Source)}, {address(kernel.Target)}, {kernel.Source.RowsOf("rows")}, in c);";
    }

    static string PortionCall(KernelLibrary library, ColumnMean kernel, Func<Buffer, string> address)
    {
        Buffer source = kernel.Source;
        string columns = Literal.Number(source.Columns), portions = Literal.Number(kernel.Portions);
        return KernelMethod.Call(library, $"columnsums|{columns}|{Literal.Number(source.Stride)}|{Literal.Number(source.PerSample)}|{portions}|{Literal.Number(kernel.Target.Stride)}",
            $"ColumnSum{columns}", $"sums[{portions}, {columns}] = sums over the rows of {portions} portions of x[rows, {columns}]", ["x", "sums"],
            [address(source), address(kernel.Target)], writer =>
            {
                PortionWriter.Open(writer, library.Instructions, source, kernel.Portions);
                PortionWriter.Sums(writer, source, ["sum"], static (at, row) => [$"sum{row} += *(V*)(x + {at});"]);
                writer.Line($"*(V*)(sums + portion * {Literal.Number(kernel.Target.Stride)} + j) = sum;");
                PortionWriter.Close(writer);
            });
    }

    static void Write(KernelLibrary library, SourceWriter writer, string name, int columns, int stride)
    {
        int lanes = library.Instructions.Lanes;
        writer.Line($"// means[{columns}] = mean over the rows of x[rows, {columns}], rows {stride} floats apart.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* x, float* means, int rows, in KernelContext context)");
        foreach (PanelGroup group in PanelSplit.Cut(columns / lanes, PanelVectors))
        {
            IEnumerable<int> vectors = Enumerable.Range(0, group.Vectors);
            writer.Open();
            writer.Line($"context.Split({Literal.Number(group.Count)}, out int first, out int last);");
            writer.Open("for (int panel = first; panel < last; panel++)");
            writer.Line($"int column = {Literal.Number(group.Vectors * lanes)} * panel + {Literal.Number(group.First * lanes)};");
            writer.Line("float* source = x + column;");
            writer.Line("V " + string.Join(", ", vectors.Select(v => $"s{v} = V.Zero")) + ";");
            writer.Open("for (int row = 0; row < rows; row++)");
            writer.Line(string.Join(" ", vectors.Select(v => $"s{v} += {TileTemplate.Load("source", v * lanes)};")));
            writer.Line($"source += {Literal.Number(stride)};");
            writer.Close();
            writer.Line("V inverse = VN.Create(context.InverseRows);");
            writer.Line("float* target = means + column;");
            writer.Line(string.Join(" ", vectors.Select(v => $"{TileTemplate.Load("target", v * lanes)} = s{v} * inverse;")));
            writer.Close();
            writer.Close();
        }
        writer.Close();
    }
}
