using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

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
    /// Name of the method of a tile, <c>(float* a, float* b, float* c[, float* bias][, int k][, float scale][, float* next])</c>; one
    /// that transposes aside takes <c>float* from, float* to, int count, int width</c> in place of <c>next</c>, one that sums the
    /// terms of a list <c>int* list</c> in place of <c>k</c>.
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
    /// <param name="k">Expression of the length of the sums, where it is an argument, or of the list of terms.</param>
    /// <param name="scale">Expression of the factor, where there is one.</param>
    /// <param name="next">Expression of what comes next, where the tile asks for it; four, where it transposes it.</param>
    /// <param name="epilogue">Expressions of the epilogue's pointers, where there is one.</param>
    internal static string Call(KernelLibrary library, TileShape shape, string a, string b, string c, string bias = "", string k = "",
        string scale = "", string next = "", string epilogue = "") =>
        $"{Method(library, shape)}({a}, {b}, {c}"
        + (shape.Start == TileStart.Bias ? ", " + bias : "")
        + (shape.K is null ? ", " + k : "")
        + (shape.End == TileEnd.Scale ? ", " + scale : "")
        + (shape.Next > 0 || shape.Aside is not null ? ", " + next : "")
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
        bool loops = shape.K != shape.Terms && !shape.ListsTerms, leavesTerms = shape.Unrolled > 1 && !(shape.K % shape.Unrolled == 0);
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
        if (shape.Aside is { } aside)
            TransposeAside(writer, aside, () => Terms(1));
        bool leavesNone = loops && !leavesTerms && shape.Aside is null;
        if (loops)
            writer.Open(leavesNone ? "do" : "while (b != end)");
        if (shape.ListsTerms)
            ListedTerms();
        else
            Terms(shape.Terms);
        if (loops)
            writer.Close(leavesNone ? " while (b != end);" : "");
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

        void ListedTerms()
        {
            writer.Open("for (int* end = list + *list; list != end;)");
            writer.Line("nint term = *++list;");
            writer.Line($"float* left = a + {(shape.TransposesA ? $"term * {Literal.Number(shape.StrideA)}" : "term")}, right = b + term * {Literal.Number(shape.StrideB)};");
            Declare("b", v => Load("right", v * lanes));
            for (int row = 0; row < shape.Rows; row++)
                MultiplyAdd(row, 0);
            writer.Close();
        }

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
            string value = $"{(shape.ListsTerms ? "left" : "a")}[{Literal.Number(offset)}]";
            string factor(int v) => !IsHalf(v) ? "t" : shape.Vectors == 1 ? $"Vector256.Create({value})" : "t.GetLower()";
            writer.Line((half && shape.Vectors == 1 ? "{ " : $"{{ V t = VN.Create({value}); ")
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

    /// <summary>
    /// Writes <c>count</c> rows of a transpose, with a term, if there is one, behind each few floats. Rows are columns of
    /// <c>from</c>, whose cache lines are asked for in turn, one in as many columns as there are floats for a term.
    /// </summary>
    internal static void TransposeAside(SourceWriter writer, TransposedAside aside, Action? term = null)
    {
        const int Line = 16;
        string step = Literal.Number(aside.PerTerm * aside.SourceStride);
        writer.Line($"// {(term is null ? "T" : "Meanwhile t")}o[count, width] = from[width, count]ᵀ.");
        writer.Open($"for (; count > 0; count--, from++{(aside.TargetStride is { } stride ? $", to += {Literal.Number(stride)} - width" : "")})");
        writer.Line("float* source = from, rowEnd = to + width;");
        if (aside.Fetches)
            writer.Line($"float* ahead = from + count % {Literal.Number(aside.PerTerm)} * {Literal.Number(aside.SourceStride)} + {Literal.Number(Line)};");
        writer.Open("do");
        writer.Line(string.Join(" ", Enumerable.Range(0, aside.PerTerm).Select(i => $"{Bits("to", i)} = {Bits("source", i * aside.SourceStride)};")));
        writer.Line($"source += {step}; to += {Literal.Number(aside.PerTerm)};");
        if (aside.Fetches)
            writer.Line($"Sse.Prefetch0(ahead); ahead += {step};");
        term?.Invoke();
        writer.Close(" while (to != rowEnd);");
        writer.Close();

        static string Bits(string pointer, int offset) => offset == 0 ? $"*(int*){pointer}" : $"*(int*)({pointer} + {Literal.Number(offset)})";
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
        string terms = shape.ListsTerms ? "the list's" : shape.K is { } constant ? Literal.Number(constant) : "k";
        if (shape.Segments > 1)
            terms = $"{Literal.Number(shape.Segments)} times {terms}, A's {Literal.Number(shape.SegmentStrideA)} floats apart,";
        string left = shape.Offsets is { } offsets ? $"a[{shape.TermStrideA} k + {{{string.Join(", ", offsets.Select(static offset => Literal.Number(offset)))}}}[m]]"
            : shape.TransposesA ? $"a[{shape.StrideA} k + m]" : $"a[{shape.StrideA} m + k]";
        writer.Line($"// {shape.Rows} x {shape.Vectors * lanes} of {result} over {terms} terms: "
            + $"A(m, k) = {left}, B(k, n) = b[{shape.StrideB} k + n], C(m, n) = c[{shape.StrideC} m + n].");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* a, float* b, float* c"
            + (shape.Start == TileStart.Bias ? ", float* bias" : "")
            + (shape.ListsTerms ? ", int* list" : shape.K is null ? ", int k" : "")
            + (shape.End == TileEnd.Scale ? ", float scale" : "")
            + (shape.Next > 0 ? ", float* next" : shape.Aside is not null ? ", float* from, float* to, int count, int width" : "")
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
