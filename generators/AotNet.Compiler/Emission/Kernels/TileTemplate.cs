using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Value that the sums of a tile start from.</summary>
enum TileStart
{
    /// <summary>Zero.</summary>
    Zero,

    /// <summary>The bias of each column.</summary>
    Bias,

    /// <summary>What C holds: earlier terms.</summary>
    Earlier,

    /// <summary>What C holds, from which the terms are subtracted.</summary>
    Target,
}

/// <summary>What becomes of the sums of a tile.</summary>
enum TileEnd
{
    /// <summary>C = sums.</summary>
    Store,

    /// <summary>C = sums times a factor.</summary>
    Scale,
}

/// <summary>Everything that distinguishes the code of a tile.</summary>
/// <param name="Rows">Rows of C.</param>
/// <param name="Vectors">Vectors across C.</param>
/// <param name="StrideA">Floats from row to row of A as it is stored.</param>
/// <param name="TransposesA">Whether A is stored K x M.</param>
/// <param name="StrideB">Floats from row to row of B.</param>
/// <param name="StrideC">Floats from row to row of C.</param>
/// <param name="K">Length of each sum; null for an argument.</param>
/// <param name="Start">What sums start from.</param>
/// <param name="End">What becomes of them.</param>
sealed record TileShape(int Rows, int Vectors, int StrideA, bool TransposesA, int StrideB, int StrideC, int? K,
    TileStart Start, TileEnd End)
{
    /// <summary>Element-wise work on the sums; null when they are stored.</summary>
    internal TileEpilogue? Epilogue { get; init; }

    /// <summary>Whether the 8 columns at its end, or behind it, are padding: not computed, only zeroed.</summary>
    internal bool EndsInPadding { get; init; }

    /// <summary>How many terms ahead of its use a row of B, or of a transposed A, is asked for; 0 where the processor does so by itself.</summary>
    internal int Ahead { get; init; }

    /// <summary>Floats of what comes next that each term asks for, so that it is near when it is wanted; 0 for none.</summary>
    internal int Next { get; init; }

    /// <summary>Whether it asks for its block of C before it computes it, so that its end need not wait.</summary>
    internal bool FetchesC { get; init; }

    /// <summary>Whether it asks, for the second-level cache, for the part of A that the tile below will want.</summary>
    internal bool FetchesNextA { get; init; }

    /// <summary>Sums of <see cref="K"/> terms that follow each other; B goes on where the one before ended.</summary>
    internal int Segments { get; init; } = 1;

    /// <summary>Floats of A from one of them to the next.</summary>
    internal int SegmentStrideA { get; init; }

    /// <summary>Terms that are written out one behind the other; what they leave over of K is a loop of its own.</summary>
    internal int Unrolled { get; init; } = 1;

    /// <summary>
    /// Sums that the terms of a single row go to in turn, added in the end: where there are too few columns to hide the latency of
    /// one sum. K is known, and at least as large.
    /// </summary>
    internal int Chains { get; init; } = 1;

    /// <summary>Terms of an iteration.</summary>
    internal int Terms => Math.Max(Unrolled, Chains);

    /// <summary>Floats from A's first element to that of each row, where they are not <see cref="StrideA"/>, or one, apart.</summary>
    internal IReadOnlyList<int>? Offsets { get; init; }

    /// <summary>Floats from the first element of A to that of a row.</summary>
    internal int OffsetOf(int row) => Offsets is { } offsets ? offsets[row] : TransposesA ? row : row * StrideA;

    /// <summary>Floats from a term of A to the next.</summary>
    internal int TermStrideA => TransposesA ? StrideA : 1;

    /// <summary>Floats of the next tile's A, where its rows lie one behind the other, that each term asks for.</summary>
    internal int NextAPerTerm => FetchesNextA && !TransposesA && K is { } terms ? (Rows * StrideA + terms - 1) / terms : 0;

    /// <summary>Everything that distinguishes the method.</summary>
    internal string Key => $"{this} {Epilogue} {EndsInPadding} {Ahead} {Next} {FetchesC} {FetchesNextA} "
        + $"{Segments} {SegmentStrideA} {Unrolled} {Chains} {string.Join(" ", Offsets ?? [])}";
}

