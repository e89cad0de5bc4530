using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The order in which the tiles, or bands of tiles, of a group of panels run: panel by panel; or, where the left operand
/// does not stay in the second-level cache while a panel passes over all of it, part by part, each under all panels.
/// </summary>
static class TaskOrder
{
    /// <summary>Writes <c>panel</c> and <c>place</c>, the tile in the panel, of <c>task</c>.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="panels">Panels of the group.</param>
    /// <param name="places">Tiles of a panel, as an expression.</param>
    /// <param name="part">Tiles of a part; 0 for all.</param>
    internal static void Decode(SourceWriter writer, int panels, string places, int part)
    {
        if (part == 0 || panels == 1)
        {
            writer.Line($"int panel = task / {places}, place = task - panel * {places};");
            return;
        }
        string all = Literal.Number(panels * part), most = Literal.Number(part);
        writer.Line($"int part = task / {all}, share = int.Min({most}, {places} - {most} * part), rest = task - {all} * part;");
        writer.Line($"int panel = rest / share, place = {most} * part + rest - panel * share;");
    }

    /// <summary>Tiles of a part; 0 when all of them fit.</summary>
    /// <param name="instructions">Instruction set.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="terms">Length of the sums.</param>
    /// <param name="height">Rows of a tile or band.</param>
    internal static int Part(InstructionSet instructions, int rows, int terms, int height) =>
        (long)rows * terms <= 2 * instructions.CachedFloats ? 0 : Math.Max(1, instructions.CachedFloats / terms / height);
}
