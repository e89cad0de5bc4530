using System.Text.RegularExpressions;

namespace AotNet.EndToEnd.Tests.MachineCode;

/// <summary>A kernel as the generator wrote it.</summary>
/// <param name="Name">Method's name.</param>
/// <param name="VectorBits">Width of the widest vectors in its text; 0 where it has none and only calls others.</param>
sealed partial record EmittedKernel(string Name, int VectorBits)
{
    /// <summary>Whether it is the inner loop of a product, which lives in registers alone.</summary>
    public bool IsTile => Name.Contains("Tile", StringComparison.Ordinal);

    /// <summary>The kernels of one emitted half.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="halfBits">Width of the vectors behind its aliases.</param>
    public static IReadOnlyList<EmittedKernel> Read(string text, int halfBits)
    {
        var kernels = new List<EmittedKernel>();
        foreach (Match head in MethodHead().Matches(text))
        {
            int end = text.IndexOf($"\n{head.Groups[1].Value}}}", head.Index, StringComparison.Ordinal);
            string body = text[head.Index..(end < 0 ? text.Length : end)];
            kernels.Add(new EmittedKernel(head.Groups[2].Value, Math.Max(Alias().IsMatch(body) ? halfBits : 0, WidestNamed(body))));
        }
        return kernels;
    }

    static int WidestNamed(string body) => body.Contains("Vector512", StringComparison.Ordinal) ? 512
        : body.Contains("Vector256", StringComparison.Ordinal) ? 256 : 0;

    [GeneratedRegex(@"^( *)(?:internal )?static (?:unsafe )?[\w?]+\*? (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex MethodHead();

    // What emitted files call the vector of floats, of integers, and the class of vector operations.
    [GeneratedRegex(@"\bV[IN]?\b")]
    private static partial Regex Alias();
}
