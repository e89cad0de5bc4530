namespace AotNet.Peers.Harness;

/// <summary>A column of a table whose rows appear as they are measured, so that its width is known beforehand.</summary>
/// <param name="Heading">Its heading.</param>
/// <param name="Width">Characters of most cells; the heading's at least.</param>
readonly record struct Column(string Heading, int Width = 0)
{
    /// <summary>Times with their spread.</summary>
    internal static Column Time(string heading) => new(heading, 24);

    /// <summary>Ratios with their spread.</summary>
    internal static Column Ratio(string heading) => new(heading, 20);

    /// <summary>A column as wide as its heading.</summary>
    public static implicit operator Column(string heading) => new(heading);
}

/// <summary>A Markdown table, legible as plain text too: first column to the left, the others to the right.</summary>
sealed class Table
{
    readonly Report report;
    readonly int[] widths;

    internal Table(Report report, IReadOnlyList<Column> columns)
    {
        this.report = report;
        widths = [.. columns.Select(static column => Math.Max(column.Heading.Length, column.Width))];
        report.Line();
        Row([.. columns.Select(static column => column.Heading)]);
        report.Line("|" + string.Concat(widths.Select(static (width, i) => new string('-', width + 1) + (i == 0 ? "-|" : ":|"))));
    }

    /// <summary>Adds a row: one cell per column.</summary>
    internal void Row(params IReadOnlyList<string> cells) => report.Line("|" + string.Concat(cells.Select(
        (cell, i) => $" {(i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))} |")));
}
