using System.Text;

namespace AotNet.Peers.Harness;

/// <summary>
/// What a verb found: printed as it comes, and written as <c>CPU/VERB.md</c> below a folder when there is one. A report
/// that is given up half-way writes nothing.
/// </summary>
sealed class Report
{
    readonly StringBuilder text = new();

    internal Report(string title, Sampling? sampling)
    {
        Line($"# {title}");
        Line();
        Line($"{Machine.Name}, {Environment.ProcessorCount} processors, {Machine.Instructions}, .NET {Environment.Version}.");
        if (sampling is { } s)
        {
            Line($"Medians of {s.Repeats} alternating samples of at least {s.SampleSeconds * 1e3:0.#} ms each; least and greatest "
                + "in brackets.");
        }
    }

    internal void Line(string line = "")
    {
        text.Append(line).Append('\n');
        Console.WriteLine(line);
    }

    /// <summary>Begins a table; rows follow.</summary>
    internal Table Table(params IReadOnlyList<Column> columns) => new(this, columns);

    /// <summary>Writes the file; does nothing without a folder.</summary>
    internal void Save(string? folder, string verb)
    {
        if (string.IsNullOrEmpty(folder))
            return;
        string path = Path.Combine(folder, Machine.FolderName, verb + ".md");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ToString());
        Console.Error.WriteLine($"wrote {path}");
    }
}
