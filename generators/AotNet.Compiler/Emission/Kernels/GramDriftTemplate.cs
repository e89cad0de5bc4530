using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// How far an averaged Gram has moved since it was factored. Sums of a row are worked out by one worker in one order, and
/// added in the order of rows: the decision depends neither on the workers nor on the instruction set.
/// </summary>
static class GramDriftTemplate
{
    /// <summary>Columns taken at once: a row starts at the block that holds its element on the diagonal.</summary>
    const int Block = RowBlockTemplate.Order;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, GramDrift kernel, Func<Buffer, string> address)
    {
        int order = kernel.Average.Columns, stride = kernel.Average.Stride;
        bool bordered = kernel.Border is not null;
        string name = library.Method($"GramDrift {order} {stride} {kernel.Sums.Stride} {bordered}", "GramDrift" + Literal.Number(order),
            (writer, name) => Write(library.Instructions, writer, name, order, stride, kernel.Sums.Stride, bordered));
        return $"{name}({address(kernel.Average)}, {address(kernel.Factored)}, "
            + (bordered ? $"{address(kernel.Border!)}, {address(kernel.FactoredBorder!)}, " : "") + $"{address(kernel.Sums)}, {KernelMethod.Layer(kernel)}, in c);";
    }

    static void Write(InstructionSet instructions, SourceWriter writer, string name, int order, int stride, int sumsStride, bool bordered)
    {
        string n = Literal.Number(order), norms = Literal.Number(sumsStride);
        writer.Line($"// The factors of the layer are renewed if ‖average - factored‖ > drift ‖factored‖, symmetric of order {n}{(bordered ? " with a border" : "")}.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* average, float* factored, {(bordered ? "float* border, float* factoredBorder, " : "")}float* sums, "
            + "LayerCurvatureState* layer, in KernelContext context)");
        writer.Line("if (layer->FactorDrift == 0f)");
        writer.Indent().Line("return; // they are renewed at an interval").Unindent();
        writer.Open($"for (int row = context.Worker; row < {n}; row += context.Workers)");
        writer.Line($"float* now = average + (nint)row * {Literal.Number(stride)}, before = factored + (nint)row * {Literal.Number(stride)};");
        writer.Line($"int start = row & ~{Literal.Number(Block - 1)};");
        Sums(instructions, writer, order, norms);
        if (bordered)
        {
            writer.Open("if (layer->DecorrelateBias)");
            writer.Line("float borderMoved = border[row] - factoredBorder[row];");
            writer.Line("sums[row] += 2f * borderMoved * borderMoved;");
            writer.Line($"sums[{norms} + row] += 2f * factoredBorder[row] * factoredBorder[row];");
            writer.Close();
        }
        writer.Close();
        writer.Line("context.Barrier();");
        writer.Open("if (context.Worker == 0)");
        writer.Line($"double moved = 0, norm = {(bordered ? "layer->DecorrelateBias ? 1 : 0" : "0")};");
        writer.Open($"for (int row = 0; row < {n}; row++)");
        writer.Line("moved += sums[row];").Line($"norm += sums[{norms} + row];");
        writer.Close();
        writer.Line("if (!(moved <= (double)layer->FactorDrift * layer->FactorDrift * norm))");
        writer.Indent().Line("layer->RenewsFactor = true;").Unindent();
        writer.Close();
        writer.Close();
    }

    /// <summary>What is right of the diagonal counts twice, for itself and for its mirror image; what is below it is zero.</summary>
    static void Sums(InstructionSet instructions, SourceWriter writer, int order, string norms)
    {
        int[] parts = [.. Enumerable.Range(0, Block / instructions.Lanes)];
        string Each(string format) => string.Join(" ", parts.Select(part => string.Format(Literal.Culture, format, part, part * instructions.Lanes)));
        string Total(string sum) => string.Join(" + ", parts.Select(part => sum + Literal.Number(part)));

        writer.Line(Each("V moved{0} = V.Zero, norm{0} = V.Zero;"));
        writer.Open($"for (int column = start; column < {Literal.Number(Buffer.RoundUp(order, Block))}; column += {Literal.Number(Block)})");
        writer.Line(Each("V old{0} = *(V*)(before + column + {1}), d{0} = *(V*)(now + column + {1}) - old{0};"));
        writer.Line(Each("moved{0} = VN.FusedMultiplyAdd(d{0}, d{0}, moved{0}); norm{0} = VN.FusedMultiplyAdd(old{0}, old{0}, norm{0});"));
        writer.Close();
        writer.Line("float pivot = before[row], pivotMoved = now[row] - pivot;");
        writer.Line($"sums[row] = 2f * VectorMath.Sum({Total("moved")}) - pivotMoved * pivotMoved;");
        writer.Line($"sums[{norms} + row] = 2f * VectorMath.Sum({Total("norm")}) - pivot * pivot;");
    }
}