/// <summary>Element-wise work on the sums of a tile; see <see cref="Planning.Epilogue"/>.</summary>
/// <param name="Steps">Expressions, one a line.</param>
/// <param name="Operands">A letter for each operand: <c>m</c> a matrix of C's layout, <c>r</c> a row for all rows.</param>
/// <param name="StoresSums">Whether the sums go to C too; if not, C is where the last value goes.</param>
sealed record TileEpilogue(string Steps, string Operands, bool StoresSums)
{
    /// <summary>What a kernel's epilogue is to its tiles.</summary>
    internal static TileEpilogue? Of(Planning.Epilogue? epilogue) => epilogue is null ? null
        : new TileEpilogue(epilogue.Steps, string.Concat(epilogue.Operands.Select(static operand => operand.Rows == 1 ? 'r' : 'm')), epilogue.StoresResult);

    /// <summary>Buffers that its pointers stand for, in their order.</summary>
    internal static IEnumerable<Buffer> Buffers(Planning.Epilogue? epilogue) => epilogue is null ? []
        : (epilogue.StoresResult ? new[] { epilogue.Output } : []).Concat(epilogue.Operands);

    /// <summary>Names of the pointers that it adds to the tile's parameters.</summary>
    internal IEnumerable<string> Pointers => (StoresSums ? new[] { "y" } : []).Concat(Operands.Select(static (_, i) => "e" + Literal.Number(i + 1)));

    /// <summary>Those of a kernel that has a y of its own, and the buffers that they point to.</summary>
    internal static IEnumerable<(string Name, Buffer? Buffer)> Parameters(Planning.Epilogue? epilogue) =>
        PointersBesideY(Of(epilogue)).Zip(Buffers(epilogue), static (name, buffer) => (name, (Buffer?)buffer));

    /// <summary>What a comment says of an epilogue behind the product; nothing without one.</summary>
    internal static string Then(TileEpilogue? epilogue) => epilogue is null ? "" : ", then " + epilogue.Steps.Replace("\n", ", then ");

    /// <summary>Writes what becomes of a vector <c>sum</c> outside of a tile, in a kernel that has a y of its own.</summary>
    /// <param name="writer">Writer.</param>
    /// <param name="epilogue">The work; null when the sum is stored as it is.</param>
    /// <param name="target">Pointer to C.</param>
    /// <param name="at">From it, and from matrices, to where the sum belongs; rows are at <c>j</c>.</param>
    internal static void Finish(SourceWriter writer, TileEpilogue? epilogue, string target, string at)
    {
        if (epilogue is null)
        {
            writer.Line($"*(V*)({target} + {at}) = sum;");
            return;
        }
        if (epilogue.StoresSums)
            writer.Line($"*(V*)({target} + {at}) = sum;");
        object[] values = [.. new[] { "sum" }.Concat(epilogue.Operands.Select((kind, i) => $"*(V*)(e{Literal.Number(i + 1)} + {(kind == 'm' ? at : "j")})"))];
        foreach (string step in epilogue.Steps.Split('\n'))
            writer.Line($"sum = {string.Format(Literal.Culture, step, values)};");
        writer.Line($"*(V*)({(epilogue.StoresSums ? "y_" : target)} + {at}) = sum;");
    }

    /// <summary>Names of the same for the parameters of a kernel that has a y of its own; none without an epilogue.</summary>
    internal static IEnumerable<string> PointersBesideY(TileEpilogue? epilogue) =>
        epilogue is null ? [] : epilogue.Pointers.Select(static pointer => pointer == "y" ? "y_" : pointer);
}

/// <summary>
/// The register tile that all products are made of: a block of C stays in registers while k runs once, one row of B is
/// loaded and one broadcast of A folded into the multiply-adds per step. Each output is one chain of fused
/// multiply-adds in ascending k, so its bits depend neither on the tile nor on the instruction set. Only networks of one row
/// have several chains, as many for both instruction sets.
/// </summary>
static class TileTemplate
{
    /// <summary>-x y + z in one rounding; the portable form with a negated factor costs an instruction.</summary>
    internal static string MultiplySubtract(InstructionSet instructions) =>
        instructions.Lanes == 16 ? "Avx512F.FusedMultiplyAddNegated" : "Fma.MultiplyAddNegated";

    /// <summary>
    /// Name of the method of a tile, <c>(float* a, float* b, float* c[, float* bias][, int k][, float scale][, float* next])</c>.
    /// </summary>
    internal static string Method(KernelLibrary library, TileShape shape)
    {
        string hint = $"Tile{Literal.Number(shape.Rows)}x{Literal.Number(shape.Vectors * library.Instructions.Lanes)}";
        return library.Method(shape.Key, hint, (writer, name) => Write(writer, name, shape, library.Instructions));
    }

