using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Group normalisation: sums of each channel over the positions in vectors, then added up group by group. Samples are
/// split among workers.
/// </summary>
static class GroupNormForwardTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, GroupNormForward kernel, Func<Buffer, string> address)
    {
        string channels = Literal.Number(kernel.X.Columns), groups = Literal.Number(kernel.Groups);
        string key = $"groupnorm|{channels}|{groups}|{Literal.Number(kernel.X.PerSample)}|{Literal.Number(kernel.X.Stride)}|{Literal.Number(kernel.Statistics.Stride)}|{Literal.Float(kernel.Epsilon)}";
        return KernelMethod.Call(library, key, $"GroupNorm{groups}of{channels}",
            $"y[rows x {Literal.Number(kernel.X.PerSample)}, {channels}] = (x - mean) / sqrt(variance + {Literal.Float(kernel.Epsilon)}) * gain + shift, statistics over each of {groups} groups of a sample",
            ["x", "y", "gain", "shift", "statistics"],
            [address(kernel.X), address(kernel.Y), address(kernel.Gain), address(kernel.Shift), address(kernel.Statistics)],
            writer => Body(writer, library.Instructions, kernel));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, GroupNormForward kernel)
    {
        int members = kernel.X.Columns / kernel.Groups;
        string lanes = Literal.Number(instructions.Lanes), padded = Literal.Number(Buffer.RoundUp(kernel.X.Columns, 16));
        string stride = Literal.Number(kernel.X.Stride), end = Literal.Number(kernel.X.PerSample * kernel.X.Stride);
        string inverse = Literal.Float((float)(1.0 / ((double)members * kernel.X.PerSample)));
        ColumnWriter.OpenShareOfRows(writer);
        writer.Line($"float* from = x + r * {end}, to = y + r * {end};");
        writer.Line($"float* means = statistics + 2 * r * {Literal.Number(kernel.Statistics.Stride)}, factors = means + {Literal.Number(kernel.Statistics.Stride)};");
        writer.Open($"for (int j = 0; j < {padded}; j += {lanes})");
        writer.Line("V sum = V.Zero;");
        writer.Line($"for (int i = j; i < {end}; i += {stride})").Indent().Line("sum += *(V*)(from + i);").Unindent();
        writer.Line("*(V*)(means + j) = sum;");
        writer.Close();
        Spread(writer, kernel.Groups, members, "means", $"sum * {inverse}");
        writer.Open($"for (int j = 0; j < {padded}; j += {lanes})");
        writer.Line("V centre = *(V*)(means + j), squares = V.Zero;");
        writer.Open($"for (int i = j; i < {end}; i += {stride})");
        writer.Line("V d = *(V*)(from + i) - centre;").Line("squares = VN.FusedMultiplyAdd(d, d, squares);");
        writer.Close();
        writer.Line("*(V*)(factors + j) = squares;");
        writer.Close();
        Spread(writer, kernel.Groups, members, "factors", $"1f / float.Sqrt(sum * {inverse} + {Literal.Float(kernel.Epsilon)})");
        // Gain and shift are zero in the padding, which keeps it zero.
        writer.Open($"for (int j = 0; j < {padded}; j += {lanes})");
        writer.Line("V centre = *(V*)(means + j), scale = *(V*)(factors + j) * *(V*)(gain + j), offset = *(V*)(shift + j);");
        writer.Line($"for (int i = j; i < {end}; i += {stride})");
        writer.Indent().Line("*(V*)(to + i) = VN.FusedMultiplyAdd(*(V*)(from + i) - centre, scale, offset);").Unindent();
        writer.Close();
        writer.Close();
    }

    /// <summary>Each channel's value becomes an expression of the sum over its group.</summary>
    internal static void Spread(SourceWriter writer, int groups, int members, string values, string expression)
    {
        string count = Literal.Number(members);
        writer.Open($"for (int group = 0; group < {Literal.Number(groups * members)}; group += {count})");
        writer.Line("float sum = 0f;");
        writer.Line($"for (int i = group; i < group + {count}; i++)").Indent().Line($"sum += {values}[i];").Unindent();
        writer.Line($"new Span<float>({values} + group, {count}).Fill({expression});");
        writer.Close();
    }
}
