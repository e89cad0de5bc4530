using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Writes sums over the positions of samples that are cut into portions: those of each by itself, then all of them in their order.</summary>
static class PortionWriter
{
    /// <summary>Rows that are added side by side, to hide the latency of an addition.</summary>
    const int MostRows = 4;

    /// <summary>
    /// Opens loops over this worker's portions and over vectors of channels: declares what <see cref="OpenPortions(SourceWriter, string, int)"/>
    /// does, <c>j</c>, and the offsets <c>begin</c> and <c>end</c> of the portion's first and behind its last row at those channels.
    /// </summary>
    internal static void Open(SourceWriter writer, InstructionSet instructions, Buffer x, int count)
    {
        string sample = Literal.Number((long)x.PerSample * x.Stride);
        OpenPortions(writer, "c", count);
        writer.Open($"for (int j = 0; j < {Literal.Number(Buffer.RoundUp(x.Columns, 16))}; j += {Literal.Number(instructions.Lanes)})");
        writer.Line($"nint begin = (nint)sample * {sample} + j, end = (nint)endSample * {sample} + j;");
    }

    /// <summary>Opens the loop over this worker's portions alone: declares <c>portion</c>, <c>sample</c>, its first, and <c>endSample</c>.</summary>
    internal static void OpenPortions(SourceWriter writer, string context, int count)
    {
        writer.Open();
        writer.Line($"{context}.Split({Literal.Number(count)}, out int portion, out int endPortion);");
        writer.Open("for (; portion < endPortion; portion++)");
        writer.Line($"WorkerTeam.Split({context}.Rows, portion, {Literal.Number(count)}, out int sample, out int endSample);");
    }

    /// <summary>
    /// Opens that loop in a product that adds up tile by tile: declares <c>sums</c>, where the portion's go, which are zeros if
    /// the call has no sample for it.
    /// </summary>
    internal static void OpenPortions(SourceWriter writer, int count, long floats)
    {
        OpenPortions(writer, "context", count);
        writer.Line($"float* sums = g + (nint)portion * {Literal.Number(floats)};");
        writer.Open("if (sample == endSample)");
        writer.Line($"new Span<float>(sums, {Literal.Number(floats)}).Clear();");
        writer.Line("continue;");
        writer.Close();
    }

    /// <summary>Closes what <see cref="Open"/> opened.</summary>
    internal static void Close(SourceWriter writer) => writer.Close().Close().Close();

    /// <summary>
    /// Writes gradients that are sums over positions and means over samples: those of portions first, or where samples are not
    /// cut all at once, columns split among workers.
    /// </summary>
    /// <param name="writer">Writer.</param>
    /// <param name="instructions">Instruction set.</param>
    /// <param name="x">What is summed over.</param>
    /// <param name="portions">Where the sums of portions go; null where samples are not cut.</param>
    /// <param name="gradients">Names of the sums, and where the gradients go.</param>
    /// <param name="sums">Declares the sums at <c>j</c> over the samples from <c>sample</c> on, whose rows lie between <c>begin</c> and <c>end</c>.</param>
    internal static void Gradients(SourceWriter writer, InstructionSet instructions, Buffer x, Buffer? portions,
        IReadOnlyList<(string Sum, string Gradient)> gradients, Action sums)
    {
        int count = gradients.Count;
        if (portions is null)
        {
            ColumnWriter.OpenShareOfColumns(writer, instructions, x.Columns);
            writer.Line("const int sample = 0;");
            writer.Line($"nint begin = j, end = (nint)c.Rows * {Literal.Number((long)x.PerSample * x.Stride)} + j;");
            sums();
        }
        else
        {
            Open(writer, instructions, x, portions.Rows / count);
            sums();
            for (int row = 0; row < count; row++)
                writer.Line($"*(V*)({Place(portions, count, row)}) = {gradients[row].Sum};");
            Close(writer);
            writer.Line("c.Barrier();");
            ColumnWriter.OpenShareOfColumns(writer, instructions, x.Columns);
            for (int row = 0; row < count; row++)
                Total(writer, portions, count, row, gradients[row].Sum);
        }
        foreach ((string sum, string gradient) in gradients)
            writer.Line($"*(V*)({gradient} + j) = {sum} * VN.Create(c.InverseRows);");
        writer.Close();
    }

