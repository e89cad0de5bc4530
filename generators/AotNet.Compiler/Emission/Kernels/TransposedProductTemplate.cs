using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Products whose result is wanted transposed: a tile leaves its sums in scratch, and the tile after it takes them aside to
/// where they belong.
/// </summary>
static class TransposedProductTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, TransposedProduct kernel, Func<Buffer, string> address)
    {
        var shape = new Shape(kernel.A.Rows, kernel.A.Columns, kernel.B.Columns, kernel.A.Stride, kernel.B.Stride, kernel.C.Stride);
        string name = library.Method(shape.ToString(), $"TransposedProduct{Literal.Number(shape.Terms)}x{Literal.Number(shape.Height)}",
            (writer, name) => Write(library, writer, name, shape));
        return $"{name}({address(kernel.A)}, {address(kernel.B)}, {address(kernel.C)}, {kernel.C.RowsOf("rows")}, in c);";
    }

    /// <summary>Everything that distinguishes the code.</summary>
    /// <param name="Height">Rows of A, columns of C.</param>
    /// <param name="Terms">Length of each sum.</param>
    /// <param name="Batch">Upper bound of the rows of C.</param>
    /// <param name="StrideA">Floats from row to row of A.</param>
    /// <param name="StrideB">Floats from row to row of B.</param>
    /// <param name="StrideC">Floats from row to row of C.</param>
    sealed record Shape(int Height, int Terms, int Batch, int StrideA, int StrideB, int StrideC);

    static void Write(KernelLibrary library, SourceWriter writer, string name, Shape shape)
    {
        IReadOnlyList<PanelGroup> panels = PanelSplit.Cut(library.Instructions, shape.Batch);
        writer.Line($"// C[rows, {shape.Height}] = (A[{shape.Height}, {shape.Terms}] B[{shape.Terms}, rows])ᵀ.");
        writer.Line("[SkipLocalsInit]");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* a, float* b, float* c, int rows, in KernelContext context)");
        PanelMemory.Declare(writer, "sums", panels.Max(group => new Tiles(library.Instructions, shape, group).Floats));
        for (int i = 0; i < panels.Count; i++)
        {
            writer.Open();
            WriteGroup(library, writer, shape, panels[i], reverse: i > 0);
            writer.Close();
        }
        if (shape.Height % 16 > 0)
        {
            writer.Line("context.Split(rows, out int firstRow, out int lastRow);");
            writer.Line("for (int row = firstRow; row < lastRow; row++)");
            writer.Indent().Line($"new Span<float>(c + row * {Literal.Number(shape.StrideC)} + {Literal.Number(shape.Height)}, "
                + $"{Literal.Number(Buffer.RoundUp(shape.Height, 16) - shape.Height)}).Clear();").Unindent();
        }
        writer.Close();
    }

    static void WriteGroup(KernelLibrary library, SourceWriter writer, Shape shape, PanelGroup group, bool reverse)
    {
        var tiles = new Tiles(library.Instructions, shape, group);
        string count = Literal.Number(tiles.Count), height = Literal.Number(tiles.Height), width = Literal.Number(group.Vectors * library.Instructions.Lanes);
        writer.Line($"context.Split{(reverse ? "Reversed" : "")}({Literal.Number(group.Count * tiles.Count)}, out int first, out int last);");
        writer.Line("float* to = c;");
        writer.Line("int count = 0, width = 0; // rows and columns that the sums in scratch are of");
        writer.Open("for (int task = first; task < last; task++)");
        writer.Line($"int panel = task / {count}, column = {width} * panel{Literal.Plus(group.First * library.Instructions.Lanes)};");
        writer.Line("if (column >= rows)");
        writer.Indent().Line("break;").Unindent();
        string place = $"{height} * (task - panel * {count})";
        writer.Line($"int row = {(tiles.Rest == 0 || tiles.EndsInOwnTile ? place : $"int.Min({place}, {Literal.Number(shape.Height - tiles.Height)})")};");
        if (tiles.EndsInOwnTile)
        {
            writer.Line($"int height = int.Min({height}, {Literal.Number(shape.Height)} - row);");
            writer.Line($"if (height < {height})");
            writer.Indent().Line(tiles.Call(library, tiles.Rest)).Unindent();
            writer.Line("else");
            writer.Indent().Line(tiles.Call(library, tiles.Height)).Unindent();
        }
        else
        {
            writer.Line(tiles.Call(library, tiles.Height));
        }
        writer.Line($"to = c + column * {Literal.Number(shape.StrideC)} + row;");
        writer.Line($"count = int.Min({width}, rows - column);");
        writer.Line($"width = {(tiles.EndsInOwnTile ? "height" : height)};");
        if (tiles.Aside is not null)
            writer.Close();
        writer.Line("float* from = sums;");
        TileTemplate.TransposeAside(writer, tiles.Aside ?? new TransposedAside(tiles.Stride, shape.StrideC, 1, Fetches: false));
        if (tiles.Aside is null)
            writer.Close();
    }

    /// <summary>How the rows of A are cut into tiles beside a panel of B.</summary>
    sealed class Tiles
    {
        /// <summary>Floats that a term may take aside, best first.</summary>
        static readonly int[] PerTerms = [4, 3, 5, 6, 2];

        readonly InstructionSet instructions;
        readonly Shape shape;
        readonly PanelGroup panel;

        internal Tiles(InstructionSet instructions, Shape shape, PanelGroup panel)
        {
            (this.instructions, this.shape, this.panel) = (instructions, shape, panel);
            Height = instructions.TileRows(panel.Vectors, shape.Height);
            while (Height > 1 && !PerTerms.Any(floats => Height % floats == 0))
                Height--;
            int perTerm = PerTerms.FirstOrDefault(floats => Height % floats == 0 && panel.Vectors * instructions.Lanes * Height / floats <= shape.Terms);
            Aside = perTerm == 0 ? null : new TransposedAside(Stride, shape.StrideC, perTerm, Fetches: false);
        }

        /// <summary>Rows of a tile.</summary>
        internal int Height { get; }

        /// <summary>How the sums of a tile are taken to where they belong during the next one; null if that has too few terms.</summary>
        internal TransposedAside? Aside { get; }

        /// <summary>Rows that whole tiles leave over.</summary>
        internal int Rest => shape.Height % Height;

        /// <summary>Whether these are a tile of their own; otherwise a whole one overlaps the one before it.</summary>
        internal bool EndsInOwnTile => Rest > 0 && (Aside is null || Rest % Aside.PerTerm == 0);

        internal int Count => (shape.Height + Height - 1) / Height;

        /// <summary>Floats from row to row of the sums in scratch.</summary>
        internal int Stride => panel.Width(instructions);

        internal int Floats => Height * Stride;

        internal string Call(KernelLibrary library, int height)
        {
            bool fetches = instructions.FetchesFromFar(shape.Height, shape.Terms, shape.Batch);
            var tile = new TileShape(height, panel.Vectors, shape.StrideA, false, shape.StrideB, Stride, shape.Terms, TileStart.Zero, TileEnd.Store)
            {
                EndsInPadding = panel.EndsInPadding,
                Ahead = instructions.Ahead(shape.Terms, panel.Vectors),
                FetchesNextA = fetches,
                Aside = Aside,
            };
            return TileTemplate.Call(library, tile, $"a + row * {Literal.Number(shape.StrideA)}", "b + column", "sums",
                next: "sums, to, count, width");
        }
    }
}
