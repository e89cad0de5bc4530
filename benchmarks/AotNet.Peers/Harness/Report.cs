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
        Line($"{Machine.Name}, {Environment.ProcessorCount} processors, {Machine.Instructions}, .NET {Environment.Version}."
            + (sampling is { } s ? $" Medians of {s.Repeats} alternating samples of at least {s.SampleSeconds * 1e3:0.#} ms each; least and greatest in brackets." : ""));
    }

    internal void Line(string line = "")
    {
        text.Append(line).Append('\n');
        Console.WriteLine(line);
    }

    /// <summary>Begins a table; rows follow.</summary>
    internal Table Table(params IReadOnlyList<string> headings) => new(this, headings);

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

/// <summary>A Markdown table whose rows appear as they are measured, and so with widths that the headings set.</summary>
sealed class Table
{
    readonly Report report;
    readonly int[] widths;

    internal Table(Report report, IReadOnlyList<string> headings)
    {
        this.report = report;
        widths = [.. headings.Select(static heading => heading.Length)];
        report.Line();
        report.Line("|" + string.Concat(headings.Select(static heading => $" {heading.Trim()}{new string(' ', heading.Length - heading.Trim().Length)} |")));
        report.Line("|" + string.Concat(widths.Select(static (width, i) => i == 0 ? $"{new string('-', width + 2)}|" : $"{new string('-', width + 1)}:|")));
    }

    /// <summary>Adds a row: one cell per heading, the first left-aligned.</summary>
    internal void Row(params IReadOnlyList<string> cells) => report.Line("|" + string.Concat(cells.Select(
        (cell, i) => i == 0 ? $" {cell.PadRight(widths[i])} |" : $" {cell.PadLeft(widths[i])} |")));
}
