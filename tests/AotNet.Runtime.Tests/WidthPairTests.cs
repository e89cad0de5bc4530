using System.Runtime.CompilerServices;

namespace AotNet.Runtime.Tests;

/// <summary>Kernels at two widths are two files that may differ in their aliases alone: a change to one is a change to both.</summary>
public sealed class WidthPairTests
{
    [Theory]
    [InlineData("Numerics/VectorMath.Vector256.cs", "Numerics/VectorMath.Vector512.cs")]
    [InlineData("Optimization/OptimizerKernels.Narrow.cs", "Optimization/OptimizerKernels.Wide.cs", "double ChunkSumOfSquares", "float Dot", "Vector256<float> Products", "float UpdateRow", "void FourDots", "void Dots")]
    [InlineData("Optimization/UpdateRules.Narrow.cs", "Optimization/UpdateRules.Wide.cs")]
    public void Files_differ_in_their_aliases_only(string narrow, string wide, params string[] exceptions)
    {
        string[] expected = Statements(narrow, exceptions), found = Statements(wide, exceptions);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, found);
    }

    /// <summary>Lines without aliases, comments, the name of the half, and methods that have forms of their own.</summary>
    static string[] Statements(string file, string[] exceptions)
    {
        var lines = new List<string>();
        bool skipping = false;
        foreach (string line in File.ReadLines(Path.Combine(Source(), file)))
        {
            string text = line.Trim();
            if (exceptions.Any(exception => text.Contains(exception, StringComparison.Ordinal) && text.EndsWith(')')))
                skipping = true;
            else if (skipping && line == "        }")
                skipping = false;
            else if (!skipping && text.Length > 0 && !text.StartsWith("using ", StringComparison.Ordinal)
                && !text.StartsWith("//", StringComparison.Ordinal) && !text.Contains("static partial class ", StringComparison.Ordinal)
                && !text.Contains("SumOfFour", StringComparison.Ordinal) && text != "}")
                lines.Add(text);
        }
        return [.. lines];
    }

    static string Source([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "src", "AotNet.Runtime");
}
