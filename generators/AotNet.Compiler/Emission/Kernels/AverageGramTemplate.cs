using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The running average of a Gram matrix, a row at a time.</summary>
static class AverageGramTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, AverageGram kernel, Func<Buffer, string> address)
    {
        int order = kernel.Gram.Columns, from = kernel.Gram.Stride, to = kernel.Average.Stride, lanes = library.Instructions.Lanes;
        bool bordered = kernel.Border is not null;
        string n = Literal.Number(order), border = bordered ? "float* border, float* borderAverage, " : "";
        string name = library.Method($"AverageGram {n} {from} {to} {bordered}", "AverageGram" + n, (writer, name) =>
        {
            writer.Line($"// average[{n}, {n}] = past average + present gram / rows from the diagonal rightwards, zeros below it{(bordered ? ", the border likewise" : "")}.");
            writer.Line("// Where the past has no weight it is not read: what it holds may not be finite.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* gram, float* average, {border}LayerCurvatureState* layer, in KernelContext context)");
            writer.Line("V past = VN.Create(layer->GramPast), present = VN.Create((1f - layer->GramPast) * context.InverseRows);");
            writer.Line("bool starts = layer->GramPast == 0f;");
            writer.Open($"for (int row = context.Worker; row < {n}; row += context.Workers)");
            writer.Line($"float* from = gram + (nint)row * {Literal.Number(from)}, to = average + (nint)row * {Literal.Number(to)};");
            writer.Line($"for (int column = row & ~15; column < {n}; column += {Literal.Number(lanes)})");
            writer.Indent().Line("*(V*)(to + column) = (starts ? V.Zero : *(V*)(to + column) * past) + *(V*)(from + column) * present;").Unindent();
            writer.Line("new Span<float>(to + (row & ~15), row & 15).Clear(); // tiles of the Gram may have left these out");
            if (bordered)
                writer.Line("borderAverage[row] = (starts ? 0f : borderAverage[row] * layer->GramPast) + border[row] * (1f - layer->GramPast);");
            writer.Close();
            writer.Close();
        });
        return $"{name}({address(kernel.Gram)}, {address(kernel.Average)}, "
            + (bordered ? $"{address(kernel.Border!)}, {address(kernel.BorderAverage!)}, " : "") + $"{KernelMethod.Layer(kernel)}, in c);";
    }
}
