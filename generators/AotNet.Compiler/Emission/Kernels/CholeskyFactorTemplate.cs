using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Everything that distinguishes the code of a factorisation.</summary>
/// <param name="Order">Order without the border; null for an argument.</param>
/// <param name="Bordered">Whether the column means form a last row and column.</param>
/// <param name="Homogeneous">Whether the Gram gains 1 everywhere when biases are decorrelated.</param>
/// <param name="GramStride">Floats from row to row of the Gram.</param>
/// <param name="FactorStride">Floats from row to row of the factor.</param>
sealed record FactorShape(int? Order, bool Bordered, bool Homogeneous, int GramStride, int FactorStride)
{
    /// <summary>Whether the Gram is already divided by the number of rows.</summary>
    internal bool Averaged { get; init; }

    /// <summary>What the trace is divided by, without the bias; null for the order.</summary>
    internal int? TraceOrder { get; init; }

    /// <summary>Whether λ of zero is raised before it is used.</summary>
    internal bool DividesByDamping { get; init; }

    /// <summary>Positions of each row of the call that a Gram of samples counts apart.</summary>
    internal int PerSample { get; init; } = 1;

    /// <summary>The Gram of the other side of a two-sided curvature, in as far as its trace goes; null for one side.</summary>
    internal FactorShape? Other { get; init; }

    /// <summary>Everything that distinguishes the methods.</summary>
    internal string Key => $"{this} {Averaged} {TraceOrder} {PerSample} {DividesByDamping} {Other?.Key}";

    /// <summary>What a sum is multiplied by to be a mean.</summary>
    internal string InverseCount => PerSample == 1 ? "context.InverseRows" : $"context.InverseRows * {Literal.Float((float)(1.0 / PerSample))}";

    /// <summary>Order with the border, as an expression of <c>n</c>.</summary>
    internal string FullOrder => Order is { } order ? Literal.Number(order + (Bordered ? 1 : 0)) : Bordered ? "(n + 1)" : "n";

    /// <summary>Order rounded up to whole blocks, likewise.</summary>
    internal string PaddedOrder => Order is { } order
        ? Literal.Number(Buffer.RoundUp(order + (Bordered ? 1 : 0), RowBlockTemplate.Order)) : $"(({FullOrder} + 15) & ~15)";

    internal string N => Order is { } order ? Literal.Number(order) : "n";

    internal string Parameter => Order is null ? ", int n" : "";

    internal string Argument => Order is null ? ", n" : "";
}

/// <summary>
/// Cholesky factor UᵀU, upper triangle, row-major. 48 rows at a time subtract the terms of all rows above them in one pass
/// over those; then, 16 by 16, the terms of the rows among them. All workers factor the same 16 x 16 block on the diagonal
/// for themselves, which saves a wait, and solve their share of the columns right of it. Elements are computed by one
/// chain each, so the factor depends neither on the workers nor on the instruction set.
/// </summary>
static class CholeskyFactorTemplate
{
    /// <summary>Rows that take the terms of all rows above in one pass over them; a panel's width, so that the diagonal is one panel.</summary>
    const int BlockRows = RowBlockTemplate.PanelStrips * RowBlockTemplate.Order;

    /// <summary>Times that the damping is raised before decorrelation is given up for the step.</summary>
    const int MostRaises = 8;