    /// <summary>A call of a tile's method.</summary>
    /// <param name="library">Methods.</param>
    /// <param name="shape">Tile.</param>
    /// <param name="a">Expression of A's first element.</param>
    /// <param name="b">Expression of B's.</param>
    /// <param name="c">Expression of C's.</param>
    /// <param name="bias">Expression of the bias of the first column, where sums start from one.</param>
    /// <param name="k">Expression of the length of the sums, where it is an argument.</param>
    /// <param name="scale">Expression of the factor, where there is one.</param>
    /// <param name="next">Expression of what comes next, where the tile asks for it.</param>
    /// <param name="epilogue">Expressions of the epilogue's pointers, where there is one.</param>
    internal static string Call(KernelLibrary library, TileShape shape, string a, string b, string c, string bias = "", string k = "",
        string scale = "", string next = "", string epilogue = "") =>
        $"{Method(library, shape)}({a}, {b}, {c}"
        + (shape.Start == TileStart.Bias ? ", " + bias : "")
        + (shape.K is null ? ", " + k : "")
        + (shape.End == TileEnd.Scale ? ", " + scale : "")
        + (shape.Next > 0 ? ", " + next : "")
        + epilogue
        + ");";

    static void Write(SourceWriter writer, string name, TileShape shape, InstructionSet instructions)
    {
        int lanes = instructions.Lanes;
        // Half a vector lives in the lower half of its register; the upper half is zero whenever it is widened.
        bool half = shape.EndsInPadding && lanes == 16;
        bool IsHalf(int vector) => half && vector == shape.Vectors - 1;
        string multiplyAdd = shape.Start == TileStart.Target ? MultiplySubtract(instructions) : "VN.FusedMultiplyAdd";
        OpenMethod(writer, name, shape, lanes);
        for (int row = 0; row < shape.Rows; row++)
            Declare("c" + Literal.Number(row) + "_", v => Begin(shape, row, v * lanes));
        for (int chain = 1; chain < shape.Chains; chain++)
            Declare("c" + Literal.Number(chain) + "_", static _ => "V.Zero");
        bool loops = shape.K != shape.Terms, leavesTerms = shape.Unrolled > 1 && !(shape.K % shape.Unrolled == 0);
        if (loops)
            writer.Line($"float* end = b + {Floats(shape.Terms)};");
        if (leavesTerms)
            writer.Line($"float* last = b + {Floats(1)};");
        if (shape.FetchesC)
            FetchC(writer, shape, lanes);
        if (shape.NextAPerTerm > 0)
            writer.Line($"float* below = a + {Literal.Number(shape.Rows * shape.StrideA)};");
        if (shape.Segments > 1)
            writer.Open($"for (int segment = 0; segment < {Literal.Number(shape.Segments)}; segment++)");
        if (loops)
            writer.Open(leavesTerms ? "while (b != end)" : "do");
        Terms(shape.Terms);
        if (loops)
            writer.Close(leavesTerms ? "" : " while (b != end);");
        if (leavesTerms)
        {
            writer.Open("while (b != last)");
            Terms(1);
            writer.Close();
        }
        for (int term = 0; term < (shape.K ?? 0) % shape.Chains; term++)
            MultiplyAdd(0, term);
        if (shape.Segments > 1)
        {
            string advance = Literal.Number(shape.SegmentStrideA - shape.K!.Value * shape.TermStrideA);
            writer.Line(loops ? $"a += {advance}; end += {Literal.Number((long)shape.K.Value * shape.StrideB)};" : $"a += {advance};");
            writer.Close();
        }
        if (shape.End == TileEnd.Scale)
            writer.Line("V factor = VN.Create(scale);");
        for (int row = 0; row < shape.Rows; row++)
            FinishRow(writer, shape, row, lanes, v => Sum(row, v));
        writer.Close();

        // Floats of B in as many terms as a multiple of count has.
        string Floats(int count) => shape.K is { } length ? Literal.Number((long)(length - length % count) * shape.StrideB)
            : count == 1 ? $"(nint)k * {Literal.Number(shape.StrideB)}"
            : $"(nint)(k - k % {Literal.Number(count)}) * {Literal.Number(shape.StrideB)}";

        // A single row uses each vector of B once, straight from memory: wide rows would not leave registers for them.
        string B(int v, int term) => shape.Rows > 1 ? "b" + Literal.Number(v)
            : IsHalf(v) ? Load("b", term * shape.StrideB + v * lanes).Replace("(V*)", "(Vector256<float>*)") : Load("b", term * shape.StrideB + v * lanes);

        void Terms(int count)
        {
            for (int term = 0; term < count; term++)
            {
                if (shape.Unrolled > 1 && shape.Rows > 1)
                    writer.Open();
                if (shape.Rows > 1)
                    Declare("b", v => Load("b", term * shape.StrideB + v * lanes));
                if (shape.Ahead > 0)
                    writer.Line(Prefetches(shape, lanes));
                if (shape.Next > 0)
                    writer.Line($"Sse.Prefetch0(next); next += {Literal.Number(shape.Next)};");
                if (shape.NextAPerTerm > 0)
                    writer.Line($"Sse.Prefetch1(below); below += {Literal.Number(shape.NextAPerTerm)};");
                else if (shape.FetchesNextA && shape.TransposesA)
                    writer.Line($"Sse.Prefetch1(a + {Literal.Number(2 * shape.Rows - 1)});");
                for (int row = 0; row < shape.Rows; row++)
                    MultiplyAdd(row, term);
                if (shape.Unrolled > 1 && shape.Rows > 1)
                    writer.Close();
            }
            writer.Line($"a += {Literal.Number(count * shape.TermStrideA)}; b += {Literal.Number(count * shape.StrideB)};");
        }

        void MultiplyAdd(int row, int term)
        {
            int offset = shape.OffsetOf(row) + term * shape.TermStrideA, sum = shape.Chains > 1 ? term : row;
            string operation(int v) => IsHalf(v) ? multiplyAdd.Replace("VN.", "Vector256.") : multiplyAdd;
            string factor(int v) => !IsHalf(v) ? "t" : shape.Vectors == 1 ? $"Vector256.Create(a[{Literal.Number(offset)}])" : "t.GetLower()";
            writer.Line((half && shape.Vectors == 1 ? "{ " : $"{{ V t = VN.Create(a[{Literal.Number(offset)}]); ")
                + string.Join(" ", Enumerable.Range(0, shape.Vectors).Select(v => $"c{sum}_{v} = {operation(v)}({factor(v)}, {B(v, term)}, c{sum}_{v});"))
                + " }");
        }

        string Sum(int row, int v)
        {
            string sum = shape.Chains == 1 ? $"c{row}_{v}" : $"({string.Join(" + ", Enumerable.Range(0, shape.Chains).Select(chain => $"c{chain}_{v}"))})";
            return sum + (IsHalf(v) ? ".ToVector512()" : "");
        }

        void Declare(string prefix, Func<int, string> value)
        {
            int full = half ? shape.Vectors - 1 : shape.Vectors;
            string text = full == 0 ? "" : "V " + string.Join(", ", Enumerable.Range(0, full).Select(v => $"{prefix}{v} = {value(v)}")) + ";";
            if (half)
                text += $" Vector256<float> {prefix}{full} = {value(full).Replace("(V*)", "(Vector256<float>*)").Replace("V.Zero", "Vector256<float>.Zero")};";
            writer.Line(text.TrimStart());
        }
    }

