using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The 16 x 16 blocks on the diagonal of a factor, each stored on its own with 1 / U(i, i) in place of U(i, i): their
/// factorisation and the substitution with them. Rows stay in registers; each, once it is done, leaves all of those that
/// still wait, so that a chain of 16 rows is waited for and not one of 120 multiply-adds. An element is one chain over
/// the rows before its own in their order, whatever the vectors.
/// </summary>
static class DiagonalBlockTemplate
{
    const int Order = RowBlockTemplate.Order;

    /// <summary>
    /// Name of the method <c>(float* u, float* x, nint stride, int width)</c> that solves Uᵀ Y = X (forward) or U Y = X in
    /// place, with the leading block of order <paramref name="rows"/> of U and as many rows of X, <c>stride</c> apart.
    /// </summary>
    internal static string Substitution(KernelLibrary library, int rows, bool forward)
    {
        string hint = (forward ? "Forward" : "Back") + "Substitute" + Literal.Number(rows);
        return library.Method($"Substitution {rows} {forward}", hint, (writer, name) =>
        {
            writer.Line($"// X[{rows}, width] = {(forward ? "U⁻ᵀ" : "U⁻¹")} X: U(i, j) = u[16 i + j], 1 / U(i, i) = u[17 i], X(i, j) = x[stride i + j].");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* u, float* x, nint stride, int width)");
            writer.Open($"for (float* end = x + width; x != end; x += {Literal.Number(library.Instructions.Lanes)})");
            var rest = new Queue<int>(forward ? Enumerable.Range(0, rows) : Enumerable.Range(0, rows).Reverse());
            var solved = new List<int>();
            string start = forward ? "x" : $"x + {Literal.Number(rows - 1)} * stride", step = forward ? "+= stride;" : "-= stride;";
            writer.Line($"float* from = {start}, to = {start};");
            while (rest.Count > 0)
            {
                List<int> held = Take(rest, HeldRows(library.Instructions));
                foreach (int row in held)
                    writer.Line($"V x{row} = *(V*)from; from {step}");
                if (solved.Count > 0)
                    writer.Line($"float* known = {start};");
                foreach (int row in solved)
                    writer.Line($"{{ V t = *(V*)known; {Leave(library.Instructions, row, "t", held, forward)} known {step} }}");
                for (int i = 0; i < held.Count; i++)
                    writer.Line($"x{held[i]} *= VN.Create(u[{Literal.Number(17 * held[i])}]); *(V*)to = x{held[i]}; to {step} "
                        + Leave(library.Instructions, held[i], $"x{held[i]}", held.Skip(i + 1), forward));
                solved.AddRange(held);
            }
            writer.Close();
            writer.Close();
        });
    }

    /// <summary>
    /// Name of the method <c>bool (float* block, nint stride, float* u)</c> that factors the upper triangle of a block whose
    /// rows are <c>stride</c> apart; false when a pivot is not positive.
    /// </summary>
    internal static string Factor(KernelLibrary library) => library.Method("FactorDiagonal", "FactorDiagonal", (writer, name) =>
    {
        writer.Line("// UᵀU = block[16, 16], rows stride apart, by its upper triangle: U(i, j) = u[16 i + j] for i < j, 1 / U(i, i) = u[17 i].");
        writer.Line("// False when a pivot is not positive.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static bool {name}(float* block, nint stride, float* u)");
        int lanes = library.Instructions.Lanes;
        for (int column = 0; column < Order; column += lanes)
            for (int first = 0; first <= column; first += HeldRows(library.Instructions))
                FactorRows(writer, library.Instructions, first, column);
        for (int row = lanes; row < Order; row++)
            writer.Line($"*(V*)(u + {Literal.Number(row * Order)}) = V.Zero;");
        writer.Line("return true;");
        writer.Close();
    });

    /// <summary>
    /// Rows from <paramref name="first"/> on in the vector from <paramref name="column"/> on: those above leave, then each
    /// row in turn is divided by its pivot, which lies in this vector or was found in an earlier one, and leaves the next.
    /// </summary>
    static void FactorRows(SourceWriter writer, InstructionSet instructions, int first, int column)
    {
        List<int> held = [.. Enumerable.Range(first, HeldRows(instructions))];
        string V(int row) => $"x{row}_{column}";
        string U(int row) => TileTemplate.Load("u", row * Order + column);
        string Leaves(int row, string value, IEnumerable<int> rows) => Leave(instructions, row, value, rows, true, $"_{column}");

        writer.Line($"float* from{first}_{column} = block + {Literal.Number(first)} * stride + {Literal.Number(column)};");
        foreach (int row in held)
            writer.Line($"V {V(row)} = *(V*)from{first}_{column}; from{first}_{column} += stride;");
        for (int row = 0; row < first; row++)
            writer.Line($"{{ V t = {U(row)}; {Leaves(row, "t", held)} }}");
        foreach (int row in held)
        {
            bool pivots = row >= column && row < column + instructions.Lanes;
            string diagonal = $"u[{Literal.Number(17 * row)}]";
            if (pivots)
            {
                writer.Line($"float p{row} = {V(row)}.GetElement({Literal.Number(row - column)});");
                writer.Line($"if (!(p{row} > 0f && p{row} <= float.MaxValue))");
                writer.Indent().Line("return false;").Unindent();
                writer.Line($"p{row} = 1f / MathF.Sqrt(p{row});");
            }
            writer.Line($"{V(row)} *= VN.Create({(pivots ? $"p{row}" : diagonal)}); {U(row)} = {V(row)}; "
                + Leaves(row, V(row), held.Where(other => other > row)));
            if (pivots)
                writer.Line($"{diagonal} = p{row};");
        }
    }

    /// <summary>Subtracts a finished row from others: x_row -= U(finished, row) value, or U(row, finished) value going back.</summary>
    static string Leave(InstructionSet instructions, int finished, string value, IEnumerable<int> rows, bool forward, string suffix = "") =>
        string.Join(" ", rows.Select(row =>
        {
            int element = forward ? finished * Order + row : row * Order + finished;
            return $"x{row}{suffix} = {TileTemplate.MultiplySubtract(instructions)}(VN.Create(u[{Literal.Number(element)}]), {value}, x{row}{suffix});";
        }));

    /// <summary>Rows of one vector that the registers hold beside a value and a factor.</summary>
    static int HeldRows(InstructionSet instructions) => instructions.Lanes == 16 ? Order : Order / 2;

    static List<int> Take(Queue<int> rows, int count)
    {
        var taken = new List<int>();
        while (taken.Count < count && rows.Count > 0)
            taken.Add(rows.Dequeue());
        return taken;
    }
}
