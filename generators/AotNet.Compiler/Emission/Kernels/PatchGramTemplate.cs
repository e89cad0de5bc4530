using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Gram of patches, upper triangle, block by block: all workers gather the same patches, each into its own panel, and take
/// turns at the tiles, which go on from what the Gram holds.
/// </summary>
static class PatchGramTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, PatchGram kernel, Func<Buffer, string> address)
    {
        bool means = kernel.Means is not null;
        string key = $"PatchGram {kernel.Grid.Key} {kernel.Gram.Stride} {means}";
        string name = library.Method(key, "PatchGram" + Literal.Number(kernel.Grid.Terms),
            (writer, name) => new Body(library, kernel.Grid, kernel.Grid.Terms, kernel.Gram.Stride, means, writer).Write(name));
        return $"{name}({address(kernel.X)}, {address(kernel.Gram)}{(means ? ", " + address(kernel.Means!) : "")}, in c);";
    }

    /// <summary>
    /// Name of a method <c>(float* x, int* chosen, int size, float* gram, in KernelContext)</c> for the Gram of
    /// <c>size</c> values of each patch, the number of values standing for a 1.
    /// </summary>
    /// <param name="library">Methods.</param>
    /// <param name="grid">Windows.</param>
    /// <param name="most">Largest number of values.</param>
    /// <param name="gramStride">Floats from row to row of the Gram.</param>
    internal static string OfChosen(KernelLibrary library, PatchGrid grid, int most, int gramStride) => library.Method(
        $"ChosenGram {grid.Key} {most} {gramStride}", "ChosenGram" + Literal.Number(most),
        (writer, name) => new Body(library, grid, most, gramStride, false, writer) { Chooses = true }.Write(name));

    /// <summary>Writes the method.</summary>
    sealed class Body(KernelLibrary library, PatchGrid grid, int order, int gramStride, bool means, SourceWriter writer)
    {
        readonly int lanes = library.Instructions.Lanes, padded = Buffer.RoundUp(order, 16), stride = Buffer.StrideOf(order);

        /// <summary>Whether the values of a patch that take part are an argument.</summary>
        internal bool Chooses { get; init; }

        internal void Write(string name)
        {
            string n = Chooses ? "size" : Literal.Number(order), block = Literal.Number(ConvolutionGradientTemplate.BlockOf(stride));
            string most = Literal.Number(PatchGram.MostColumns);
            writer.Line($"// gram[{n}, {n}] = rows / count times patchesᵀ patches over count patches {grid}{(Chooses ? ", their chosen values" : "")}, upper triangle{(means ? "; their means" : "")}.");
            writer.Line("[SkipLocalsInit]").Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* x, {(Chooses ? "int* chosen, int size, " : "")}float* gram{(means ? ", float* means" : "")}, in KernelContext context)");
            PanelMemory.Declare(writer, "panel", (long)ConvolutionGradientTemplate.BlockOf(stride) * stride + PatchGrid.Slack);
            writer.Line($"int patches = context.Rows * {Literal.Number(grid.Positions)};");
            writer.Line($"int step = patches > {most} ? int.Min({Literal.Number(PatchGram.LargestStep)}, (patches + {Literal.Number(PatchGram.MostColumns - 1)}) / {most}) : 1;");
            writer.Line("int count = (patches + step - 1) / step;");
            writer.Open($"for (int start = 0; start < count; start += {block})");
            writer.Line($"int length = int.Min({block}, count - start);");
            writer.Line("float scale = start + length == count ? context.Rows / (float)count : 1f;");
            if (Chooses)
                writer.Line($"{GatherChosen()}(x, chosen, size, panel, start * step, length, step);");
            else
                Gather();
            Tiles();
            if (means)
                Means();
            writer.Close();
            writer.Close();
        }

        void Gather()
        {
            string gather = PatchTemplate.Method(library, grid, stride, padded), rows = Literal.Number(grid.KernelHeight);
            writer.Line("if (step == 1)").Indent().Line($"{gather}(x, panel, start, length, 0, {rows});").Unindent();
            writer.Line("else").Indent().Line("for (int i = 0; i < length; i++)");
            writer.Indent().Line($"{gather}(x, panel + i * {Literal.Number(stride)}, (start + i) * step, 1, 0, {rows});").Unindent().Unindent();
        }

        /// <summary>Whole patches are gathered one after the other, and what was chosen of each goes to the panel.</summary>
        string GatherChosen() => library.Method($"Chosen {grid.Key} {stride} {padded}", "GatherChosen" + Literal.Number(order), (writer, name) =>
        {
            string gather = PatchTemplate.Method(library, grid, Buffer.StrideOf(grid.Terms)), terms = Literal.Number(grid.Terms);
            writer.Line($"// panel[count, size] = the chosen values of every step-th patch {grid} from position on, {terms} for a 1; zeros up to {padded}.");
            writer.Line("[SkipLocalsInit]").Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* x, int* chosen, int size, float* panel, int position, int count, int step)");
            PanelMemory.Declare(writer, "patch", grid.Terms + PatchGrid.Slack);
            writer.Open("for (; count > 0; count--, position += step)");
            writer.Line($"{gather}(x, patch, position, 1, 0, {Literal.Number(grid.KernelHeight)});");
            writer.Line($"patch[{terms}] = 1f;");
            writer.Line("for (int i = 0; i < size; i++)").Indent().Line("panel[i] = patch[chosen[i]];").Unindent();
            writer.Line($"new Span<float>(panel + size, {Literal.Number(padded)} - size).Clear();");
            writer.Line($"panel += {Literal.Number(stride)};");
            writer.Close();
            writer.Close();
        });

        void Tiles()
        {
            IReadOnlyList<PanelGroup> panels = PanelSplit.Cut(padded / lanes, library.Instructions.TileVectors);
            int height = library.Instructions.TileRows(panels[0].Vectors, order), rest = order % height;
            string tile = Literal.Number(height), n = Literal.Number(order);
            writer.Line("int mine = context.Worker; // the next tile of this worker, counted from the panel's first");
            foreach (PanelGroup group in panels)
            {
                int width = group.Vectors * lanes, first = group.First * lanes;
                writer.Open($"for (int column = {Literal.Number(first)}; column < {Literal.Number(first + group.Count * width)}; column += {Literal.Number(width)})");
                writer.Line($"int tiles = (int.Min({n}, column + {Literal.Number(width)}) + {Literal.Number(height - 1)}) / {tile};");
                writer.Open("for (int i = mine; i < tiles; i += context.Workers)");
                writer.Line($"int row = {tile} * i;");
                if (rest > 0)
                {
                    writer.Open($"if (row == {Literal.Number(order - rest)})");
                    Tile(group, rest);
                    writer.Close();
                    writer.Open("else");
                }
                Tile(group, height);
                if (rest > 0)
                    writer.Close();
                writer.Close();
                writer.Line("mine = (mine + context.Workers - tiles % context.Workers) % context.Workers;");
                writer.Close();
            }
        }

        void Tile(PanelGroup group, int height)
        {
            writer.Line("if (start == 0)").Indent().Line(Call(TileStart.Zero)).Unindent();
            writer.Line("else").Indent().Line(Call(TileStart.Earlier)).Unindent();

            string Call(TileStart begin)
            {
                var tile = new TileShape(height, group.Vectors, stride, true, stride, gramStride, null, begin, TileEnd.Scale);
                return TileTemplate.Call(library, tile, "panel + row", "panel + column", $"gram + row * {Literal.Number(gramStride)} + column",
                    k: "length", scale: "scale");
            }
        }

        void Means()
        {
            writer.Line($"context.Split({Literal.Number(padded / lanes)}, out int first, out int last);");
            writer.Open($"for (int j = first * {Literal.Number(lanes)}; j < last * {Literal.Number(lanes)}; j += {Literal.Number(lanes)})");
            writer.Line("V sum = start == 0 ? V.Zero : *(V*)(means + j);");
            writer.Line("for (int i = 0; i < length; i++)");
            writer.Indent().Line($"sum += *(V*)(panel + i * {Literal.Number(stride)} + j);").Unindent();
            writer.Line("*(V*)(means + j) = start + length == count ? sum / VN.Create((float)count) : sum;");
            writer.Close();
        }
    }
}
