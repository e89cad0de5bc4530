using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>dx = (g - mean(g) - x̂ mean(g x̂)) / root with g = dy gain, means over a group of a sample. Samples are split among workers.</summary>
static class GroupNormBackwardTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, GroupNormBackward kernel, Func<Buffer, string> address)
    {
        string channels = Literal.Number(kernel.X.Columns), groups = Literal.Number(kernel.Groups);
        string key = $"groupnormbackward|{channels}|{groups}|{Literal.Number(kernel.X.PerSample)}|{Literal.Number(kernel.X.Stride)}|{Literal.Number(kernel.Statistics.Stride)}";
        return KernelMethod.Call(library, key, $"GroupNormBackward{groups}of{channels}",
            $"dx[rows x {Literal.Number(kernel.X.PerSample)}, {channels}] = (g - mean(g) - x̂ mean(g x̂)) / root, g = dy * gain, means over each of {groups} groups of a sample",
            ["dy", "x", "gain", "statistics", "dx"],
            [address(kernel.DY), address(kernel.X), address(kernel.Gain), address(kernel.Statistics), address(kernel.DX)],
            writer => Body(writer, library.Instructions, kernel));
    }

    static void Body(SourceWriter writer, InstructionSet instructions, GroupNormBackward kernel)
    {
        int members = kernel.X.Columns / kernel.Groups, padded = Buffer.RoundUp(kernel.X.Columns, 16);
        string lanes = Literal.Number(instructions.Lanes), columns = Literal.Number(padded);
        string stride = Literal.Number(kernel.X.Stride), end = Literal.Number(kernel.X.PerSample * kernel.X.Stride);
        string inverse = Literal.Float((float)(1.0 / ((double)members * kernel.X.PerSample)));
        PanelMemory.Declare(writer, "sums", 2L * padded);
        writer.Line($"float* projections = sums + {columns};");
        ColumnWriter.OpenShareOfRows(writer);
        writer.Line($"float* residual = dy + r * {end}, from = x + r * {end}, to = dx + r * {end};");
        writer.Line($"float* means = statistics + 2 * r * {Literal.Number(kernel.Statistics.Stride)}, factors = means + {Literal.Number(kernel.Statistics.Stride)};");
        writer.Open($"for (int j = 0; j < {columns}; j += {lanes})");
        writer.Line("V centre = *(V*)(means + j), factor = *(V*)(factors + j), total = V.Zero, projection = V.Zero;");
        writer.Open($"for (int i = j; i < {end}; i += {stride})");
        writer.Line("total += *(V*)(residual + i);");
        writer.Line("projection = VN.FusedMultiplyAdd(*(V*)(residual + i), (*(V*)(from + i) - centre) * factor, projection);");
        writer.Close();
        writer.Line("*(V*)(sums + j) = total * *(V*)(gain + j);");
        writer.Line("*(V*)(projections + j) = projection * *(V*)(gain + j);");
        writer.Close();
        GroupNormForwardTemplate.Spread(writer, kernel.Groups, members, "sums", $"sum * {inverse}");
        GroupNormForwardTemplate.Spread(writer, kernel.Groups, members, "projections", $"sum * {inverse}");
        writer.Line("// The factor is zero in the padding once the forward pass has left it so.");
        writer.Open($"for (int j = 0; j < {columns}; j += {lanes})");
        writer.Line("V centre = *(V*)(means + j), factor = *(V*)(factors + j), mean = *(V*)(sums + j), projection = *(V*)(projections + j);");
        writer.Open($"for (int i = j; i < {end}; i += {stride})");
        writer.Line("V normalised = (*(V*)(from + i) - centre) * factor;");
        writer.Line("*(V*)(to + i) = (*(V*)(residual + i) * *(V*)(gain + j) - mean - normalised * projection) * factor;");
        writer.Close();
        writer.Close();
        writer.Close();
    }
}
