using System.IO.Compression;
using System.Text;
using AotNet.Runtime;
using AotNet.Training.Loop;

namespace AotNet.Training.Reporting;

/// <summary>
/// Writes <c>report.html</c>: the page that lies in <c>Page/</c>, whole and with everything it needs, and behind it the
/// files of one or more runs as JSON. What is shown of them, and how, is decided by the page's scripts.
/// </summary>
static partial class HtmlReport
{
    const int ShownOfABadLine = 40;

    /// <summary>Files that a report is made of, each of lines with one JSON object, and what the page calls them.</summary>
    static readonly (string Member, string File)[] Parts =
    [
        ("log", RunDirectory.LogName), ("facts", RunDirectory.FactsName), ("evaluation", RunDirectory.EvaluationName),
        ("consistency", RunDirectory.ConsistencyName),
    ];

    /// <summary>Writes a report; on failure the file that was there stays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="directories">Run directories in the order of display.</param>
    /// <exception cref="UsageException">A directory holds no run, or a file of it is not what it should be.</exception>
    /// <exception cref="IOException">A file cannot be read, or the report not be written.</exception>
    public static void Write(string path, string[] directories)
    {
        foreach (string directory in directories)
        {
            if (!Directory.Exists(directory))
                throw new UsageException($"{directory}: there is no such directory; a report is made of directories of runs.");
            if (!File.Exists(Path.Combine(directory, RunDirectory.LogName)))
                throw new UsageException($"{directory}: holds no run; there is no {RunDirectory.LogName} in it.");
        }
        AtomicFile.Write(path, stream => Write(stream, directories), durable: false);
    }

    static void Write(Stream stream, string[] directories)
    {
        using (var page = new GZipStream(new MemoryStream(PackedPage.ToArray()), CompressionMode.Decompress))
        {
            var buffer = new byte[1 << 13];
            for (int read; (read = page.Read(buffer)) > 0;)
                stream.Write(buffer.AsSpan(0, read));
        }
        Write(stream, $"<script type=\"application/json\" id=\"data\">{{\"names\":{Inert(JsonText.Array(directories))},\n\"runs\":[");
        for (int i = 0; i < directories.Length; i++)
            WriteRun(stream, directories[i], i == 0 ? "" : ",");
        Write(stream, "]}</script>\n</body>\n</html>\n");
    }

    static void WriteRun(Stream stream, string directory, string separator)
    {
        Write(stream, $"{separator}{{");
        for (int i = 0; i < Parts.Length; i++)
        {
            Write(stream, $"{(i == 0 ? "" : ",")}\n\"{Parts[i].Member}\":[");
            string path = Path.Combine(directory, Parts[i].File);
            if (File.Exists(path))
                WriteLines(stream, path);
            Write(stream, "]");
        }
        Write(stream, "}");
    }

    /// <summary>The objects in a file's lines; the last line may be torn by a kill, and is then left out.</summary>
    static void WriteLines(Stream stream, string path)
    {
        int number = 0;
        string? torn = null;
        foreach (string line in File.ReadLines(path))
        {
            if (torn is not null)
            {
                throw new UsageException($"{path}: line {number} is no JSON object: '{torn[..Math.Min(ShownOfABadLine, torn.Length)]}'; "
                    + "remove the line to report the others.");
            }
            number++;
            if (JsonText.IsObject(line))
                Write(stream, $"{(number == 1 ? "" : ",")}\n{Inert(line)}");
            else
                torn = line;
        }
    }

    /// <summary>JSON in which no string can end the element that holds it: a less-than sign occurs in strings only.</summary>
    static string Inert(string json) => json.Replace("<", "\\u003c");

    static void Write(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
