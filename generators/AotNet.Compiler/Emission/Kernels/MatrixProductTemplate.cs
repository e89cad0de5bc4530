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

    /// <summary>Whether B is stored N x K.</summary>
    internal bool TransposesB { get; init; }

    /// <summary>Element-wise work on the result; null when it is stored.</summary>
    internal TileEpilogue? Epilogue { get; init; }

    /// <summary>Floats from list to list of the terms that tiles sum; 0 where they sum all.</summary>
    internal int TermsStride { get; init; }

    /// <summary>Everything that distinguishes the method.</summary>
    internal string Key => $"{this} {Columns} {TransposesB} {Epilogue} {TermsStride}";
}

/// <summary>
/// Matrix products out of register tiles. Panels of columns are the outer loop, so that a panel of B stays in the
/// second-level cache while the row tiles pass over it; the last row tile overlaps the one before it, which is harmless
/// because results are stored, never accumulated, and any tile yields the same bits.
/// </summary>
static partial class MatrixProductTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, MatrixProduct kernel, Func<Buffer, string> address)
    {
        if (kernel.SumsByLanes)
            return LaneSumTemplate.Call(library, kernel, address);
        int? m = kernel.M.IsRows ? null : kernel.M.Constant, k = kernel.K.IsRows ? null : kernel.K.Constant;
        var shape = new ProductShape(m, m ?? kernel.C.Rows, k, k ?? kernel.B.Rows, Buffer.RoundUp(kernel.C.Columns, 16),
            kernel.A.Stride, kernel.TransposesA, kernel.B.Stride, kernel.C.Stride, kernel.Bias is null ? TileStart.Zero : TileStart.Bias,
            kernel.DividesByRows, kernel.UpperOnly)
        {
            Columns = kernel.C.Columns,
            TransposesB = kernel.TransposesB,
            Epilogue = TileEpilogue.Of(kernel.Epilogue),
            TermsStride = kernel.Terms?.Stride ?? 0,
        };
        string a = address(kernel.A) + Literal.Plus((long)kernel.FirstRow * kernel.A.Stride);
        string epilogue = string.Concat(TileEpilogue.Buffers(kernel.Epilogue).Select(buffer => ", " + address(buffer)));
        return Call(library, shape, a, address(kernel.B), address(kernel.Target),
            kernel.Bias is null ? "" : address(kernel.Bias), kernel.C.RowsOf("rows"), kernel.B.RowsOf("rows"), "c",
            (kernel.Terms is null ? "" : ", " + address(kernel.Terms)) + epilogue);
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
    /// <param name="epilogue">Expressions of the lists of terms, where there are some, and of the epilogue's pointers, where there is one.</param>
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
    sealed partial class Body
    {
        readonly KernelLibrary library;
        readonly ProductShape shape;
        readonly SourceWriter writer;
        readonly IReadOnlyList<PanelGroup> panels;
        readonly int lanes, tileRows;
        readonly bool fetchesFromFar;
        readonly string m, height;

        internal Body(KernelLibrary library, ProductShape shape, SourceWriter writer)
        {
            (this.library, this.shape, this.writer) = (library, shape, writer);
            lanes = library.Instructions.Lanes;
            panels = shape.UpperOnly
                ? PanelSplit.Cut(shape.N / lanes, library.Instructions.TileVectors) : PanelSplit.Cut(library.Instructions, shape.Columns);
            tileRows = library.Instructions.TileRows(panels[0].Vectors, shape.MostRows);
            fetchesFromFar = library.Instructions.FetchesFromFar(shape.MostRows, shape.MostTerms, shape.N);
            m = shape.M is { } rows ? Literal.Number(rows) : "m";
            height = Literal.Number(tileRows);
        }

        internal void Write(string name)
        {
            Header(name);
            if (shape.TransposesB)
            {
                TransposedPanels();
                writer.Close();
                return;
            }
            if (tileRows > 1 && shape.M is null)
            {
                writer.Open($"if (m < {height})");
                SingleRows();
                writer.Line("return;");
                writer.Close();
            }
            if (tileRows == 1)
                SingleRows();
            else if (shape.UpperOnly)
                UpperTiles();
            else if (PausesSums)
                BlockedTiles();
            else
                AllTiles();
            writer.Close();
        }

        /// <summary>Sums that pause go on from C, which must therefore be cut without overlaps.</summary>
        bool PausesSums => library.Instructions.PausesSums(shape.MostTerms) && shape.TransposesA
            && shape.Start == TileStart.Zero && shape.M % tileRows == 0;

        /// <summary>Whether tiles sum the terms of lists.</summary>
        bool ListsTerms => shape.TermsStride > 0 && SparsityPlanner.ServesTiles(tileRows);

        void Header(string name)
        {
            string k = shape.K is { } length ? Literal.Number(length) : "k";
            writer.Line($"// C[{m}, {shape.N}] = {(shape.Start == TileStart.Bias ? "bias + " : "")}"
                + $"{(shape.TransposesA ? $"A[{k}, {m}]ᵀ" : $"A[{m}, {k}]")} {(shape.TransposesB ? $"B[{shape.Columns}, {k}]ᵀ" : $"B[{k}, {shape.N}]")}"
                + (shape.DividesByRows ? " / rows" : "") + (shape.TermsStride > 0 ? " by the terms listed" : "")
                + TileEpilogue.Then(shape.Epilogue) + (shape.UpperOnly ? ", upper triangle" : "") + ".");
            if (shape.TransposesB)
                writer.Line("[SkipLocalsInit]");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* a, float* b, float* c"
                + (shape.Start == TileStart.Bias ? ", float* bias" : "")
                + (shape.M is null ? ", int m" : "")
                + (shape.K is null ? ", int k" : "")
                + (shape.TermsStride > 0 ? ", float* terms" : "")
                + string.Concat(shape.Epilogue?.Pointers.Select(static pointer => ", float* " + pointer) ?? [])
                + ", in KernelContext context)");
        }

        /// <summary>Few rows: one at a time over wide panels.</summary>
        void SingleRows()
        {
            bool reverse = false;
            foreach (PanelGroup group in PanelSplit.Cut(shape.N / lanes, library.Instructions.RowVectors))
            {
                writer.Open();
                Split($"{Literal.Number(group.Count)} * {m}", reverse);
                writer.Open("for (int task = first; task < last; task++)");
                writer.Line(shape.M == 1 ? "int panel = task, row = 0;" : $"int panel = task / {m}, row = task - panel * {m};");
                writer.Line($"int column = {Column(group)};");
                writer.Line(TileCall(group.Vectors, 1, 0, group.EndsInPadding));
                writer.Close();
                writer.Close();
                reverse = true;
            }
        }

        /// <summary>Each worker takes a run of the tiles of each group of panels.</summary>
        void AllTiles()
        {
            string tiles = TileCount(m);
            bool reverse = false;
            foreach (PanelGroup group in panels)
            {
                writer.Open();
                writer.Line($"int tiles = {tiles};");
                Split($"{Literal.Number(group.Count)} * tiles", reverse);
                writer.Open("for (int task = first; task < last; task++)");
                writer.Line("int panel = task / tiles;");
                Tile(group, "(task - panel * tiles)");
                writer.Close();
                writer.Close();
                reverse = true;
            }
        }

        /// <summary>As <see cref="AllTiles"/>, each panel of a worker in blocks of terms.</summary>
        void BlockedTiles()
        {
            int tiles = shape.M!.Value / tileRows;
            string terms = shape.K is { } length ? Literal.Number(length) : "k";
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
                writer.Open($"for (int row = from; row < to; row += {height})");
                if (ListsTerms)
                {
                    writer.Line(NonzeroTermsTemplate.List("terms", "row", shape.TermsStride));
                    writer.Open("if (*list >= 0)");
                    writer.Line("if (start == 0)");
                    writer.Indent().Line(TileCall(group.Vectors, tileRows, 0, group.EndsInPadding, lists: true)).Unindent();
                    writer.Close();
                }
                writer.Line($"{(ListsTerms ? "else " : "")}if (start == 0)");
                writer.Indent().Line(BlockTile(group.Vectors, 0, TileStart.Zero, group.EndsInPadding)).Unindent();
                writer.Line("else");
                writer.Indent().Line(BlockTile(group.Vectors, 0, TileStart.Earlier, group.EndsInPadding)).Unindent();
                writer.Close();
                writer.Close();
                writer.Close();
                writer.Close();
                reverse = true;
            }
        }

        string BlockTile(int vectors, int shift, TileStart start, bool endsInPadding = false)
        {
            string column = shift == 0 ? "column" : $"column + {Literal.Number(shift)}";
            var tile = new TileShape(tileRows, vectors, shape.StrideA, true, shape.StrideB, shape.StrideC, null, start,
                shape.DividesByRows ? TileEnd.Scale : TileEnd.Store)
            {
                EndsInPadding = endsInPadding,
                FetchesC = fetchesFromFar && start == TileStart.Zero,
            };
            return TileTemplate.Call(library, tile, $"a + start * {Literal.Number(shape.StrideA)} + row",
                $"b + start * {Literal.Number(shape.StrideB)} + {column}", $"c + row * {Literal.Number(shape.StrideC)} + {column}",
                k: "length", scale: "scale");
        }

        /// <summary>
        /// Workers take the tiles in turn: their number grows from panel to panel, and equal runs of them would differ in work
        /// where the run-time number of rows ends. Near the diagonal a tile leaves out the vectors that lie below it entirely.
        /// </summary>
        void UpperTiles()
        {
            bool pauses = PausesSums;
            string terms = shape.K is { } length ? Literal.Number(length) : "k";
            writer.Line("int mine = context.Worker; // the next tile of this worker, counted from the panel's first");
            foreach (PanelGroup group in panels)
            {
                int width = group.Vectors * lanes;
                writer.Open($"for (int panel = 0; panel < {Literal.Number(group.Count)} && {Column(group)} < {m}; panel++)");
                writer.Line($"int column = {Column(group)}, tiles = {TileCount($"int.Min({m}, {Column(group)} + {Literal.Number(width)})")};");
                if (pauses)
                {
                    writer.Open($"for (int start = 0; start < {terms}; start += {Literal.Number(library.Instructions.BlockTerms)})");
                    writer.Line($"int length = int.Min({Literal.Number(library.Instructions.BlockTerms)}, {terms} - start);");
                }
                writer.Open("for (int tile = mine; tile < tiles; tile += context.Workers)");
                writer.Line($"int row = {Row("tile")};");
                for (int below = group.Vectors - 1; below >= 0; below--)
                {
                    if (below > 0)
                        writer.Line($"{(below < group.Vectors - 1 ? "else " : "")}if (row >= column + {Literal.Number(below * lanes)})");
                    else if (group.Vectors > 1)
                        writer.Line("else");
                    UpperTile(group.Vectors - below, below * lanes, pauses);
                }
                writer.Close();
                if (pauses)
                    writer.Close();
                writer.Line("mine = (mine + context.Workers - tiles % context.Workers) % context.Workers;");
                writer.Close();
            }
        }

        void UpperTile(int vectors, int shift, bool pauses)
        {
            if (!pauses)
            {
                writer.Indent().Line(TileCall(vectors, tileRows, shift)).Unindent();
                return;
            }
            writer.Open();
            writer.Line("if (start == 0)");
            writer.Indent().Line(BlockTile(vectors, shift, TileStart.Zero)).Unindent();
            writer.Line("else");
            writer.Indent().Line(BlockTile(vectors, shift, TileStart.Earlier)).Unindent();
            writer.Close();
        }

        /// <summary>Groups are split one by one, the second from the other end, so that a worker with a tile more has one less there.</summary>
        void Split(string count, bool reverse) => writer.Line($"context.Split{(reverse ? "Reversed" : "")}({count}, out int first, out int last);");

        /// <summary>
        /// The tile of a place in its panel: a whole one; at the end of a full batch what is left, at its own height; at any
        /// other end one that overlaps the tile before it.
        /// </summary>
        void Tile(PanelGroup group, string place, bool declaresColumn = true, bool transposesAhead = false)
        {
            int rest = shape.MostRows % tileRows;
            if (declaresColumn)
                writer.Line($"int column = {Column(group)};");
            if (rest == 0)
            {
                writer.Line($"int row = {Row(place)};");
                string whole = TileCall(group.Vectors, tileRows, 0, group.EndsInPadding, transposesAhead: transposesAhead);
                if (!ListsTerms)
                {
                    writer.Line(whole);
                    return;
                }
                ListedTile(group, shape.M is null ? $" && row % {height} == 0" : "");
                writer.Line("else");
                writer.Indent().Line(whole).Unindent();
                return;
            }
            writer.Line($"int row = {height} * {place};");
            if (ListsTerms)
                ListedTile(group, $" && row + {height} <= {m}");
            writer.Line($"{(ListsTerms ? "else " : "")}if (row == {m} - {Literal.Number(rest)})");
            writer.Indent().Line(TileCall(group.Vectors, rest, 0, group.EndsInPadding, transposesAhead: transposesAhead)).Unindent();
            writer.Line("else");
            string start = shape.M is null ? $"int.Min(row, m - {height})" : "row";
            writer.Indent().Line(TileCall(group.Vectors, tileRows, 0, group.EndsInPadding, start, transposesAhead)).Unindent();
        }

        /// <summary>The tile that sums what its list has, where it has one: tiles that overlap the one before them do not.</summary>
        void ListedTile(PanelGroup group, string overlapsNone)
        {
            writer.Line(NonzeroTermsTemplate.List("terms", "row", shape.TermsStride));
            writer.Line($"if (*list >= 0{overlapsNone})");
            writer.Indent().Line(TileCall(group.Vectors, tileRows, 0, group.EndsInPadding, lists: true)).Unindent();
        }

        /// <summary>The call of the tile at <paramref name="row"/> and <c>column</c> + <paramref name="shift"/>.</summary>
        string TileCall(int vectors, int rows, int shift, bool endsInPadding = false, string row = "row", bool transposesAhead = false, bool lists = false)
        {
            string column = shift == 0 ? "column" : $"column + {Literal.Number(shift)}";
            var tile = new TileShape(rows, vectors, shape.StrideA, shape.TransposesA, shape.TransposesB ? vectors * lanes : shape.StrideB,
                shape.StrideC, shape.K, shape.Start, shape.DividesByRows ? TileEnd.Scale : TileEnd.Store)
            {
                Epilogue = shape.Epilogue,
                EndsInPadding = endsInPadding,
                Ahead = rows == 1 || shape.TransposesB ? 0 : library.Instructions.Ahead(shape.MostTerms, vectors),
                Next = rows == 1 || !shape.TransposesB ? 0 : NextPerTerm(vectors),
                Aside = transposesAhead ? new TransposedAside(shape.StrideB, null, FloatsAside, Fetches: true) : null,
                FetchesC = rows > 1 && fetchesFromFar,
                FetchesNextA = rows > 1 && fetchesFromFar,
            };
            if (lists)
                tile = tile with { K = null, ListsTerms = true, Ahead = 0, FetchesNextA = false };
            if (rows == 1)
            {
                tile = tile with { StrideC = 0, StrideA = shape.TransposesA ? shape.StrideA : 0, Chains = Chains };
                if (shape.MostRows == 1 && Chains == 1)
                    tile = tile with { Unrolled = Math.Min(library.Instructions.RowTerms(shape.StrideB), shape.K ?? int.MaxValue) };
            }
            return TileTemplate.Call(library, tile, shape.TransposesA ? "a + " + row : $"a + {row} * {Literal.Number(shape.StrideA)}",
                shape.TransposesB ? "transposed" : $"b + {column}", $"c + {row} * {Literal.Number(shape.StrideC)} + {column}", $"bias + {column}", lists ? "list" : "k",
                "context.InverseRows", transposesAhead ? $"b + (nint)next * {Literal.Number(shape.StrideB)} + done, following + done * width, count, width"
                    : $"next + place * {Literal.Number((long)shape.MostTerms * tile.Next)}", EpilogueArguments(row, column));
        }

        /// <summary>
        /// Sums of each output of a network of one row, the same for both instruction sets: as many as narrow vectors have
        /// registers for.
        /// </summary>
        int Chains => shape.MostRows > 1 || shape.TransposesA || shape.K is not >= 4 ? 1
            : shape.N switch { <= 16 => 4, <= 32 => 2, _ => 1 };

        string EpilogueArguments(string row, string column)
        {
            if (shape.Epilogue is not { } epilogue)
                return "";
            string place = $"{row} * {Literal.Number(shape.StrideC)} + {column}";
            return (epilogue.StoresSums ? $", y + {place}" : "")
                + string.Concat(epilogue.Operands.Select((kind, i) => $", e{Literal.Number(i + 1)} + {(kind == 'm' ? place : column)}"));
        }

        string Column(PanelGroup group, string panel = "panel") =>
            $"{Literal.Number(group.Vectors * lanes)} * {panel}{Literal.Plus(group.First * lanes)}";

        string Row(string tile) => shape.M is { } rows && rows % tileRows == 0
            ? $"{height} * {tile}"
            : $"int.Min({height} * {tile}, {m} - {height})";

        string TileCount(string rows) => $"({rows} + {Literal.Number(tileRows - 1)}) / {height}";
    }
}
