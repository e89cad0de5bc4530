using AotNet.Compiler.Emission.Kernels;
using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>An element of a depthwise kernel: where it meets an image, from the position of the sum on, and its weight.</summary>
/// <param name="Y">Rows down.</param>
/// <param name="X">Columns right.</param>
/// <param name="Weight">Row of the weights.</param>
readonly record struct DepthwiseTap(int Y, int X, int Weight);

/// <summary>
/// Sums over the elements of depthwise kernels along a row of positions: a vector of channels at a time, whose weights stay
/// in registers from one end of the row to the other.
/// </summary>
/// <param name="writer">Writer.</param>
/// <param name="instructions">Instruction set.</param>
/// <param name="weightStride">Floats from weight to weight.</param>
/// <param name="epilogue">What becomes of the sums; null when they are stored.</param>
sealed class DepthwiseWriter(SourceWriter writer, InstructionSet instructions, int weightStride, TileEpilogue? epilogue)
{
    /// <summary>Registers that sums, elements and what becomes of them take.</summary>
    const int OtherRegisters = 4;

    /// <summary>Rows of <see cref="Height"/> x <see cref="Width"/> positions, the images that sums are made of.</summary>
    internal required int Height { get; init; }

    /// <summary>Columns of them.</summary>
    internal required int Width { get; init; }

    /// <summary>Floats from position to position of them.</summary>
    internal required int PositionStride { get; init; }

    /// <summary>Floats from row to row of the sums.</summary>
    internal required int TargetStride { get; init; }

    /// <summary>Opens the loop over this worker's share of the rows of positions: declares <c>sample</c> and <c>row</c>.</summary>
    internal void OpenRows(int rows)
    {
        string count = Literal.Number(rows);
        writer.Line($"c.Split(c.Rows * {count}, out int first, out int last);");
        writer.Open("for (int unit = first; unit < last; unit++)");
        writer.Line($"int sample = unit / {count}, row = unit - sample * {count};");
    }

    /// <summary>
    /// A row of sums. Expects <c>y</c>, the row of the image that its positions are at; <c>line</c>, the first value of that
    /// row; and <c>start</c>, from the target to the first sum.
    /// </summary>
    /// <param name="taps">Elements, in the order of addition.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="count">Sums.</param>
    /// <param name="step">Columns of the image from one to the next.</param>
    /// <param name="targetStep">Rows of the target likewise.</param>
    /// <param name="bias">Whether sums start from a bias.</param>
    internal void Row(IReadOnlyList<DepthwiseTap> taps, int channels, int count, int step, int targetStep, bool bias)
    {
        string lanes = Literal.Number(instructions.Lanes);
        bool keeps = taps.Count <= instructions.Registers - OtherRegisters;
        string WeightAt(int tap) => $"*(V*)(w + j + {Literal.Number(taps[tap].Weight * weightStride)})";
        writer.Open($"for (int j = 0; j < {Literal.Number(Buffer.RoundUp(channels, 16))}; j += {lanes})");
        for (int tap = 0; keeps && tap < taps.Count; tap++)
            writer.Line($"V w{Literal.Number(tap)} = {WeightAt(tap)};");
        writer.Line($"V begin = {(bias ? "*(V*)(bias + j)" : "V.Zero")};");
        writer.Line("float* from = line + j;");
        writer.Line("nint at = start + j;");
        writer.Open($"for (int x = 0; x < {Literal.Number(count * step)}; x += {Literal.Number(step)})");
        writer.Line("V sum = begin;");
        if (taps.Count > 0)
            Sum(taps, tap => $"sum = VN.FusedMultiplyAdd({TileTemplate.Load("from", (taps[tap].Y * Width + taps[tap].X) * PositionStride)}, "
                + $"{(keeps ? "w" + Literal.Number(tap) : WeightAt(tap))}, sum);");
        TileEpilogue.Finish(writer, epilogue, "to", "at");
        writer.Line($"from += {Literal.Number(step * PositionStride)}; at += {Literal.Number(targetStep * TargetStride)};");
        writer.Close().Close();
    }

    void Sum(IReadOnlyList<DepthwiseTap> taps, Func<int, string> add)
    {
        int[] all = [.. Enumerable.Range(0, taps.Count)];
        int left = taps.Min(static tap => tap.X), right = taps.Max(static tap => tap.X);
        writer.Open($"if (inner && x >= {Literal.Number(-left)} && x < {Literal.Number(Width - right)})");
        foreach (int tap in all)
            writer.Line(add(tap));
        writer.Close();
        writer.Open("else");
        foreach (IGrouping<int, int> row in all.GroupBy(tap => taps[tap].Y))
        {
            writer.Open($"if ((uint)(y + {Literal.Number(row.Key)}) < {Literal.Number(Height)}u)");
            foreach (int tap in row)
                writer.Line($"if ((uint)(x + {Literal.Number(taps[tap].X)}) < {Literal.Number(Width)}u)").Indent().Line(add(tap)).Unindent();
            writer.Close();
        }
        writer.Close();
    }

    /// <summary>Declares <c>inner</c>, whether all elements of a row of sums lie in rows of the image.</summary>
    internal void Inner(IReadOnlyList<DepthwiseTap> taps)
    {
        if (taps.Count > 0)
            writer.Line($"bool inner = y >= {Literal.Number(-taps.Min(static tap => tap.Y))} && y < {Literal.Number(Height - taps.Max(static tap => tap.Y))};");
    }
}
