using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Writes loops over the columns of one row, or over groups of columns, in whole vectors.</summary>
static class ColumnWriter
{
    /// <summary>
    /// A loop <c>j</c> over the full vectors of a row, then one statement block for each vector that reaches into the
    /// padding. <paramref name="body"/> is given the mask of valid lanes there, and null for full vectors.
    /// </summary>
    internal static void Columns(SourceWriter writer, InstructionSet instructions, int columns, Action<string?> body)
    {
        int lanes = instructions.Lanes, full = columns / lanes * lanes;
        if (full > 0)
        {
            writer.Open($"for (int j = 0; j < {Literal.Number(full)}; j += {Literal.Number(lanes)})");
            body(null);
            writer.Close();
        }
        for (int j = full; j < Buffer.RoundUp(columns, 16); j += lanes)
        {
            writer.Open();
            writer.Line($"const int j = {Literal.Number(j)};");
            body(Mask(Math.Max(columns - j, 0)));
            writer.Close();
        }
    }

    /// <summary>Lanes below <paramref name="valid"/>.</summary>
    static string Mask(int valid) =>
        valid == 0 ? "V.Zero" : $"VN.LessThan(V.Indices, VN.Create({Literal.Number(valid)}f))";

    /// <summary><paramref name="value"/> with the lanes outside the mask set to <paramref name="otherwise"/>.</summary>
    internal static string Masked(string? mask, string value, string otherwise = "V.Zero") =>
        mask is null ? value : $"VN.ConditionalSelect({mask}, {value}, {otherwise})";

    /// <summary>The rows of a call where each sample has several.</summary>
    internal static string RowsOf(int perSample) => perSample == 1 ? "c.Rows" : $"c.Rows * {Literal.Number(perSample)}";

    /// <summary>1 / the rows of a call, likewise.</summary>
    internal static string InverseRowsOf(int perSample) =>
        perSample == 1 ? "c.InverseRows" : $"c.InverseRows * {Literal.Float((float)(1.0 / perSample))}";

    /// <summary>A loop <c>j</c> over this worker's share of the columns, one vector at a time.</summary>
    internal static void OpenShareOfColumns(SourceWriter writer, InstructionSet instructions, int columns)
    {
        string lanes = Literal.Number(instructions.Lanes);
        int vectors = Buffer.RoundUp(columns, 16) / instructions.Lanes;
        writer.Line($"c.Split({Literal.Number(vectors)}, out int first, out int last);");
        writer.Open($"for (int j = first * {lanes}; j < last * {lanes}; j += {lanes})");
    }

    /// <summary>A loop <c>r</c> over this worker's share of the rows of the call, each of <paramref name="perSample"/> rows of a buffer.</summary>
    internal static void OpenShareOfRows(SourceWriter writer, int perSample = 1)
    {
        writer.Line($"c.Split({RowsOf(perSample)}, out int first, out int last);");
        writer.Open("for (nint r = first; r < last; r++)");
    }
}
