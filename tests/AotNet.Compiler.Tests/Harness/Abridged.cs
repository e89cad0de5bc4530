using System.Globalization;
using System.Text;

namespace AotNet.Compiler.Tests.Harness;

/// <summary>Emitted text short enough to read: the middle of long runs of lines is given by its length and hash.</summary>
static class Abridged
{
    const int Longest = 20, Head = 6, Tail = 4;

    /// <summary>Every block at the depth of a kernel method's body, abridged where it is long.</summary>
    internal static string Methods(string text)
    {
        var result = new StringBuilder();
        var body = new List<string>();
        string? close = null;
        foreach (string line in text.Split('\n'))
        {
            if (close is null)
            {
                result.Append(line).Append('\n');
                if (result.Length > 0 && line.EndsWith('{') && line.TrimStart() == "{" && OpensMethod(result))
                    close = line.Replace('{', '}');
            }
            else if (line == close)
            {
                Append(result, body);
                body.Clear();
                result.Append(line).Append('\n');
                close = null;
            }
            else
            {
                body.Add(line);
            }
        }
        Assert.Null(close);
        return result.ToString(0, result.Length - 1);
    }

    /// <summary>Whether the line before the brace just written is the header of a method of a half.</summary>
    static bool OpensMethod(StringBuilder written)
    {
        string[] lines = written.ToString(Math.Max(0, written.Length - 600), Math.Min(600, written.Length)).Split('\n');
        string header = lines[^3].TrimStart();
        return header.StartsWith("static ", StringComparison.Ordinal) && header.EndsWith(')');
    }

    static void Append(StringBuilder result, List<string> body)
    {
        if (body.Count <= Longest)
        {
            body.ForEach(line => result.Append(line).Append('\n'));
            return;
        }
        List<string> middle = body[Head..^Tail];
        body[..Head].ForEach(line => result.Append(line).Append('\n'));
        result.Append(CultureInfo.InvariantCulture, $"            // ... {middle.Count} lines, hash {Hash(middle):x16} ...\n");
        body[^Tail..].ForEach(line => result.Append(line).Append('\n'));
    }

    /// <summary>FNV-1a.</summary>
    static ulong Hash(List<string> lines)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in string.Join('\n', lines))
            hash = unchecked((hash ^ c) * 1099511628211);
        return hash;
    }
}
