using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Everything that distinguishes the code of a factorisation.</summary>
/// <param name="Order">Order without the border; null for an argument.</param>
/// <param name="Bordered">Whether the column means form a last row and column.</param>
/// <param name="Homogeneous">Whether the Gram gains 1 everywhere when biases are decorrelated.</param>
/// <param name="GramStride">Floats from row to row of the Gram.</param>
/// <param name="FactorStride">Floats from row to row of the factor.</param>
/// <param name="Status">Index of the status word behind the inverse diagonal.</param>
sealed record FactorShape(int? Order, bool Bordered, bool Homogeneous, int GramStride, int FactorStride, int Status)
{
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
/// Cholesky factor UᵀU by blocks of 16 rows, upper triangle, row-major. Each block row subtracts the terms of all rows
/// above it in one go (long chains in register tiles, every element of the matrix written once), then all workers factor
/// the same 16 x 16 block for themselves, which saves a wait, and solve their share of the columns right of it. Elements
/// are computed by one chain each, so the factor depends neither on the workers nor on the instruction set.
/// </summary>
static class CholeskyFactorTemplate
{
    /// <summary>Times that the damping is raised before decorrelation is given up for the step.</summary>
    const int MostRaises = 8;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, CholeskyFactor kernel, Func<Buffer, string> address)
    {
        var shape = new FactorShape(kernel.Order.IsRows ? null : kernel.Order.Constant, kernel.Border is not null, kernel.Homogeneous,
            kernel.Gram.Stride, kernel.Factor.Stride, kernel.InverseDiagonal.Columns - 16);
        return Call(library, shape, address(kernel.Gram), kernel.Border is null ? "" : address(kernel.Border), address(kernel.Factor),
            address(kernel.InverseDiagonal), "rows", "c");
    }

    /// <summary>A call of the method of a factorisation.</summary>
    internal static string Call(KernelLibrary library, FactorShape shape, string gram, string border, string factor, string inverse,
        string order, string context)
    {
        string hint = "Cholesky" + (shape.Order is { } constant ? Literal.Number(constant + (shape.Bordered ? 1 : 0)) : "Rows");
        string name = library.Method(shape.ToString(), hint, (writer, name) => Write(library, writer, name, shape));
        return $"{name}({gram}, {(shape.Bordered ? border + ", " : "")}{factor}, {inverse}{(shape.Order is null ? ", " + order : "")}, in {context});";
    }

    static void Write(KernelLibrary library, SourceWriter writer, string name, FactorShape shape)
    {
        string border = shape.Bordered ? "border, " : "";
        writer.Line($"// UᵀU = {(shape.Homogeneous ? "(gram + 1)" : "gram")} / rows + λ I of order {shape.FullOrder}"
            + (shape.Bordered ? ", the last row and column from the border" : "") + "; U to factor, 1 / diagonal to inverse.");
        writer.Line($"// A pivot that is not positive raises λ tenfold, {MostRaises} times at most; then U = I.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* gram, {(shape.Bordered ? "float* border, " : "")}float* factor, float* inverse"
            + $"{shape.Parameter}, in KernelContext context)");
        writer.Line("float damping = context.Damping;");
        writer.Line("int raises = 0;");
        writer.Line($"{Prepare(library, shape)}(gram, {border}factor{shape.Argument}, damping, in context);");
        writer.Line("context.Barrier();");
        // All workers see the same pivots, so all take the same turn here.
        writer.Open($"while (!{FactorMethod(library, shape)}(factor, inverse{shape.Argument}, in context))");
        writer.Line("context.Barrier(); // none may still read the block that failed");
        writer.Open($"if (raises == {Literal.Number(MostRaises)})");
        writer.Line($"{Identity(library, shape)}(factor, inverse{shape.Argument}, in context);");
        writer.Line("return;");
        writer.Close();
        writer.Line("raises++;");
        writer.Line("damping = MathF.Max(10f * damping, 1e-6f);");
        writer.Line("if (context.Worker == 0)");
        writer.Indent().Line("context.Counters->DampingRaised++;").Unindent();
        writer.Line($"{Prepare(library, shape)}(gram, {border}factor{shape.Argument}, damping, in context);");
        writer.Line("context.Barrier();");
        writer.Close();
        writer.Line("if (context.Worker == 0)");
        writer.Indent().Line($"inverse[{Literal.Number(shape.Status)}] = damping; // what λ became").Unindent();
        writer.Close();
    }

