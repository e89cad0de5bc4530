using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

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