    /// <summary>Says what the method computes, and begins it.</summary>
    static void OpenMethod(SourceWriter writer, string name, TileShape shape, int lanes)
    {
        string sum = shape.Start switch
        {
            TileStart.Bias => "bias + A B",
            TileStart.Earlier => "C + A B",
            TileStart.Target => "C - A B",
            _ => "A B",
        };
        string result = shape.Epilogue is { } epilogue ? $"{(epilogue.StoresSums ? "C, and y" : "C")} = epilogue of {sum}"
            : shape.End == TileEnd.Scale ? $"C = scale ({sum})" : $"C = {sum}";
        string terms = shape.K is { } constant ? Literal.Number(constant) : "k";
        if (shape.Segments > 1)
            terms = $"{Literal.Number(shape.Segments)} times {terms}, A's {Literal.Number(shape.SegmentStrideA)} floats apart,";
        string left = shape.Offsets is { } offsets ? $"a[{shape.TermStrideA} k + {{{string.Join(", ", offsets.Select(static offset => Literal.Number(offset)))}}}[m]]"
            : shape.TransposesA ? $"a[{shape.StrideA} k + m]" : $"a[{shape.StrideA} m + k]";
        writer.Line($"// {shape.Rows} x {shape.Vectors * lanes} of {result} over {terms} terms: "
            + $"A(m, k) = {left}, B(k, n) = b[{shape.StrideB} k + n], C(m, n) = c[{shape.StrideC} m + n].");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* a, float* b, float* c"
            + (shape.Start == TileStart.Bias ? ", float* bias" : "")
            + (shape.K is null ? ", int k" : "")
            + (shape.End == TileEnd.Scale ? ", float scale" : "")
            + (shape.Next > 0 ? ", float* next" : "")
            + string.Concat(shape.Epilogue?.Pointers.Select(static pointer => ", float* " + pointer) ?? [])
            + ")");
    }

    /// <summary>
    /// Rows lie further apart than the processor looks ahead by itself, so each cache line of a row to come is named.
    /// </summary>
    static string Prefetches(TileShape shape, int lanes)
    {
        IEnumerable<string> lines = LinesOfRow(shape, lanes).Select(line => "b + " + Literal.Number(shape.Ahead * shape.StrideB + line));
        if (shape.TransposesA)
            lines = lines.Append("a + " + Literal.Number(shape.Ahead * shape.StrideA + shape.Rows - 1));
        return string.Join(" ", lines.Select(static line => $"Sse.Prefetch0({line});"));
    }

    static void FetchC(SourceWriter writer, TileShape shape, int lanes)
    {
        writer.Line($"for (nint row = 0; row < {Literal.Number(shape.Rows * shape.StrideC)}; row += {Literal.Number(shape.StrideC)})");
        IEnumerable<string> lines = Targets(shape).SelectMany(target => LinesOfRow(shape, lanes)
            .Select(line => $"Sse.Prefetch0({target} + row{Literal.Plus(line)});"));
        writer.Indent().Line($"{{ {string.Join(" ", lines)} }}").Unindent();
    }

    /// <summary>First floats of the cache lines across a tile.</summary>
    static IEnumerable<int> LinesOfRow(TileShape shape, int lanes)
    {
        const int Line = 16;
        return Enumerable.Range(0, (shape.Vectors * lanes + Line - 1) / Line).Select(static line => line * Line);
    }

    static IEnumerable<string> Targets(TileShape shape) => shape.Epilogue is { StoresSums: true } ? ["c", "y"] : ["c"];

    static string Begin(TileShape shape, int row, int column) => shape.Start switch
    {
        TileStart.Bias => Load("bias", column),
        TileStart.Earlier or TileStart.Target => Load("c", row * shape.StrideC + column),
        _ => "V.Zero",
    };

    /// <summary>Takes the sums of a row to where they go, and zeroes the padding behind them.</summary>
    internal static void FinishRow(SourceWriter writer, TileShape shape, int row, int lanes, Func<int, string> sum)
    {
        if (shape.Epilogue is null)
            writer.Line(string.Join(" ", Enumerable.Range(0, shape.Vectors).Select(v => Finish(shape, row, v, lanes, sum(v)))));
        else
            for (int v = 0; v < shape.Vectors; v++)
                writer.Line(FinishByEpilogue(shape, shape.Epilogue, row, v, lanes, sum(v)));
        if (shape.EndsInPadding && lanes < 16)
            writer.Line(string.Join(" ", Targets(shape).Select(target =>
                $"{Load(target, row * shape.StrideC + shape.Vectors * lanes)} = V.Zero;")));
    }

    static string Finish(TileShape shape, int row, int vector, int lanes, string sum) =>
        $"{Load("c", row * shape.StrideC + vector * lanes)} = {sum}{(shape.End == TileEnd.Scale ? " * factor" : "")};";

    static string FinishByEpilogue(TileShape shape, TileEpilogue epilogue, int row, int vector, int lanes, string sum)
    {
        int offset = row * shape.StrideC + vector * lanes;
        string text = $"{{ V x0 = {sum}{(shape.End == TileEnd.Scale ? " * factor" : "")};" + (epilogue.StoresSums ? $" {Load("c", offset)} = x0;" : "");
        string[] steps = epilogue.Steps.Split('\n');
        object[] values = [.. new[] { "" }.Concat(epilogue.Operands.Select((kind, i) =>
            Load("e" + Literal.Number(i + 1), kind == 'm' ? offset : vector * lanes)))];
        for (int i = 0; i < steps.Length; i++)
        {
            values[0] = "x" + Literal.Number(i);
            string value = string.Format(Literal.Culture, steps[i], values);
            text += i < steps.Length - 1 ? $" V x{Literal.Number(i + 1)} = {value};" : $" {Load(epilogue.StoresSums ? "y" : "c", offset)} = {value}; }}";
        }
        return text;
    }

    /// <summary>The vector at <paramref name="pointer"/> + <paramref name="offset"/>.</summary>
    internal static string Load(string pointer, int offset) =>
        offset == 0 ? $"*(V*){pointer}" : $"*(V*)({pointer} + {Literal.Number(offset)})";
}