    static string Prepare(KernelLibrary library, FactorShape shape) => library.Method("Prepare " + shape, "DampGram", (writer, name) =>
    {
        int lanes = library.Instructions.Lanes;
        string one = shape.Homogeneous ? " + one" : "";
        writer.Line($"// factor = {(shape.Homogeneous ? "(gram + 1)" : "gram")} / rows + λ I from the diagonal block rightwards, an identity beyond the order.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* gram, {(shape.Bordered ? "float* border, " : "")}float* factor{shape.Parameter}, float damping, in KernelContext context)");
        writer.Line("V scale = VN.Create(context.InverseRows);");
        if (shape.Homogeneous)
            writer.Line("V one = VN.Create(context.DecorrelateBias ? 1f : 0f);");
        writer.Open($"for (int row = context.Worker; row < {shape.PaddedOrder}; row += context.Workers)");
        writer.Line($"float* to = factor + row * {Literal.Number(shape.FactorStride)};");
        writer.Line("int column = row & ~15;");
        writer.Open($"if (row < {shape.N})");
        writer.Line($"float* from = gram + row * {Literal.Number(shape.GramStride)};");
        writer.Line($"for (; column < {shape.N}; column += {Literal.Number(lanes)})");
        writer.Indent().Line($"*(V*)(to + column) = (*(V*)(from + column){one}) * scale;").Unindent();
        writer.Line($"for (column = {shape.N}; column < {shape.PaddedOrder}; column++)");
        writer.Indent().Line("to[column] = 0f;").Unindent();
        writer.Line("to[row] += damping;");
        if (shape.Bordered)
            writer.Line($"to[{shape.N}] = context.DecorrelateBias ? border[row] : 0f;");
        writer.Close();
        writer.Open("else");
        writer.Line($"for (; column < {shape.PaddedOrder}; column++)");
        writer.Indent().Line("to[column] = 0f;").Unindent();
        writer.Line("to[row] = " + (shape.Bordered ? $"row == {shape.N} && context.DecorrelateBias ? 1f + damping : 1f;" : "1f;"));
        writer.Close();
        writer.Close();
        writer.Close();
    });

    static string Identity(KernelLibrary library, FactorShape shape) => library.Method("Identity " + shape, "IdentityFactor", (writer, name) =>
    {
        writer.Line("// factor = I, so that what it solves stays as it is.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* factor, float* inverse{shape.Parameter}, in KernelContext context)");
        writer.Open($"for (int row = context.Worker; row < {shape.PaddedOrder}; row += context.Workers)");
        writer.Line($"float* to = factor + row * {Literal.Number(shape.FactorStride)};");
        writer.Line($"for (int column = row & ~15; column < {shape.PaddedOrder}; column++)");
        writer.Indent().Line("to[column] = 0f;").Unindent();
        writer.Line("to[row] = 1f;");
        writer.Line("inverse[row] = 1f;");
        writer.Close();
        writer.Open("if (context.Worker == 0)");
        writer.Line("context.Counters->DecorrelationsSkipped++;");
        writer.Line($"inverse[{Literal.Number(shape.Status)}] = -1f;");
        writer.Close();
        writer.Close();
    });

    /// <summary>Factors in place; false as soon as a pivot is not positive.</summary>
    static string FactorMethod(KernelLibrary library, FactorShape shape) => library.Method("Factor " + shape, "Factor", (writer, name) =>
    {
        string stride = Literal.Number(shape.FactorStride);
        writer.Line("// U over the upper triangle of factor, block row by block row; false at the first pivot that is not positive.");
        writer.Line("[SkipLocalsInit]");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static bool {name}(float* factor, float* inverse{shape.Parameter}, in KernelContext context)");
        writer.Line("float* memory = stackalloc float[16 * 16 + 16 + 16];");
        writer.Line("float* u = (float*)((nint)(memory + 15) & ~63), pivots = u + 256; // the block on the diagonal and 1 / its diagonal");
        writer.Open($"for (int k = 0; k < {shape.PaddedOrder}; k += 16)");
        writer.Line($"float* row = factor + k * {stride};");
        writer.Open("if (k > 0)");
        writer.Line($"{UpdateMethod(library, shape)}(factor, row, k, ({shape.PaddedOrder} - k) / 16, in context);");
        writer.Line("context.Barrier();");
        writer.Close();
        writer.Line($"if (!{DiagonalMethod(library, shape)}(row + k, u, pivots))");
        writer.Indent().Line("return false;").Unindent();
        writer.Line($"{PanelMethod(library, shape)}(u, pivots, row + k + 16, ({shape.PaddedOrder} - k) / 16 - 1, in context);");
        writer.Line("context.Barrier();");
        writer.Open("if (context.Worker == 0)");
        writer.Line("// The block itself is read by no later step, only by substitutions.");
        writer.Line("for (int i = 0; i < 16; i++)");
        writer.Open();
        writer.Line($"new ReadOnlySpan<float>(u + 16 * i, 16).CopyTo(new Span<float>(row + k + i * {stride}, 16));");
        writer.Line("inverse[k + i] = pivots[i];");
        writer.Close();
        writer.Close();
        writer.Close();
        writer.Line("return true;");
        writer.Close();
    });