    /// <summary>What precedes a summand in a comment on such sums.</summary>
    internal static string OverPositions(Buffer x) => x.PerSample == 1 ? "" : $"the sum over {Literal.Number(x.PerSample)} positions of ";

    /// <summary>Declares sums over the rows between <c>begin</c> and <c>end</c>.</summary>
    /// <param name="writer">Writer.</param>
    /// <param name="x">What the rows are of.</param>
    /// <param name="sums">Names.</param>
    /// <param name="add">The statements that add a row, from its offset and what follows the names of sums there.</param>
    /// <param name="ofSample">Statements ahead of the rows of each sample, if there are any; <c>begin</c> moves from sample to sample then.</param>
    internal static void Sums(SourceWriter writer, Buffer x, IEnumerable<string> sums, Func<string, string, IEnumerable<string>> add,
        IReadOnlyList<string>? ofSample = null)
    {
        int together = MostRows;
        while (x.PerSample % together != 0)
            together /= 2;
        string[] rows = [.. Enumerable.Range(0, together).Select(static row => Literal.Number(row))];
        writer.Line($"V {string.Join(", ", sums.SelectMany(sum => rows.Select(row => $"{sum}{row} = V.Zero")))};");
        string sample = Literal.Number((long)x.PerSample * x.Stride);
        if (ofSample is not null)
        {
            writer.Open($"for (; begin < end; begin += {sample})");
            foreach (string statement in ofSample)
                writer.Line(statement);
        }
        writer.Open($"for (nint i = begin; i < {(ofSample is null ? "end" : "begin + " + sample)}; i += {Literal.Number(together * x.Stride)})");
        for (int row = 0; row < together; row++)
            foreach (string statement in add(row == 0 ? "i" : $"i + {Literal.Number(row * x.Stride)}", rows[row]))
                writer.Line(statement);
        writer.Close();
        if (ofSample is not null)
            writer.Close();
        foreach (string sum in sums)
            writer.Line($"V {sum} = {Total(sum, together)};");
    }

    static string Total(string sum, int rows) => rows switch
    {
        1 => sum + "0",
        2 => $"{sum}0 + {sum}1",
        _ => $"{sum}0 + {sum}1 + ({sum}2 + {sum}3)",
    };

    /// <summary>Opens the loop <c>portion</c> over all portions, in their order: declares <c>sample</c> and <c>endSample</c> too.</summary>
    internal static void OpenAll(SourceWriter writer, int count)
    {
        writer.Open($"for (int portion = 0; portion < {Literal.Number(count)}; portion++)");
        writer.Line($"WorkerTeam.Split(c.Rows, portion, {Literal.Number(count)}, out int sample, out int endSample);");
    }

    /// <summary>Where the sum <paramref name="row"/> of <paramref name="rows"/> of the portion is, at channels <c>j</c>.</summary>
    internal static string Place(Buffer portions, int rows, int row) =>
        $"portions + portion * {Literal.Number(rows * portions.Stride)}{Literal.Plus(row * portions.Stride)} + j";

    /// <summary>Declares a sum of all portions, in their order.</summary>
    internal static void Total(SourceWriter writer, Buffer portions, int rows, int row, string name)
    {
        writer.Line($"V {name} = V.Zero;");
        writer.Line($"for (int portion = 0; portion < {Literal.Number(portions.Rows / rows)}; portion++)");
        writer.Indent().Line($"{name} += *(V*)({Place(portions, rows, row)});").Unindent();
    }
}
