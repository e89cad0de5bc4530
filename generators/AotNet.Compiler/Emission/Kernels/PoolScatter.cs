using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The backward pass of pools: clears the images of <c>dx</c>, then adds to the elements of each window. A vector of channels
/// of a sample is one worker's, so that overlapping windows are added in one order.
/// </summary>
static class PoolScatter
{
    /// <summary>Writes the loops.</summary>
    /// <param name="writer">Writer.</param>
    /// <param name="instructions">Instruction set.</param>
    /// <param name="grid">Windows over dx.</param>
    /// <param name="open">Writes what is done once a window, number <c>place</c>, at channel <c>j</c>.</param>
    /// <param name="add">Writes what is done to the element at <c>target</c>.</param>
    internal static void Write(SourceWriter writer, InstructionSet instructions, PatchGrid grid, Action open, Action add)
    {
        string vectors = Literal.Number(Buffer.RoundUp(grid.Channels, 16) / instructions.Lanes), stride = Literal.Number(grid.PositionStride);
        writer.Line($"c.Split(c.Rows * {vectors}, out int first, out int last);");
        writer.Open("for (int task = first; task < last; task++)");
        writer.Line($"int sample = task / {vectors}, j = (task - sample * {vectors}) * {Literal.Number(instructions.Lanes)};");
        writer.Line($"float* image = dx + (nint)sample * {Literal.Number(grid.SampleStride)} + j;");
        writer.Line($"for (int i = 0; i < {Literal.Number(grid.Height * grid.Width)}; i++)");
        writer.Indent().Line($"*(V*)(image + i * {stride}) = V.Zero;").Unindent();
        writer.Line($"int place = sample * {Literal.Number(grid.Positions)};");
        writer.Line($"for (int row = 0; row < {Literal.Number(grid.Rows)}; row++)");
        writer.Open($"for (int column = 0; column < {Literal.Number(grid.Columns)}; column++, place++)");
        ImageWriter.Window(writer, grid);
        open();
        ImageWriter.OpenElements(writer);
        writer.Line($"float* target = image + {ImageWriter.Element(grid)} * {stride};");
        add();
        writer.Close();
        writer.Close();
        writer.Close();
    }
}
