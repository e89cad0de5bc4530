using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Softmax cross-entropy, its residual and the count of right answers, one row at a time.</summary>
static class SoftmaxLossTemplate
{
    internal static string Call(KernelLibrary library, SoftmaxLoss kernel, Func<Buffer, string> address)
    {
        string classes = Literal.Number(kernel.Logits.Columns), stride = Literal.Number(kernel.Logits.Stride);
        return KernelMethod.Call(library, $"softmaxloss|{classes}|{stride}|{Literal.Number(kernel.RowLosses.Stride)}", $"SoftmaxLoss{classes}",
            $"losses[rows] = log Σ exp(z) - z[label]; dz[rows, {classes}] = softmax(z) - one-hot(label)",
            ["z", "labels", "dz", "losses"],
            [address(kernel.Logits), address(kernel.Labels), address(kernel.Residual), address(kernel.RowLosses)], writer =>
            {
                ColumnWriter.OpenShareOfRows(writer);
                writer.Line($"float* from = z + r * {stride}, to = dz + r * {stride};");
                writer.Line("int label = ((int*)labels)[r];");
                SoftmaxWriter.Exponentials(writer, library.Instructions, kernel.Logits.Columns);
                writer.Line("losses[r] = VectorMath.Log(total) - (from[label] - highest);");
                writer.Line("// The first largest output is the answer, so that equal outputs do not all count as right.");
                writer.Line("int answer = 0;");
                writer.Line($"while (answer < {Literal.Number(kernel.Logits.Columns - 1)} && from[answer] != highest)").Indent().Line("answer++;").Unindent();
                writer.Line($"losses[{Literal.Number(kernel.RowLosses.Stride)} + r] = answer == label ? 1f : 0f;");
                SoftmaxWriter.Normalise(writer, library.Instructions, kernel.Logits.Columns);
                writer.Line("to[label] -= 1f;");
                Partner(writer, kernel);
                writer.Close();
            });
    }

    /// <summary>What a second class of weight 1 - w makes of a row's loss, answer and residual.</summary>
    static void Partner(SourceWriter writer, SoftmaxLoss kernel)
    {
        writer.Line("// Of mixed labels: w L(label) + (1 - w) L(partner), and the answer of the larger weight.");
        writer.Line("float other = c.Weights == null ? 0f : 1f - c.Weights[r];");
        writer.Open("if (other != 0f)");
        writer.Line("int partner = c.Partners[r];");
        writer.Line("losses[r] += other * (from[label] - from[partner]);");
        writer.Line("if (other > 0.5f)").Indent().Line($"losses[{Literal.Number(kernel.RowLosses.Stride)} + r] = answer == partner ? 1f : 0f;").Unindent();
        writer.Line("to[label] += other;");
        writer.Line("to[partner] -= other;");
        writer.Close();
    }
}
