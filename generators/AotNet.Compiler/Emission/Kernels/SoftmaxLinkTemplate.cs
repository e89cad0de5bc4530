using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>Softmax, one row at a time.</summary>
static class SoftmaxLinkTemplate
{
    internal static string Call(KernelLibrary library, SoftmaxLink kernel, Func<Buffer, string> address)
    {
        string classes = Literal.Number(kernel.Logits.Columns), stride = Literal.Number(kernel.Logits.Stride);
        return KernelMethod.Call(library, $"softmax|{classes}|{stride}", $"Softmax{classes}", $"p[rows, {classes}] = softmax(z)",
            ["z", "p"], [address(kernel.Logits), address(kernel.Probabilities)], writer =>
            {
                ColumnWriter.OpenShareOfRows(writer);
                writer.Line($"float* from = z + r * {stride}, to = p + r * {stride};");
                SoftmaxWriter.Exponentials(writer, library.Instructions, kernel.Logits.Columns);
                SoftmaxWriter.Normalise(writer, library.Instructions, kernel.Logits.Columns);
                writer.Close();
            });
    }
}

/// <summary>The steps that softmax and its loss share; rows <c>from</c> and <c>to</c>.</summary>
static class SoftmaxWriter
{
    /// <summary>to = exp(from - highest), and their <c>total</c>.</summary>
    internal static void Exponentials(SourceWriter writer, InstructionSet instructions, int classes)
    {
        writer.Line("V top = VN.Create(float.NegativeInfinity);");
        ColumnWriter.Columns(writer, instructions, classes, mask => writer.Line(
            $"top = VN.MaxNative(top, {ColumnWriter.Masked(mask, "*(V*)(from + j)", "VN.Create(float.NegativeInfinity)")});"));
        writer.Line("float highest = VectorMath.Max(top);");
        writer.Line("V shift = VN.Create(highest), sum = V.Zero;");
        ColumnWriter.Columns(writer, instructions, classes, mask =>
        {
            writer.Line($"V e = {ColumnWriter.Masked(mask, "VectorMath.Exp(*(V*)(from + j) - shift)")};");
            writer.Line("*(V*)(to + j) = e;");
            writer.Line("sum += e;");
        });
        writer.Line("float total = VectorMath.Sum(sum);");
    }

    /// <summary>to /= total.</summary>
    internal static void Normalise(SourceWriter writer, InstructionSet instructions, int classes)
    {
        writer.Line("V inverse = VN.Create(1f / total);");
        ColumnWriter.Columns(writer, instructions, classes, _ => writer.Line("*(V*)(to + j) *= inverse;"));
    }
}
