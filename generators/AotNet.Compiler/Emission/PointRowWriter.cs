using AotNet.Compiler.Emission.Kernels;
using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Writes how a row of squares is brought to points: from the lines of the image that it reaches, then along the row.</summary>
static class PointRowWriter
{
    /// <summary>Declares <c>line0</c> and so on, lines of an image from <c>y</c> on; those outside of it are zeros.</summary>
    /// <param name="writer">Writer.</param>
    /// <param name="count">Lines.</param>
    /// <param name="height">Those of the image.</param>
    /// <param name="line">Floats of each.</param>
    internal static void Lines(SourceWriter writer, int count, int height, int line)
    {
        for (int i = 0; i < count; i++)
            writer.Line($"float* line{i} = (uint)(y + {i}) < {Literal.Number(height)}u ? image + (nint)(y + {i}) * {Literal.Number(line)} : zeros;");
    }

    /// <summary>Writes the way along a row: two vectors after two, each square's become those at its points.</summary>
    /// <param name="writer">Writer.</param>
    /// <param name="instructions">Vectors.</param>
    /// <param name="squares">Squares.</param>
    /// <param name="reached">Vectors at <c>from</c> that a square reaches.</param>
    /// <param name="points">Points along the row.</param>
    /// <param name="pointStride">Floats at <c>to</c> from point to point.</param>
    /// <param name="squareStride">Floats there from square to square.</param>
    /// <param name="transform">Declares <c>t0</c> and so on, one for each point, from the names of the vectors.</param>
    internal static void Along(SourceWriter writer, InstructionSet instructions, int squares, int reached, int points, int pointStride, int squareStride,
        Action<string, IReadOnlyList<string>> transform)
    {
        writer.Open($"for (int square = 0; square < {Literal.Number(squares)}; square++)");
        writer.Line($"V {string.Join(", ", Enumerable.Range(0, reached).Select(i => $"d{i} = {TileTemplate.Load("from", i * instructions.Lanes)}"))};");
        transform("t", [.. Enumerable.Range(0, reached).Select(static i => $"d{i}")]);
        writer.Line(string.Join(" ", Enumerable.Range(0, points).Select(i => $"{TileTemplate.Load("to", i * pointStride)} = t{i};")));
        writer.Line($"from += {Literal.Number(2 * instructions.Lanes)}; to += {Literal.Number(squareStride)};");
        writer.Close();
    }
}
