using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Everything that distinguishes the code of a product C[M, N] = A[M, K] B[K, N].</summary>
/// <param name="M">Rows of C; null for an argument.</param>
/// <param name="MostRows">Upper bound of M.</param>
/// <param name="K">Length of each sum; null for an argument.</param>
/// <param name="MostTerms">Upper bound of K.</param>
/// <param name="N">Columns of C, a multiple of 16.</param>
/// <param name="StrideA">Floats from row to row of A as it is stored.</param>
/// <param name="TransposesA">Whether A is stored K x M.</param>
/// <param name="StrideB">Floats from row to row of B.</param>
/// <param name="StrideC">Floats from row to row of C.</param>
/// <param name="Start">What sums start from.</param>
/// <param name="DividesByRows">Whether sums are divided by the number of rows of the call.</param>
/// <param name="UpperOnly">Whether only tiles that reach the upper triangle are computed.</param>
sealed record ProductShape(int? M, int MostRows, int? K, int MostTerms, int N, int StrideA, bool TransposesA, int StrideB, int StrideC,
    TileStart Start, bool DividesByRows, bool UpperOnly)
{
    /// <summary>Columns of C without padding.</summary>
    internal int Columns { get; init; } = N;

    /// <summary>Element-wise work on the result; null when it is stored.</summary>
    internal TileEpilogue? Epilogue { get; init; }

    /// <summary>Everything that distinguishes the method.</summary>
    internal string Key => $"{this} {Columns} {Epilogue}";
}

