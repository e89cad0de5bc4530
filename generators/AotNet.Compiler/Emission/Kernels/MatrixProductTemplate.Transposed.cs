using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

static partial class MatrixProductTemplate
{
    /// <summary>
    /// A product whose right operand is stored N x K: each panel of it is transposed into scratch of the worker that needs it.
    /// Where a panel has tiles enough, these transpose the panel after it aside.
    /// </summary>
    sealed partial class Body
    {
        /// <summary>Floats of the next panel that a term transposes: more would take longer than its multiply-adds.</summary>
        const int FloatsAside = 4;

        int Terms => shape.K!.Value;

        int WidestPanel => panels.Max(static group => group.Vectors) * lanes;

        /// <summary>Whether the tiles of a full batch can transpose a panel by <see cref="FloatsAside"/> floats a term.</summary>
        bool TransposesAhead
        {
            get
            {
                int tiles = (shape.MostRows + tileRows - 1) / tileRows;
                return shape.TransposesB && tileRows > 1 && shape.N > WidestPanel && (Terms + tiles - 1) / tiles * WidestPanel <= FloatsAside * Terms;
            }
        }

        void TransposedPanels()
        {
            PanelMemory.Declare(writer, "transposed", Terms * WidestPanel);
            if (TransposesAhead)
            {
                PanelMemory.Declare(writer, "following", Terms * WidestPanel);
                writer.Line("bool ready = false; // whether the panel that comes is transposed already");
            }
            writer.Line($"int tiles = {TileCount(m)};");
            for (int i = 0; i < panels.Count; i++)
                writer.Line($"context.Split{(i > 0 ? "Reversed" : "")}({Literal.Number(panels[i].Count)} * tiles, out int first{i}, out int last{i});");
            for (int i = 0; i < panels.Count; i++)
                TransposedGroup(i);
        }

        void TransposedGroup(int index)
        {
            PanelGroup group = panels[index];
            writer.Open($"for (int task = first{index}; task < last{index};)");
            writer.Line($"int panel = task / tiles, column = {Column(group)}, end = int.Min(last{index}, (panel + 1) * tiles);");
            if (TransposesAhead)
                writer.Line("if (!ready)").Indent();
            TransposePanel(group);
            if (TransposesAhead)
                writer.Unindent();
            if (shape.M is null && tileRows > 1)
            {
                writer.Open($"if (m < {height})");
                writer.Line("for (int row = 0; row < m; row++)");
                writer.Indent().Line(TileCall(group.Vectors, 1, 0, group.EndsInPadding)).Unindent();
                writer.Line("task = end;");
                writer.Line("continue;");
                writer.Close();
            }
            bool ahead = TransposesAhead && ChoosesNext(index);
            if (!ahead && NextPerTerm(group.Vectors) > 0)
                writer.Line($"float* next = b + (nint)(column + {Literal.Number(group.Vectors * lanes)}) * {Literal.Number(shape.StrideB)};");
            writer.Open("for (; task < end; task++)");
            writer.Line("int place = task - panel * tiles;");
            if (ahead)
                writer.Line($"int count = int.Min(share, {Literal.Number(Terms)} - done);");
            Tile(group, "place", declaresColumn: false, ahead);
            if (ahead)
                writer.Line("done += count;");
            writer.Close();
            if (ahead)
            {
                writer.Line("ready = share > 0;");
                writer.Line("float* spent = transposed;");
                writer.Line("transposed = following;");
                writer.Line("following = spent;");
            }
            else if (TransposesAhead && index + 1 < panels.Count)
            {
                writer.Line("ready = false;");
            }
            writer.Close();
        }

        void TransposePanel(PanelGroup group)
        {
            int width = group.Vectors * lanes, last = group.Count - 1;
            string whole = Call(width);
            if (EndsInWholePanel(group))
            {
                writer.Line(whole);
                return;
            }
            string partial = Call(shape.Columns - (group.First + last * group.Vectors) * lanes);
            writer.Lines(last == 0 ? partial : $"if (panel == {Literal.Number(last)})\n    {partial}\nelse\n    {whole}");

            string Call(int rows) =>
                $"{TransposeTemplate.Panel(library, rows, Terms, shape.StrideB, width)}(b + (nint)column * {Literal.Number(shape.StrideB)}, transposed);";
        }

        /// <summary>Whether B has a row for each column of the group's last panel.</summary>
        bool EndsInWholePanel(PanelGroup group) => (group.First + group.Count * group.Vectors) * lanes <= shape.Columns;

        /// <summary>
        /// Says which whole panel this worker needs next, and how many rows of its transpose each tile of this one makes; false where
        /// there cannot be one.
        /// </summary>
        bool ChoosesNext(int index)
        {
            PanelGroup group = panels[index];
            int whole = EndsInWholePanel(group) ? group.Count : group.Count - 1;
            List<string> choices = [];
            if (whole > 1)
                Choose((whole < group.Count ? $"panel < {Literal.Number(whole - 1)} && " : "") + $"end < last{index}", "column + " + Width(group), Width(group));
            if (index + 1 < panels.Count && EndsInWholePanel(panels[index + 1]))
                Choose($"first{index + 1} < last{index + 1}", Column(panels[index + 1], $"(first{index + 1} / tiles)"), Width(panels[index + 1]));
            if (choices.Count == 0)
                return false;
            writer.Line("int next = 0, width = 0; // column and columns of the panel that comes");
            writer.Lines(string.Join("\nelse ", choices));
            writer.Line($"int done = 0, share = width == 0 ? 0 : (end - task + {Literal.Number(Terms - 1)}) / (end - task);");
            writer.Line($"if (share * width > {Literal.Number(FloatsAside * Terms)})");
            writer.Indent().Line("share = 0;").Unindent();
            return true;

            void Choose(string condition, string column, string width) => choices.Add($"if ({condition})\n    (next, width) = ({column}, {width});");
            string Width(PanelGroup panels) => Literal.Number(panels.Vectors * lanes);
        }

        /// <summary>The tiles of a panel ask, in equal shares, for all rows of which the next panel is the transpose.</summary>
        int NextPerTerm(int vectors)
        {
            int tiles = (shape.MostRows + tileRows - 1) / tileRows;
            return TransposesAhead || library.Instructions.Ahead(shape.MostTerms, vectors) == 0 ? 0
                : (vectors * lanes * shape.StrideB + tiles * shape.MostTerms - 1) / (tiles * shape.MostTerms);
        }
    }
}