    static string UpdateMethod(KernelLibrary library, FactorShape shape) => library.Method($"Update {shape.FactorStride}", "SubtractRowsAbove", (writer, name) =>
    {
        int stride = shape.FactorStride;
        writer.Line($"// row[16, 16 strips] -= U[0..k, k..k+16]ᵀ U[0..k, k..], rows {stride} floats apart: the terms of all rows above.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* factor, float* row, int k, int strips, in KernelContext context)");
        EachPanel(writer, "strips", strips =>
        {
            foreach (string line in RowBlockTemplate.Subtract(library, strips, stride, true, stride, stride,
                "factor + k", "factor + column", "row + column", "k"))
                writer.Line(line);
        }, "k + ");
        writer.Close();
    });

    static string PanelMethod(KernelLibrary library, FactorShape shape) => library.Method($"Panel {shape.FactorStride}", "SolveRowsRight", (writer, name) =>
    {
        writer.Line($"// x[16, 16 strips] = U⁻ᵀ x for the 16 x 16 block u, rows of x {shape.FactorStride} floats apart.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* u, float* inverse, float* x, int strips, in KernelContext context)");
        EachPanel(writer, "strips", strips =>
            writer.Line($"{RowBlockTemplate.Substitution(library, strips, RowBlockTemplate.Order, shape.FactorStride, true)}(u, inverse, x + column);"), "");
        writer.Close();
    });

    /// <summary>Cuts strips into panels of at most three whose widths differ by at most one, and those among the workers.</summary>
    static void EachPanel(SourceWriter writer, string strips, Action<int> body, string origin)
    {
        writer.Line($"int panels = ({strips} + {Literal.Number(RowBlockTemplate.PanelStrips - 1)}) / {Literal.Number(RowBlockTemplate.PanelStrips)};");
        writer.Line("WorkerTeam.Split(panels, context.Worker, context.Workers, out int first, out int last);");
        writer.Open("for (int panel = first; panel < last; panel++)");
        writer.Line($"int from = panel * {strips} / panels, width = (panel + 1) * {strips} / panels - from, column = {origin}16 * from;");
        for (int width = RowBlockTemplate.PanelStrips; width > 0; width--)
        {
            writer.Open((width == RowBlockTemplate.PanelStrips ? "" : "else ") + (width == 1 ? "" : $"if (width == {Literal.Number(width)})"));
            body(width);
            writer.Close();
        }
        writer.Close();
    }

    /// <summary>The 16 x 16 block on the diagonal, row by row; each row is one chain of multiply-adds over the rows above it.</summary>
    static string DiagonalMethod(KernelLibrary library, FactorShape shape) => library.Method($"Diagonal {shape.FactorStride}", "FactorDiagonal", (writer, name) =>
    {
        int lanes = library.Instructions.Lanes;
        List<int> vectors = [.. Enumerable.Range(0, RowBlockTemplate.Order / lanes)];
        writer.Line($"// u[16, 16] = U with UᵀU = block, rows of block {shape.FactorStride} floats apart; inverse = 1 / diagonal. False when a pivot is not positive.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static bool {name}(float* block, float* u, float* inverse)");
        writer.Open("for (int i = 0; i < 16; i++)");
        writer.Line($"float* from = block + i * {Literal.Number(shape.FactorStride)}, row = u + 16 * i;");
        writer.Line("V " + string.Join(", ", vectors.Select(v => $"s{v} = {TileTemplate.Load("from", v * lanes)}")) + ";");
        writer.Open("for (float* above = u; above != row; above += 16)");
        writer.Line("V t = VN.Create(above[i]);");
        writer.Line(string.Join(" ", vectors.Select(v => $"s{v} = {TileTemplate.MultiplySubtract(library.Instructions)}(t, {TileTemplate.Load("above", v * lanes)}, s{v});")));
        writer.Close();
        writer.Line(string.Join(" ", vectors.Select(v => $"{TileTemplate.Load("row", v * lanes)} = s{v};")));
        writer.Line("float pivot = row[i];");
        writer.Line("if (!(pivot > 0f && pivot <= float.MaxValue))");
        writer.Indent().Line("return false;").Unindent();
        writer.Line("inverse[i] = 1f / MathF.Sqrt(pivot);");
        writer.Line("V scale = VN.Create(inverse[i]);");
        writer.Line(string.Join(" ", vectors.Select(v => $"{TileTemplate.Load("row", v * lanes)} = s{v} * scale;")));
        writer.Close();
        writer.Line("return true;");
        writer.Close();
    });
}