/// <summary>
/// Matrix products out of register tiles. Panels of columns are the outer loop, so that a panel of B stays in the
/// second-level cache while the row tiles pass over it; the last row tile overlaps the one before it, which is harmless
/// because results are stored, never accumulated, and any tile yields the same bits.
/// </summary>
static class MatrixProductTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, MatrixProduct kernel, Func<Buffer, string> address)
    {
        int? m = kernel.M.IsRows ? null : kernel.M.Constant, k = kernel.K.IsRows ? null : kernel.K.Constant;
        var shape = new ProductShape(m, m ?? kernel.C.Rows, k, k ?? kernel.B.Rows, Buffer.RoundUp(kernel.C.Columns, 16),
            kernel.A.Stride, kernel.TransposesA, kernel.B.Stride, kernel.C.Stride, kernel.Bias is null ? TileStart.Zero : TileStart.Bias,
            kernel.DividesByRows, kernel.UpperOnly) { Columns = kernel.C.Columns };
        string a = address(kernel.A) + (kernel.FirstRow == 0 ? "" : " + " + Literal.Number((long)kernel.FirstRow * kernel.A.Stride));
        Buffer c = kernel.C;
        string epilogue = "";
        if (kernel.Epilogue is { } end)
        {
            string operands = string.Concat(end.Operands.Select(static operand => operand.Rows == 1 ? 'r' : 'm'));
            shape = shape with { Epilogue = new TileEpilogue(end.Steps, operands, end.StoresProduct) };
            c = end.StoresProduct ? kernel.C : end.Output;
            IEnumerable<Buffer> pointers = (end.StoresProduct ? new[] { end.Output } : []).Concat(end.Operands);
            epilogue = string.Concat(pointers.Select(buffer => ", " + address(buffer)));
        }
        return Call(library, shape, a, address(kernel.B), address(c),
            kernel.Bias is null ? "" : address(kernel.Bias), "rows", "rows", "c", epilogue);
    }

    /// <summary>A call of a product's method, for kernels that contain one.</summary>
    /// <param name="library">Methods.</param>
    /// <param name="shape">Product.</param>
    /// <param name="a">Expression of A.</param>
    /// <param name="b">Expression of B.</param>
    /// <param name="c">Expression of C.</param>
    /// <param name="bias">Expression of the bias, where sums start from one.</param>
    /// <param name="m">Expression of the rows of C, where they are an argument.</param>
    /// <param name="k">Expression of the length of the sums, where it is an argument.</param>
    /// <param name="context">Name of the kernel context.</param>
    /// <param name="epilogue">Expressions of the epilogue's pointers, where there is one.</param>
    internal static string Call(KernelLibrary library, ProductShape shape, string a, string b, string c, string bias, string m, string k,
        string context, string epilogue = "")
    {
        string rows = shape.M is { } constant ? Literal.Number(constant) : "", sum = shape.K is { } length ? Literal.Number(length) : "Rows";
        string hint = (shape.UpperOnly ? "Gram" : shape.TransposesA ? "WeightGradient" : "Product")
            + (shape.TransposesA ? rows : sum) + "x" + Literal.Number(shape.N);
        string name = library.Method(shape.Key, hint, (writer, name) => new Body(library, shape, writer).Write(name));
        return $"{name}({a}, {b}, {c}"
            + (shape.Start == TileStart.Bias ? ", " + bias : "")
            + (shape.M is null ? ", " + m : "")
            + (shape.K is null ? ", " + k : "")
            + epilogue
            + $", in {context});";
    }

    /// <summary>Writes the method of one product.</summary>
    sealed class Body(KernelLibrary library, ProductShape shape, SourceWriter writer)
    {
        readonly int lanes = library.Instructions.Lanes;
        readonly string m = shape.M is { } rows ? Literal.Number(rows) : "m";

        internal void Write(string name)
        {
            int vectors = shape.N / lanes;
            IReadOnlyList<PanelGroup> panels = shape.UpperOnly
                ? PanelSplit.Cut(vectors, library.Instructions.TileVectors) : PanelSplit.Cut(library.Instructions, shape.Columns);
            int tileRows = library.Instructions.TileRows(panels[0].Vectors, shape.MostRows);

            Header(name);
            if (tileRows > 1 && shape.M is null)
            {
                writer.Open($"if (m < {Literal.Number(tileRows)})");
                SingleRows(vectors);
                writer.Line("return;");
                writer.Close();
            }
            if (tileRows == 1)
                SingleRows(vectors);
            else if (shape.UpperOnly)
                UpperTiles(panels, tileRows);
            else if (PausesSums(tileRows))
                BlockedTiles(panels, tileRows);
            else
                AllTiles(panels, tileRows);
            writer.Close();
        }

        /// <summary>Sums that pause go on from C, which must therefore be cut without overlaps.</summary>
        bool PausesSums(int tileRows) => library.Instructions.PausesSums(shape.MostTerms) && shape.TransposesA
            && shape.Start == TileStart.Zero && shape.M % tileRows == 0;

        void Header(string name)
        {
            string k = shape.K is { } length ? Literal.Number(length) : "k";
            writer.Line($"// C[{m}, {shape.N}] = {(shape.Start == TileStart.Bias ? "bias + " : "")}"
                + $"{(shape.TransposesA ? $"A[{k}, {m}]ᵀ" : $"A[{m}, {k}]")} B[{k}, {shape.N}]"
                + (shape.DividesByRows ? " / rows" : "") + (shape.Epilogue is null ? "" : ", then " + shape.Epilogue.Steps.Replace("\n", ", then ")) + (shape.UpperOnly ? ", upper triangle" : "") + ".");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* a, float* b, float* c"
                + (shape.Start == TileStart.Bias ? ", float* bias" : "")
                + (shape.M is null ? ", int m" : "")
                + (shape.K is null ? ", int k" : "")
                + string.Concat(shape.Epilogue?.Pointers.Select(static pointer => ", float* " + pointer) ?? [])
                + ", in KernelContext context)");
        }

        /// <summary>Few rows: one at a time over wide panels.</summary>
        void SingleRows(int vectors)
        {
            bool reverse = false;
            foreach (PanelGroup group in PanelSplit.Cut(vectors, library.Instructions.RowVectors))
            {
                writer.Open();
                Split($"{Literal.Number(group.Count)} * {m}", reverse);
                writer.Open("for (int task = first; task < last; task++)");
                writer.Line(shape.M == 1 ? "int panel = task, row = 0;" : $"int panel = task / {m}, row = task - panel * {m};");
                Tile(group, 1);
                writer.Close();
                writer.Close();
                reverse = true;
            }
        }

        /// <summary>Each worker takes a run of the tiles of each group of panels.</summary>
        void AllTiles(IReadOnlyList<PanelGroup> panels, int tileRows)
        {
            string tiles = TileCount(m, tileRows);
            bool reverse = false;
            foreach (PanelGroup group in panels)
            {
                writer.Open();
                writer.Line($"int tiles = {tiles};");
                Split($"{Literal.Number(group.Count)} * tiles", reverse);
                writer.Open("for (int task = first; task < last; task++)");
                TaskOrder.Decode(writer, group.Count, "tiles", TaskOrder.Part(library.Instructions, shape.MostRows, shape.MostTerms, tileRows));
                writer.Line($"int row = {Row("place", tileRows)};");
                Tile(group, tileRows);
                writer.Close();
                writer.Close();
                reverse = true;
            }
        }

        /// <summary>As <see cref="AllTiles"/>, each panel of a worker in blocks of terms.</summary>
        void BlockedTiles(IReadOnlyList<PanelGroup> panels, int tileRows)
        {
            int tiles = shape.M!.Value / tileRows;
            string terms = shape.K is { } length ? Literal.Number(length) : "k", height = Literal.Number(tileRows);
            bool reverse = false;
            foreach (PanelGroup group in panels)
            {
                writer.Open();
                Split(Literal.Number((long)group.Count * tiles), reverse);
                writer.Open("for (int task = first; task < last;)");
                writer.Line($"int panel = task / {Literal.Number(tiles)}, column = {Column(group)};");
                writer.Line($"int from = {height} * (task - panel * {Literal.Number(tiles)}), to = int.Min({m}, from + {height} * (last - task));");
                writer.Line($"task += (to - from) / {height};");
                writer.Open($"for (int start = 0; start < {terms}; start += {Literal.Number(library.Instructions.BlockTerms)})");
                writer.Line($"int length = int.Min({Literal.Number(library.Instructions.BlockTerms)}, {terms} - start);");
                if (shape.DividesByRows)
                    writer.Line($"float scale = start + length == {terms} ? context.InverseRows : 1f;");
                writer.Line($"for (int row = from; row < to; row += {height})");
                writer.Indent().Line("if (start == 0)");
                writer.Indent().Line(BlockTile(group.Vectors, tileRows, 0, TileStart.Zero, group.EndsInPadding)).Unindent();
                writer.Line("else");
                writer.Indent().Line(BlockTile(group.Vectors, tileRows, 0, TileStart.Earlier, group.EndsInPadding)).Unindent().Unindent();
                writer.Close();
                writer.Close();
                writer.Close();
                reverse = true;
            }
        }

        string BlockTile(int vectors, int tileRows, int shift, TileStart start, bool endsInPadding = false)
        {
            string column = shift == 0 ? "column" : $"column + {Literal.Number(shift)}";
            var tile = new TileShape(tileRows, vectors, shape.StrideA, true, shape.StrideB, shape.StrideC, null, start,
                shape.DividesByRows ? TileEnd.Scale : TileEnd.Store) { EndsInPadding = endsInPadding };
            return TileTemplate.Call(library, tile, $"a + start * {Literal.Number(shape.StrideA)} + row",
                $"b + start * {Literal.Number(shape.StrideB)} + {column}", $"c + row * {Literal.Number(shape.StrideC)} + {column}",
                k: "length", scale: "scale");
        }

        /// <summary>
        /// Workers take the tiles in turn: their number grows from panel to panel, and equal runs of them would differ in work
        /// where the run-time number of rows ends. Near the diagonal a tile leaves out the vectors that lie below it entirely.
        /// </summary>
        void UpperTiles(IReadOnlyList<PanelGroup> panels, int tileRows)
        {
            bool pauses = PausesSums(tileRows);
            string terms = shape.K is { } length ? Literal.Number(length) : "k";
            writer.Line("int mine = context.Worker; // the next tile of this worker, counted from the panel's first");
            foreach (PanelGroup group in panels)
            {
                int width = group.Vectors * lanes;
                writer.Open($"for (int panel = 0; panel < {Literal.Number(group.Count)} && {Column(group)} < {m}; panel++)");
                writer.Line($"int column = {Column(group)}, tiles = {TileCount($"int.Min({m}, {Column(group)} + {Literal.Number(width)})", tileRows)};");
                if (pauses)
                {
                    writer.Open($"for (int start = 0; start < {terms}; start += {Literal.Number(library.Instructions.BlockTerms)})");
                    writer.Line($"int length = int.Min({Literal.Number(library.Instructions.BlockTerms)}, {terms} - start);");
                }
                writer.Open("for (int tile = mine; tile < tiles; tile += context.Workers)");
                writer.Line($"int row = {Row("tile", tileRows)};");
                for (int below = group.Vectors - 1; below >= 0; below--)
                {
                    if (below > 0)
                        writer.Line($"{(below < group.Vectors - 1 ? "else " : "")}if (row >= column + {Literal.Number(below * lanes)})");
                    else if (group.Vectors > 1)
                        writer.Line("else");
                    UpperTile(group.Vectors - below, tileRows, below * lanes, pauses);
                }
                writer.Close();
                if (pauses)
                    writer.Close();
                writer.Line("mine = (mine + context.Workers - tiles % context.Workers) % context.Workers;");
                writer.Close();
            }
        }

        void UpperTile(int vectors, int tileRows, int shift, bool pauses)
        {
            if (!pauses)
            {
                writer.Indent().Line(TileCall(vectors, tileRows, shift)).Unindent();
                return;
            }
            writer.Open();
            writer.Line("if (start == 0)");
            writer.Indent().Line(BlockTile(vectors, tileRows, shift, TileStart.Zero)).Unindent();
            writer.Line("else");
            writer.Indent().Line(BlockTile(vectors, tileRows, shift, TileStart.Earlier)).Unindent();
            writer.Close();
        }

        /// <summary>Groups are split one by one, the second from the other end, so that a worker with a tile more has one less there.</summary>
        void Split(string count, bool reverse) => writer.Line($"WorkerTeam.Split({count}, "
            + (reverse ? "context.Workers - 1 - context.Worker" : "context.Worker") + ", context.Workers, out int first, out int last);");

        void Tile(PanelGroup group, int tileRows)
        {
            writer.Line($"int column = {Column(group)};");
            writer.Line(TileCall(group.Vectors, tileRows, 0, group.EndsInPadding));
        }

        /// <summary>The call of the tile at <c>row</c> and <c>column</c> + <paramref name="shift"/>.</summary>
        string TileCall(int vectors, int tileRows, int shift, bool endsInPadding = false)
        {
            string column = shift == 0 ? "column" : $"column + {Literal.Number(shift)}";
            var tile = new TileShape(tileRows, vectors, shape.StrideA, shape.TransposesA, shape.StrideB, shape.StrideC, shape.K,
                shape.Start, shape.DividesByRows ? TileEnd.Scale : TileEnd.Store) { Epilogue = shape.Epilogue, EndsInPadding = endsInPadding };
            if (tileRows == 1)
                tile = tile with { StrideC = 0, StrideA = shape.TransposesA ? shape.StrideA : 0 };
            return TileTemplate.Call(library, tile, shape.TransposesA ? "a + row" : $"a + row * {Literal.Number(shape.StrideA)}",
                $"b + {column}", $"c + row * {Literal.Number(shape.StrideC)} + {column}", $"bias + {column}", "k", "context.InverseRows", EpilogueArguments(column));
        }

        string EpilogueArguments(string column)
        {
            if (shape.Epilogue is not { } epilogue)
                return "";
            string place = $"row * {Literal.Number(shape.StrideC)} + {column}";
            return (epilogue.StoresSums ? $", y + {place}" : "")
                + string.Concat(epilogue.Operands.Select((kind, i) => $", e{Literal.Number(i + 1)} + {(kind == 'm' ? place : column)}"));
        }

        string Column(PanelGroup group) => $"{Literal.Number(group.Vectors * lanes)} * panel"
            + (group.First == 0 ? "" : $" + {Literal.Number(group.First * lanes)}");

        string Row(string tile, int tileRows) => shape.M is { } rows && rows % tileRows == 0
            ? $"{Literal.Number(tileRows)} * {tile}"
            : $"int.Min({Literal.Number(tileRows)} * {tile}, {m} - {Literal.Number(tileRows)})";

        static string TileCount(string rows, int tileRows) => $"({rows} + {Literal.Number(tileRows - 1)}) / {Literal.Number(tileRows)}";
    }
}
