using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// A product of at most four columns with vectors along the terms: each output is 16 sums of every 16th term, which are
/// added in one order whatever the width of the vectors. B is transposed first, into scratch of each worker.
/// </summary>
static class LaneSumTemplate
{
    /// <summary>Terms of a round: the lanes of the widest vector.</summary>
    const int Lanes = 16;

    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, MatrixProduct kernel, Func<Buffer, string> address)
    {
        Buffer c = kernel.Target;
        var shape = new Shape(kernel.C.Rows, kernel.K.Constant, kernel.C.Columns, kernel.A.Stride, kernel.B.Stride, c.Stride, kernel.Bias is not null,
            TileEpilogue.Of(kernel.Epilogue));
        string name = library.Method(shape.ToString(), $"LaneSums{Literal.Number(shape.Terms)}x{Literal.Number(shape.Columns)}",
            (writer, name) => Write(library, writer, name, shape));
        return $"{name}({address(kernel.A)}, {address(kernel.B)}, {address(c)}"
            + (kernel.Bias is null ? "" : ", " + address(kernel.Bias)) + ", rows"
            + string.Concat(TileEpilogue.Buffers(kernel.Epilogue).Select(buffer => ", " + address(buffer))) + ", in c);";
    }

    /// <param name="MostRows">Upper bound of the rows.</param>
    /// <param name="Terms">Length of each sum.</param>
    /// <param name="Columns">Columns of B and C.</param>
    /// <param name="StrideA">Floats from row to row of A, whose padding is finite.</param>
    /// <param name="StrideB">Floats from row to row of B.</param>
    /// <param name="StrideC">Floats from row to row of C.</param>
    /// <param name="HasBias">Whether a bias is added to the sums.</param>
    /// <param name="Epilogue">Element-wise work on the result; null when it is stored.</param>
    sealed record Shape(int MostRows, int Terms, int Columns, int StrideA, int StrideB, int StrideC, bool HasBias, TileEpilogue? Epilogue)
    {
        internal int PaddedTerms => Buffer.RoundUp(Terms, Lanes);

        internal string Parameters => "float* c" + (HasBias ? ", float* bias" : "");

        internal string Pointers => string.Concat(Epilogue?.Pointers.Select(static pointer => ", float* " + pointer) ?? []);
    }

    static void Write(KernelLibrary library, SourceWriter writer, string name, Shape shape)
    {
        int tileRows = Math.Min(shape.MostRows, TileRows(library.Instructions, shape.Columns));
        string height = Literal.Number(tileRows), terms = Literal.Number(shape.Terms), length = Literal.Number(shape.Columns * shape.PaddedTerms);
        writer.Line($"// C[m, {shape.Columns}] = {(shape.HasBias ? "bias + " : "")}A[m, {terms}] B[{terms}, {shape.Columns}]"
            + TileEpilogue.Then(shape.Epilogue) + ", vectors along the terms.");
        writer.Line("[SkipLocalsInit]");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* a, float* b, {shape.Parameters}, int m{shape.Pointers}, in KernelContext context)");
        writer.Line($"float* memory = stackalloc float[{Literal.Number(shape.Columns * shape.PaddedTerms + 15)}];");
        writer.Line("float* transposed = (float*)((nint)(memory + 15) & ~63);");
        if (shape.PaddedTerms > shape.Terms)
            writer.Line($"new Span<float>(transposed, {length}).Clear();");
        writer.Line($"for (nint k = 0; k < {terms}; k++)");
        writer.Indent().Line("{ " + string.Join(" ", Enumerable.Range(0, shape.Columns).Select(column =>
            $"transposed[k{Literal.Plus(column * shape.PaddedTerms)}] = b[{Literal.Number(shape.StrideB)} * k{Literal.Plus(column)}];")) + " }").Unindent();
        writer.Line($"int tiles = m / {height}, count = tiles + m % {height}; // whole tiles, then single rows");
        writer.Line("context.Split(count, out int first, out int last);");
        writer.Open("for (int task = first; task < last; task++)");
        if (tileRows > 1)
        {
            writer.Line("if (task < tiles)");
            writer.Indent().Line(TileCall(tileRows, $"task * {height}")).Unindent();
            writer.Line("else");
            writer.Indent().Line(TileCall(1, $"(tiles * {Literal.Number(tileRows - 1)} + task)")).Unindent();
        }
        else
        {
            writer.Line(TileCall(1, "task"));
        }
        writer.Close();
        writer.Close();

        string TileCall(int rows, string row)
        {
            string c = $"{row} * {Literal.Number(shape.StrideC)}";
            return $"{Tile(library, shape, rows)}(a + (nint){row} * {Literal.Number(shape.StrideA)}, transposed, c + {c}"
                + (shape.HasBias ? ", bias" : "") + (shape.Epilogue is { StoresSums: true } ? $", y + {c}" : "")
                + string.Concat(shape.Epilogue?.Operands.Select((kind, i) => $", e{Literal.Number(i + 1)}{(kind == 'm' ? " + " + c : "")}") ?? []) + ");";
        }
    }

    /// <summary>Rows whose sums stay in registers beside one vector of each operand.</summary>
    static int TileRows(InstructionSet instructions, int columns) =>
        Math.Max(1, Math.Min(4, instructions.TileSums / (columns * Lanes / instructions.Lanes)));

    /// <summary>Name of the method of some rows, <c>(float* a, float* transposed, float* c[, float* bias][, epilogue])</c>.</summary>
    static string Tile(KernelLibrary library, Shape shape, int rows) => library.Method($"{shape} tile {rows}",
        $"LaneSums{Literal.Number(rows)}x{Literal.Number(shape.Terms)}x{Literal.Number(shape.Columns)}", (writer, name) =>
        {
            int lanes = library.Instructions.Lanes, parts = Lanes / lanes;
            writer.Line($"// {rows} x {shape.Columns} of the product above: sums of every {Lanes}th term, then in halves, then neighbours, twice.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* a, float* b, {shape.Parameters}{shape.Pointers})");
            for (int row = 0; row < rows; row++)
                writer.Line("V " + string.Join(", ", Sums(row).Select(static sum => sum + " = V.Zero")) + ";");
            writer.Line($"float* end = b + {Literal.Number(shape.PaddedTerms)};");
            writer.Open("do");
            for (int part = 0; part < parts; part++)
            {
                string suffix = parts == 1 ? "" : part == 0 ? "l" : "h";
                writer.Open();
                writer.Line("V " + string.Join(", ", Enumerable.Range(0, shape.Columns).Select(column =>
                    $"b{column} = {TileTemplate.Load("b", column * shape.PaddedTerms + part * lanes)}")) + ";");
                for (int row = 0; row < rows; row++)
                    writer.Line($"{{ V x = {TileTemplate.Load("a", row * shape.StrideA + part * lanes)}; " + string.Join(" ", Enumerable.Range(0, shape.Columns)
                        .Select(column => $"s{row}_{column}{suffix} = VN.FusedMultiplyAdd(x, b{column}, s{row}_{column}{suffix});")) + " }");
                writer.Close();
            }
            writer.Line($"a += {Lanes}; b += {Lanes};");
            writer.Close(" while (b != end);");
            var finish = new TileShape(rows, 1, shape.StrideA, false, shape.StrideB, shape.StrideC, shape.Terms, TileStart.Zero, TileEnd.Store)
            {
                Epilogue = shape.Epilogue,
                EndsInPadding = lanes < Lanes,
            };
            for (int row = 0; row < rows; row++)
                Finish(writer, shape, finish, row, lanes);
            writer.Close();

            IEnumerable<string> Sums(int row) => Enumerable.Range(0, shape.Columns).SelectMany(column => parts == 1
                ? new[] { $"s{row}_{column}" } : [$"s{row}_{column}l", $"s{row}_{column}h"]);
        });

    static void Finish(SourceWriter writer, Shape shape, TileShape tile, int row, int lanes)
    {
        writer.Open();
        for (int column = 0; column < ForwardPlanner.FewOutputs; column++)
            writer.Line($"Vector256<float> h{column} = " + (column >= shape.Columns ? "Vector256<float>.Zero;"
                : lanes == Lanes ? $"s{row}_{column}.GetLower() + s{row}_{column}.GetUpper();" : $"s{row}_{column}l + s{row}_{column}h;"));
        string Half(int column) => $"h{column}.GetLower() + h{column}.GetUpper()";
        writer.Line($"Vector128<float> sums = Sse3.HorizontalAdd(Sse3.HorizontalAdd({Half(0)}, {Half(1)}), Sse3.HorizontalAdd({Half(2)}, {Half(3)}))"
            + (shape.HasBias ? " + *(Vector128<float>*)bias;" : ";"));
        writer.Line($"V value = sums.ToVector256(){(lanes == Lanes ? ".ToVector512()" : "")};");
        TileTemplate.FinishRow(writer, tile, row, lanes, static _ => "value");
        writer.Close();
    }
}
