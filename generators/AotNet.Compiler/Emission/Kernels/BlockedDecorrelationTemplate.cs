using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Decorrelation by blocks of inputs in a random order, fresh at every step: each block's Gram is factored on its own and
/// solves for its own gradient rows. The bias, when it takes part, is an input that is always 1; the last block holds
/// what is left over.
/// </summary>
static class BlockedDecorrelationTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, BlockedDecorrelation kernel, Func<Buffer, string> address)
    {
        string key = $"Blocked {kernel.X.Columns}/{kernel.X.Stride} {kernel.DWeight.Columns}/{kernel.DWeight.Stride} {kernel.DBias is not null} "
            + $"{kernel.Columns?.Stride} {kernel.Gram.Stride} {kernel.Factor.Stride} {kernel.RightSide.Stride} {kernel.Block} {kernel.Stream} {kernel.Windows?.Key} {kernel.EndsInBias}";
        string hint = $"DecorrelateBlocks{Literal.Number(kernel.Inputs)}x{Literal.Number(kernel.DWeight.Columns)}";
        string name = library.Method(key, hint, (writer, name) => Write(library, writer, name, kernel));
        return $"{name}({address(kernel.X)}, {address(kernel.DWeight)}, {(kernel.DBias is null ? "" : address(kernel.DBias) + ", ")}"
            + $"(int*)({address(kernel.Permutation)}), {(kernel.Columns is null ? "" : address(kernel.Columns) + ", ")}{address(kernel.Gram)}, {address(kernel.Factor)}, "
            + $"{address(kernel.Diagonal)}, {address(kernel.RightSide)}, rows, {KernelMethod.Layer(kernel)}, in c);";
    }

    static void Write(KernelLibrary library, SourceWriter writer, string name, BlockedDecorrelation kernel)
    {
        string inputs = Literal.Number(kernel.Inputs), block = Literal.Number(kernel.Block);
        bool bias = kernel.HasBias;
        int outputs = Buffer.RoundUp(kernel.DWeight.Columns, 16);
        int columns = kernel.Columns?.Stride ?? 0;
        var gram = new ProductShape(null, kernel.Block, null, kernel.X.Rows, Buffer.RoundUp(kernel.Block, 16), columns, true, columns, kernel.Gram.Stride,
            TileStart.Zero, false, true);
        var factor = new FactorShape(null, false, false, kernel.Gram.Stride, kernel.Factor.Stride);
        var solve = new SolveShape(null, outputs, kernel.Factor.Stride, kernel.RightSide.Stride, kernel.RightSide.Stride, true);

        string db = kernel.DBias is null ? "" : "db, ";
        writer.Line($"// dW[{inputs}, {outputs}]{(bias ? " and db" : "")} times the inverse of the Gram / rows + λ I of blocks of {block} inputs in random order.");
        writer.Line(KernelMethod.Attributes);
        writer.Open($"static void {name}(float* x, float* dW, {(db.Length > 0 ? "float* db, " : "")}int* permutation, {(kernel.Columns is null ? "" : "float* columns, ")}float* gram, "
            + "float* factor, float* diagonal, float* gradient, int rows, LayerCurvatureState* layer, in KernelContext context)");
        writer.Line($"int order = {inputs}{(bias ? " + (layer->DecorrelateBias ? 1 : 0)" : "")}; // input {inputs} is the bias");
        writer.Line("if (context.Worker == 0)");
        writer.Indent().Line($"{DrawMethod(library, kernel)}(permutation, order, in context);").Unindent();
        writer.Line("context.Barrier();");
        writer.Open($"for (int first = 0; first < order; first += {block})");
        writer.Line($"int size = int.Min({block}, order - first);");
        writer.Line("int* chosen = permutation + first;");
        if (kernel.Windows is { } windows)
        {
            writer.Line(Move(gather: true));
            writer.Line($"{PatchGramTemplate.OfChosen(library, windows, kernel.Block, kernel.Gram.Stride)}(x, chosen, size, gram, in context);");
        }
        else
        {
            writer.Line($"{GatherMethod(library, kernel)}(x, chosen, columns, size, rows, in context);");
            writer.Line(Move(gather: true));
            writer.Line("context.Barrier();");
            writer.Line(MatrixProductTemplate.Call(library, gram, "columns", "columns", "gram", "", "size", "rows", "context"));
        }
        writer.Line("context.Barrier();");
        writer.Line(CholeskyFactorTemplate.Call(library, factor, "gram", "", "factor", "diagonal", "size", "layer", "context"));
        writer.Line("context.Barrier();");
        writer.Line(CholeskySolveTemplate.Call(library, solve, "factor", "diagonal", "", "gradient", "size", "context"));
        writer.Line("context.Barrier();");
        writer.Line(Move(gather: false));
        writer.Line("context.Barrier(); // the next block gathers into the same rows");
        writer.Close();
        writer.Close();

        string Move(bool gather) => $"{MoveMethod(library, kernel, outputs, gather)}(dW, {db}chosen, gradient, size, in context);";
    }

    static string DrawMethod(KernelLibrary library, BlockedDecorrelation kernel)
    {
        bool bias = kernel.HasBias;
        return library.Method($"Draw {kernel.Inputs} {bias} {kernel.Stream}", "DrawOrder", (writer, name) =>
        {
            string inputs = Literal.Number(kernel.Inputs);
            writer.Line("// A random order of the inputs, a function of seed, step and layer; or the last input first and the bias last.");
            writer.Open($"static void {name}(int* permutation, int order, in KernelContext context)");
            writer.Open("if (!context.ReversesBlocks)");
            writer.Line($"new CounterRandom(CounterHash.Key(context.Seed, {Literal.Number(kernel.Stream)}u, (ulong)context.Step)).Permutation(new Span<int>(permutation, order));");
            writer.Line("return;");
            writer.Close();
            writer.Line("for (int i = 0; i < order; i++)");
            writer.Indent().Line($"permutation[i] = {(bias ? $"i < {inputs} ? {inputs} - 1 - i : i" : $"{inputs} - 1 - i")};").Unindent();
            writer.Close();
        });
    }

    static string GatherMethod(KernelLibrary library, BlockedDecorrelation kernel)
    {
        bool bias = kernel.DBias is not null;
        int stride = kernel.Columns!.Stride;
        return library.Method($"Gather {kernel.X.Columns}/{kernel.X.Stride} {bias} {stride}", "GatherColumns", (writer, name) =>
        {
            string inputs = Literal.Number(kernel.X.Columns);
            writer.Line($"// columns[rows, size] = the chosen columns of x[rows, {inputs}]{(bias ? ", 1 for the bias" : "")}; zeros up to the next multiple of 16.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* x, int* chosen, float* columns, int size, int rows, in KernelContext context)");
            writer.Line("context.Split(rows, out int first, out int last);");
            writer.Open("for (int row = first; row < last; row++)");
            writer.Line($"float* from = x + row * {Literal.Number(kernel.X.Stride)}, to = columns + row * {Literal.Number(stride)};");
            writer.Line("for (int i = 0; i < size; i++)");
            writer.Indent().Line("to[i] = " + (bias ? $"chosen[i] == {inputs} ? 1f : from[chosen[i]];" : "from[chosen[i]];")).Unindent();
            writer.Line($"for (int i = size; i < ((size + 15) & ~15); i++)");
            writer.Indent().Line("to[i] = 0f;").Unindent();
            writer.Close();
            writer.Close();
        });
    }

    static string MoveMethod(KernelLibrary library, BlockedDecorrelation kernel, int outputs, bool gather)
    {
        bool bias = kernel.DBias is not null;
        string key = $"Move {gather} {kernel.Inputs} {bias} {outputs} {kernel.DWeight.Stride} {kernel.RightSide.Stride}";
        return library.Method(key, (gather ? "Gather" : "Scatter") + "Gradient", (writer, name) =>
        {
            string inputs = Literal.Number(kernel.Inputs), source = $"dW + chosen[i] * {Literal.Number(kernel.DWeight.Stride)}";
            writer.Line($"// {(gather ? "gradient[size, " + outputs + "] = the chosen rows of dW" : "The chosen rows of dW = gradient[size, " + outputs + "]")}"
                + (bias ? $", db as row {inputs}." : "."));
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* dW, {(bias ? "float* db, " : "")}int* chosen, float* gradient, int size, in KernelContext context)");
            writer.Line("context.Split(size, out int first, out int last);");
            writer.Open("for (int i = first; i < last; i++)");
            writer.Line("float* row = " + (bias ? $"chosen[i] == {inputs} ? db : {source};" : source + ";"));
            writer.Line($"float* packed = gradient + i * {Literal.Number(kernel.RightSide.Stride)};");
            (string from, string to) = gather ? ("row", "packed") : ("packed", "row");
            writer.Line($"new ReadOnlySpan<float>({from}, {Literal.Number(outputs)}).CopyTo(new Span<float>({to}, {Literal.Number(outputs)}));");
            writer.Close();
            writer.Close();
        });
    }
}