    /// <summary>What a damping of zero is raised to.</summary>
    const string LeastRaised = "1e-6f";

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, CholeskyFactor kernel, Func<Buffer, string> address)
    {
        var shape = new FactorShape(kernel.Order.IsRows ? null : kernel.Order.Constant, kernel.Border is not null, kernel.Homogeneous,
            kernel.Gram.Stride, kernel.Factor.Stride)
        {
            Averaged = kernel.Averaged,
            TraceOrder = kernel.TraceOrder,
            PerSample = kernel.Gram.PerSample,
            DividesByDamping = kernel.DividesByDamping,
            Other = kernel.Other is { } other
                ? new FactorShape(other.Columns, kernel.OtherIsBordered, false, other.Stride, 0) { Averaged = kernel.Averaged } : null,
        };
        return Call(library, shape, address(kernel.Gram), kernel.Border is null ? "" : address(kernel.Border), address(kernel.Factor),
            address(kernel.Diagonal), kernel.Gram.RowsOf("rows"), KernelMethod.Layer(kernel), "c", kernel.Other is null ? "" : address(kernel.Other));
    }

    /// <summary>A call of the method of a factorisation.</summary>
    internal static string Call(KernelLibrary library, FactorShape shape, string gram, string border, string factor, string diagonal,
        string order, string layer, string context, string other = "")
    {
        string hint = "Cholesky" + (shape.Order is { } constant ? Literal.Number(constant + (shape.Bordered ? 1 : 0)) : "Rows");
        string name = library.Method(shape.Key, hint, (writer, name) => Write(library, writer, name, shape));
        return $"{name}({gram}, {(shape.Bordered ? border + ", " : "")}{(shape.Other is null ? "" : other + ", ")}{factor}, {diagonal}{(shape.Order is null ? ", " + order : "")}, {layer}, in {context});";
    }

    static void Write(KernelLibrary library, SourceWriter writer, string name, FactorShape shape)
    {
        string border = shape.Bordered ? "border, " : "";
        writer.Line($"// UᵀU = {Scaled(shape)} + λ I of order {shape.FullOrder}"
            + (shape.Bordered ? ", the last row and column from the border" : "") + "; U to factor, its blocks on the diagonal to diagonal.");
        writer.Line($"// A pivot that is not positive raises λ tenfold, {MostRaises} times at most; then U = I.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* gram, {(shape.Bordered ? "float* border, " : "")}{(shape.Other is null ? "" : "float* other, ")}float* factor, float* diagonal"
            + $"{shape.Parameter}, LayerCurvatureState* layer, in KernelContext context)");
        string mean = $"{TraceMethod(library, shape)}(gram{shape.Argument}, layer, in context)";
        if (shape.Other is { } other)
            writer.Line($"float damping = layer->ShareOfDamping({mean}, {TraceMethod(library, other)}(other, layer, in context));");
        else
            writer.Line($"float damping = layer->DampsByTrace ? layer->Damping * {mean} : layer->Damping;");
        if (shape.DividesByDamping)
            writer.Line($"damping = MathF.Max(damping, {LeastRaised}); // what is solved is divided by it");
        writer.Line("int raises = 0;");
        writer.Line($"{Prepare(library, shape)}(gram, {border}factor{shape.Argument}, damping, layer, in context);");
        writer.Line("context.Barrier();");
        // All workers see the same pivots, so all take the same turn here.
        writer.Open($"while (!{FactorMethod(library, shape)}(factor, diagonal{shape.Argument}, in context))");
        writer.Line("context.Barrier(); // none may still read the block that failed");
        writer.Open($"if (raises == {Literal.Number(MostRaises)})");
        writer.Line($"{Identity(library, shape)}(factor, diagonal{shape.Argument}, layer, in context);");
        writer.Line("return;");
        writer.Close();
        writer.Line("raises++;");
        writer.Line($"damping = MathF.Max(10f * damping, {LeastRaised});");
        writer.Line("if (context.Worker == 0)");
        writer.Indent().Line("layer->DampingRaised++;").Unindent();
        writer.Line($"{Prepare(library, shape)}(gram, {border}factor{shape.Argument}, damping, layer, in context);");
        writer.Line("context.Barrier();");
        writer.Close();
        writer.Line("if (context.Worker == 0)");
        writer.Indent().Line("layer->DampingInForce = damping; // what λ became").Unindent();
        writer.Close();
    }

    static string Scaled(FactorShape shape) =>
        shape.Averaged ? "gram" : (shape.Homogeneous ? "(gram + 1)" : "gram") + (shape.PerSample == 1 ? " / rows" : " / n");

    /// <summary>The trace over the order: what damping relative to it is multiplied by. Each worker adds up for itself, in one order.</summary>
    static string TraceMethod(KernelLibrary library, FactorShape shape) => library.Method($"Trace {shape.Order} {shape.GramStride} {shape.Bordered} {shape.Homogeneous} {shape.Averaged} {shape.TraceOrder} {shape.PerSample}", "MeanOfDiagonal", (writer, name) =>
    {
        bool bias = shape.Bordered || shape.Homogeneous;
        writer.Line($"// trace({Scaled(shape)}) / order{(bias ? ", the 1 of the bias included where it takes part" : "")}.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static float {name}(float* gram{shape.Parameter}, LayerCurvatureState* layer, in KernelContext context)");
        writer.Line("double sum = 0;");
        writer.Line($"for (int i = 0; i < {shape.N}; i++)");
        writer.Indent().Line($"sum += gram[(nint)i * {Literal.Number(shape.GramStride + 1)}];").Unindent();
        if (!shape.Averaged)
            writer.Line($"sum *= {shape.InverseCount};");
        if (bias)
            writer.Line("int bias = layer->DecorrelateBias ? 1 : 0;");
        string order = shape.TraceOrder is { } inputs ? Literal.Number(inputs) : shape.N;
        writer.Line(bias ? $"return (float)((sum + bias) / ({order} + bias));" : $"return (float)(sum / {order});");
        writer.Close();
    });

    static string Prepare(KernelLibrary library, FactorShape shape) => library.Method("Prepare " + shape.Key, "DampGram", (writer, name) =>
    {
        int lanes = library.Instructions.Lanes;
        string one = shape.Homogeneous ? " + one" : "";
        writer.Line($"// factor = {Scaled(shape)} + λ I from the diagonal block rightwards, an identity beyond the order.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* gram, {(shape.Bordered ? "float* border, " : "")}float* factor{shape.Parameter}, float damping, LayerCurvatureState* layer, in KernelContext context)");
        if (!shape.Averaged)
            writer.Line($"V scale = VN.Create({shape.InverseCount});");
        if (shape.Homogeneous)
            writer.Line("V one = VN.Create(layer->DecorrelateBias ? 1f : 0f);");
        writer.Open($"for (int row = context.Worker; row < {shape.PaddedOrder}; row += context.Workers)");
        writer.Line($"float* to = factor + row * {Literal.Number(shape.FactorStride)};");
        writer.Line("int column = row & ~15;");
        writer.Open($"if (row < {shape.N})");
        writer.Line($"float* from = gram + row * {Literal.Number(shape.GramStride)};");
        writer.Line($"for (; column < {shape.N}; column += {Literal.Number(lanes)})");
        writer.Indent().Line($"*(V*)(to + column) = {(shape.Averaged ? "*(V*)(from + column)" : $"(*(V*)(from + column){one}) * scale")};").Unindent();
        writer.Line($"for (column = {shape.N}; column < {shape.PaddedOrder}; column++)");
        writer.Indent().Line("to[column] = 0f;").Unindent();
        writer.Line("to[row] += damping;");
        if (shape.Bordered)
            writer.Line($"to[{shape.N}] = layer->DecorrelateBias ? border[row] : 0f;");
        writer.Close();
        writer.Open("else");
        writer.Line($"for (; column < {shape.PaddedOrder}; column++)");
        writer.Indent().Line("to[column] = 0f;").Unindent();
        writer.Line("to[row] = " + (shape.Bordered ? $"row == {shape.N} && layer->DecorrelateBias ? 1f + damping : 1f;" : "1f;"));
        writer.Close();
        writer.Close();
        writer.Close();
    });

    static string Identity(KernelLibrary library, FactorShape shape) => library.Method("Identity " + shape, "IdentityFactor", (writer, name) =>
    {
        writer.Line("// factor = I, so that what it solves stays as it is.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* factor, float* diagonal{shape.Parameter}, LayerCurvatureState* layer, in KernelContext context)");
        writer.Open($"for (int row = context.Worker; row < {shape.PaddedOrder}; row += context.Workers)");
        writer.Line($"float* to = factor + row * {Literal.Number(shape.FactorStride)};");
        writer.Line($"for (int column = (row & ~15) + 16; column < {shape.PaddedOrder}; column++)");
        writer.Indent().Line("to[column] = 0f;").Unindent();
        writer.Line("for (int column = 0; column < 16; column++)");
        writer.Indent().Line("diagonal[16 * row + column] = column == (row & 15) ? 1f : 0f;").Unindent();
        writer.Close();
        writer.Open("if (context.Worker == 0)");
        writer.Line("layer->DecorrelationsSkipped++;");
        writer.Line("layer->DampingInForce = 0f;").Line("layer->Failed = true;");
        writer.Close();
        writer.Close();
    });

    /// <summary>Factors in place; false as soon as a pivot is not positive.</summary>
    static string FactorMethod(KernelLibrary library, FactorShape shape) => library.Method("Factor " + shape, "Factor", (writer, name) =>
    {
        string stride = Literal.Number(shape.FactorStride);
        writer.Line("// U over factor, block row by block row, right of the diagonal blocks; false at the first pivot that is not positive.");
        writer.Line("[SkipLocalsInit]");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static bool {name}(float* factor, float* diagonal{shape.Parameter}, in KernelContext context)");
        writer.Line("float* memory = stackalloc float[16 * 16 + 16];");
        writer.Line("float* u = (float*)((nint)(memory + 15) & ~63); // this worker's copy of the block on the diagonal");
        writer.Open($"for (int top = 0; top < {shape.PaddedOrder}; top += {Literal.Number(BlockRows)})");
        writer.Open("if (top > 0)");
        writer.Line($"{WideUpdate(library, shape.FactorStride)}(factor + top, factor + top * {stride} + top, top, ({shape.PaddedOrder} - top) / 16, in context);");
        writer.Line("context.Barrier();");
        writer.Close();
        writer.Line($"int bottom = int.Min({shape.PaddedOrder}, top + {Literal.Number(BlockRows)});");
        writer.Open("for (int k = top; k < bottom; k += 16)");
        writer.Line($"float* row = factor + k * {stride};");
        writer.Open("if (k > top)");
        writer.Line($"{NarrowUpdate(library, shape.FactorStride)}(factor + top * {stride} + k, row + k, k - top, ({shape.PaddedOrder} - k) / 16, in context);");
        writer.Line("context.Barrier();");
        writer.Close();
        writer.Line($"if (!{DiagonalBlockTemplate.Factor(library)}(row + k, {stride}, u))");
        writer.Indent().Line("return false;").Unindent();
        writer.Line($"context.Split(({shape.PaddedOrder} - k) / 16 - 1, out int first, out int last);");
        writer.Line($"{DiagonalBlockTemplate.Substitution(library, RowBlockTemplate.Order, true)}(u, row + k + 16 * (1 + first), {stride}, 16 * (last - first));");
        writer.Line("if (context.Worker == 0)");
        writer.Indent().Line("new ReadOnlySpan<float>(u, 256).CopyTo(new Span<float>(diagonal + 16 * k, 256));").Unindent();
        writer.Line("context.Barrier();");
        writer.Close();
        writer.Close();
        writer.Line("return true;");
        writer.Close();
    });

    /// <summary>The terms of rows above one block of 16 rows.</summary>
    static string NarrowUpdate(KernelLibrary library, int stride) => library.Method($"NarrowUpdate {stride}", "SubtractRowsAbove16", (writer, name) =>
    {
        writer.Line($"// c[16, 16 strips] -= u[k, 16]ᵀ u[k, 16 strips], rows {stride} floats apart.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* u, float* c, int k, int strips, in KernelContext context)");
        writer.Line($"int panels = (strips + {Literal.Number(RowBlockTemplate.PanelStrips - 1)}) / {Literal.Number(RowBlockTemplate.PanelStrips)};");
        writer.Line("context.Split(panels, out int first, out int last);");
        writer.Open("for (int panel = first; panel < last; panel++)");
        writer.Line("int from = panel * strips / panels, width = (panel + 1) * strips / panels - from, column = 16 * from;");
        EachWidth(writer, width => Subtract(library, writer, stride, RowBlockTemplate.Order, width, "u", "u + column", "c + column"));
        writer.Close();
        writer.Close();
    });

    /// <summary>The terms of all rows above a block of rows whose first panel is the triangle on the diagonal.</summary>
    static string WideUpdate(KernelLibrary library, int stride) => library.Method($"WideUpdate {stride}", "SubtractRowsAbove" + Literal.Number(BlockRows), (writer, name) =>
    {
        string widest = Literal.Number(RowBlockTemplate.PanelStrips);
        writer.Line($"// c[{BlockRows}, 16 strips] -= u[k, {BlockRows}]ᵀ u[k, 16 strips] from the diagonal rightwards, rows {stride} floats apart.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* u, float* c, int k, int strips, in KernelContext context)");
        writer.Line($"int right = int.Max(0, strips - {widest}), panels = (right + {widest} - 1) / {widest};");
        writer.Line("context.Split(1 + panels, out int first, out int last);");
        writer.Open("if (first == 0 && last > 0)");
        writer.Line($"int width = int.Min(strips, {widest});");
        EachWidth(writer, width =>
        {
            for (int i = 0; i < width; i++)
            {
                string shift = $" + {Literal.Number(RowBlockTemplate.Order * i)}";
                Subtract(library, writer, stride, RowBlockTemplate.Order, width - i, "u" + shift, "u" + shift,
                    $"c + {Literal.Number((long)RowBlockTemplate.Order * i * (stride + 1))}");
            }
        });
        writer.Close();
        writer.Open("for (int panel = int.Max(first, 1) - 1; panel < last - 1; panel++)");
        writer.Line($"int from = panel * right / panels, width = (panel + 1) * right / panels - from, column = {Literal.Number(BlockRows)} + 16 * from;");
        EachWidth(writer, width => Subtract(library, writer, stride, BlockRows, width, "u", "u + column", "c + column"));
        writer.Close();
        writer.Close();
    });

    static void Subtract(KernelLibrary library, SourceWriter writer, int stride, int rows, int strips, string a, string b, string c)
    {
        foreach (string line in RowBlockTemplate.Subtract(library, new SubtractionShape(rows, strips, stride, true, stride, stride), a, b, c, "k"))
            writer.Line(line);
    }

    /// <summary>A branch for each width of a panel.</summary>
    static void EachWidth(SourceWriter writer, Action<int> body)
    {
        for (int width = RowBlockTemplate.PanelStrips; width > 0; width--)
        {
            writer.Open((width == RowBlockTemplate.PanelStrips ? "" : "else ") + (width == 1 ? "" : $"if (width == {Literal.Number(width)})"));
            body(width);
            writer.Close();
        }
    }
}
