using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Everything that distinguishes the code of a solve.</summary>
/// <param name="Order">Rows of the right side; null for an argument.</param>
/// <param name="Columns">Columns of the right side, a multiple of 16.</param>
/// <param name="FactorStride">Floats from row to row of the factor.</param>
/// <param name="SourceStride">Floats from row to row of the right side.</param>
/// <param name="Stride">Floats from row to row of the solution.</param>
/// <param name="InPlace">Whether the right side is the solution's own buffer.</param>
sealed record SolveShape(int? Order, int Columns, int FactorStride, int SourceStride, int Stride, bool InPlace);

/// <summary>
/// Solution of UᵀU X = B: each panel of 48 columns is taken through both substitutions by one worker, without a wait.
/// </summary>
static class CholeskySolveTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, CholeskySolve kernel, Func<Buffer, string> address)
    {
        var shape = new SolveShape(kernel.Order.IsRows ? null : kernel.Order.Constant, Buffer.RoundUp(kernel.Solution.Columns, 16),
            kernel.Factor.Stride, kernel.RightSide.Stride, kernel.Solution.Stride, kernel.RightSide == kernel.Solution);
        return Call(library, shape, address(kernel.Factor), address(kernel.Diagonal), address(kernel.RightSide),
            address(kernel.Solution), kernel.RightSide.RowsOf("rows"), "c");
    }

    /// <summary>A call of the method of a solve.</summary>
    internal static string Call(KernelLibrary library, SolveShape shape, string factor, string diagonal, string source, string solution,
        string order, string context)
    {
        string hint = "Solve" + (shape.Order is { } constant ? Literal.Number(constant) : "Rows") + "x" + Literal.Number(shape.Columns);
        string name = library.Method(shape.ToString(), hint, (writer, name) => Write(library, writer, name, shape));
        return $"{name}({factor}, {diagonal}, {(shape.InPlace ? "" : source + ", ")}{solution}{(shape.Order is null ? ", " + order : "")}, in {context});";
    }

    static void Write(KernelLibrary library, SourceWriter writer, string name, SolveShape shape)
    {
        string n = shape.Order is { } order ? Literal.Number(order) : "n";
        string blocks = shape.Order is { } constant ? Literal.Number(constant / RowBlockTemplate.Order * RowBlockTemplate.Order) : "((n + 15) & ~15)";
        writer.Line($"// x[{n}, {shape.Columns}] = (UᵀU)⁻¹ {(shape.InPlace ? "x" : "source")}"
            + (shape.Order is null ? "; the rows up to the next multiple of 16 are zeroed." : "."));
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* factor, float* diagonal, {(shape.InPlace ? "" : "float* source, ")}float* x"
            + $"{(shape.Order is null ? ", int n" : "")}, in KernelContext context)");
        bool reverse = false;
        foreach (PanelGroup group in PanelSplit.Cut(shape.Columns / RowBlockTemplate.Order, RowBlockTemplate.PanelStrips))
        {
            int width = group.Vectors * RowBlockTemplate.Order;
            writer.Open();
            writer.Line($"context.Split{(reverse ? "Reversed" : "")}({Literal.Number(group.Count)}, out int first, out int last);");
            writer.Open("for (int panel = first; panel < last; panel++)");
            writer.Line($"int column = {Literal.Number(width)} * panel + {Literal.Number(group.First * RowBlockTemplate.Order)};");
            if (!shape.InPlace)
                writer.Line($"{CopyMethod(library, shape, width)}(source + column, x + column, {n});");
            if (shape.Order is null)
            {
                writer.Line($"for (int row = {n}; row < {blocks}; row++)");
                writer.Indent().Line($"new Span<float>(x + row * {Literal.Number(shape.Stride)} + column, {Literal.Number(width)}).Clear();").Unindent();
            }
            writer.Line($"{PanelMethod(library, shape, group.Vectors)}(factor, diagonal, x + column, {blocks});");
            writer.Close();
            writer.Close();
            reverse = true;
        }
        writer.Close();
    }

    static string CopyMethod(KernelLibrary library, SolveShape shape, int width) =>
        library.Method($"CopyPanel {width} {shape.SourceStride} {shape.Stride}", "CopyPanel" + Literal.Number(width), (writer, name) =>
        {
            int lanes = library.Instructions.Lanes;
            writer.Line($"// {width} columns of rows {shape.SourceStride} floats apart to rows {shape.Stride} apart.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* source, float* target, int rows)");
            writer.Open("for (int row = 0; row < rows; row++)");
            writer.Line(string.Join(" ", Enumerable.Range(0, width / lanes)
                .Select(v => $"{TileTemplate.Load("target", v * lanes)} = {TileTemplate.Load("source", v * lanes)};")));
            writer.Line($"source += {Literal.Number(shape.SourceStride)}; target += {Literal.Number(shape.Stride)};");
            writer.Close();
            writer.Close();
        });

    /// <summary>Both substitutions of one panel: whole blocks of 16 rows, and a last block of what a constant order leaves over.</summary>
    static string PanelMethod(KernelLibrary library, SolveShape shape, int strips)
    {
        const int order = RowBlockTemplate.Order;
        int width = strips * order, rest = (shape.Order ?? 0) % order;
        string key = $"SolvePanel {strips} {shape.FactorStride} {shape.Stride} {rest}";
        return library.Method(key, "SolvePanel" + Literal.Number(width), (writer, name) =>
        {
            string stride = Literal.Number(shape.Stride), factorStride = Literal.Number(shape.FactorStride), n = rest == 0 ? "n" : $"(n + {rest})";
            writer.Line($"// x[{n}, {width}] = U⁻¹ U⁻ᵀ x, rows {shape.Stride} floats apart, n a multiple of 16; U(i, j) = factor[{shape.FactorStride} i + j].");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* factor, float* diagonal, float* x, int n)");
            writer.Open($"for (int k = 0; k < n; k += {Literal.Number(order)})");
            Forward(order, "k");
            writer.Close();
            if (rest > 0)
            {
                Forward(rest, "n");
                Substitute(rest, "n", forward: false);
            }
            writer.Open($"for (int k = n - {Literal.Number(order)}; k >= 0; k -= {Literal.Number(order)})");
            writer.Line($"float* row = x + k * {stride}, u = factor + k * {factorStride} + k;");
            writer.Line($"int below = {n} - k - {Literal.Number(order)};");
            writer.Open("if (below > 0)");
            var back = new SubtractionShape(order, strips, shape.FactorStride, false, shape.Stride, shape.Stride);
            foreach (string line in RowBlockTemplate.Subtract(library, back, $"u + {Literal.Number(order)}", $"row + {Literal.Number((long)order * shape.Stride)}",
                "row", "below"))
                writer.Line(line);
            writer.Close();
            Substitute(order, "k", forward: false);
            writer.Close();
            writer.Close();

            void Forward(int rows, string k)
            {
                writer.Open($"if ({k} > 0)");
                var forward = new SubtractionShape(rows, strips, shape.FactorStride, true, shape.Stride, shape.Stride);
                foreach (string line in RowBlockTemplate.Subtract(library, forward, "factor + " + k, "x", $"x + {k} * {stride}", k,
                    $"factor + {k} + {Literal.Number(order)}"))
                    writer.Line(line);
                writer.Close();
                Substitute(rows, k, forward: true);
            }

            void Substitute(int rows, string k, bool forward) => writer.Line(
                $"{DiagonalBlockTemplate.Substitution(library, rows, forward)}(diagonal + 16 * {k}, x + {k} * {stride}, {stride}, {Literal.Number(width)});");
        });
    }
}
