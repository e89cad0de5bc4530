using System.Text;

namespace PaperExperiments.Reports;

/// <summary>A Markdown table with aligned columns.</summary>
/// <param name="head">Titles of the columns.</param>
sealed class Table(params string[] head)
{
    readonly List<string[]> rows = [];

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">It has more or fewer cells than the head.</exception>
    public void Add(params string[] cells)
    {
        if (cells.Length != head.Length)
            throw new ArgumentException($"Expected {head.Length} cells, found {cells.Length}.", nameof(cells));
        rows.Add(cells);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        int[] widths = [.. head.Select((title, column) => Math.Max(rows.Select(row => row[column].Length).Append(title.Length).Max(), 3))];
        var text = new StringBuilder();
        Write(head, static (cell, width) => cell.PadRight(width));
        Write([.. widths.Select(static width => new string('-', width))], static (cell, _) => cell);
        foreach (string[] row in rows)
            Write(row, static (cell, width) => cell.PadRight(width));
        return text.ToString();

        void Write(string[] cells, Func<string, int, string> pad) =>
            text.Append("| ").AppendJoin(" | ", cells.Select((cell, column) => pad(cell, widths[column]))).Append(" |\n");
    }
}
