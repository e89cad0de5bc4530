using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The copy of a Gram that is about to be factored.</summary>
static class KeepGramTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, KeepGram kernel, Func<Buffer, string> address)
    {
        int order = kernel.Average.Columns;
        bool bordered = kernel.Border is not null;
        string n = Literal.Number(order), stride = Literal.Number(kernel.Average.Stride);
        string name = library.Method($"KeepGram {n} {stride} {bordered}", "KeepGram" + n, (writer, name) =>
        {
            writer.Line($"// factored[{n}, {n}] = average{(bordered ? ", the border likewise" : "")}, where its drift will be measured.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* average, float* factored, {(bordered ? "float* border, float* factoredBorder, " : "")}"
                + "LayerCurvatureState* layer, in KernelContext context)");
            writer.Line("if (layer->FactorDrift == 0f)");
            writer.Indent().Line("return;").Unindent();
            writer.Line($"context.Split({n}, out int first, out int last);");
            writer.Open("for (nint row = first; row < last; row++)");
            writer.Line($"new ReadOnlySpan<float>(average + row * {stride}, {n}).CopyTo(new Span<float>(factored + row * {stride}, {n}));");
            if (bordered)
                writer.Line("factoredBorder[row] = border[row];");
            writer.Close();
            writer.Close();
        });
        return $"{name}({address(kernel.Average)}, {address(kernel.Factored)}, "
            + (bordered ? $"{address(kernel.Border!)}, {address(kernel.FactoredBorder!)}, " : "") + $"{KernelMethod.Layer(kernel)}, in c);";
    }
}
