using System.Globalization;
using Sylvan.Data.Csv;

namespace AotNet.Training.Data.Formats;

/// <summary>
/// The records of a CSV text one after another, with line numbers for messages. Delimiters (comma, semicolon, tab, bar)
/// are detected, blank lines skipped, fields may be quoted. The first record is a header when none of its fields is a number.
/// </summary>
sealed class CsvRecords : IDisposable
{
    static readonly string[] MissingMarks = ["?", "NA", "N/A", "null"];

    readonly CsvDataReader reader;
    int nextLine = 1;
    bool pending;

    /// <summary>Starts reading and looks at the first record.</summary>
    /// <param name="text">The text; disposed with this.</param>
    /// <param name="source">Its name for messages.</param>
    public CsvRecords(TextReader text, string source)
    {
        Source = source;
        reader = Guarded(() => CsvDataReader.Create(text, new CsvDataReaderOptions
        {
            HasHeaders = false,
            BufferSize = 1 << 16,
            MaxBufferSize = 1 << 26,
            Comment = '\0',
            Culture = CultureInfo.InvariantCulture,
            ResultSetMode = ResultSetMode.SingleResult,
        }));
        if (!Read())
            throw new UsageException($"{source}: holds no rows.");
        Columns = FieldCount;
        if (IsHeader())
            Header = Enumerable.Range(0, Columns).Select(column => Field(column).Trim().ToString()).ToArray();
        else
            pending = true;
    }

    /// <summary>Name of the text for messages.</summary>
    public string Source { get; }

    /// <summary>Fields in each record.</summary>
    public int Columns { get; }

    /// <summary>Column names, if the first record holds them.</summary>
    public string[]? Header { get; }

    /// <summary>Line on which the current record begins, from 1.</summary>
    public int Line { get; private set; }

    int FieldCount => reader.RowFieldCount;

    /// <summary>Opens a file.</summary>
    /// <exception cref="UsageException">It cannot be read, or is empty or malformed.</exception>
    public static CsvRecords Open(string path)
    {
        try
        {
            return new CsvRecords(new StreamReader(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem.Unreadable(path, error);
        }
    }

    /// <summary>Goes to the next record with data; false at the end.</summary>
    /// <exception cref="UsageException">The record is malformed or has another number of fields than the first.</exception>
    public bool Next()
    {
        if (pending)
            pending = false;
        else if (!Read())
            return false;
        if (FieldCount != Columns)
            throw At($"has {FieldCount} fields; the first record has {Columns}");
        return true;
    }

    /// <summary>A field's text, unquoted.</summary>
    public ReadOnlySpan<char> Field(int column) => reader.GetFieldSpan(column);

    /// <summary>A field as a finite number.</summary>
    /// <exception cref="UsageException">It is missing, no number, or not finite.</exception>
    public float Number(int column)
    {
        ReadOnlySpan<char> field = Present(column);
        if (!float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out float value))
            throw At(column, $"'{field}' is not a number");
        if (!float.IsFinite(value))
            throw At(column, $"'{field}' is not a finite number");
        return value;
    }

    /// <summary>A field's trimmed text, which must not be missing.</summary>
    /// <exception cref="UsageException">It is missing.</exception>
    public ReadOnlySpan<char> Present(int column)
    {
        ReadOnlySpan<char> field = Field(column).Trim();
        bool missing = field.IsEmpty;
        foreach (string mark in MissingMarks)
            missing |= field.Equals(mark, StringComparison.OrdinalIgnoreCase);
        return missing ? throw At(column, "the value is missing") : field;
    }

    /// <summary>An error at the current record.</summary>
    public UsageException At(string problem) => new($"{Source}: line {Line}: {problem}.");

    /// <summary>An error at a field of the current record.</summary>
    public UsageException At(int column, string problem) => AtLine(Line, column, problem);

    /// <summary>An error at a field of an earlier record.</summary>
    public UsageException AtLine(int line, int column, string problem) =>
        new($"{Source}: line {line}, column {column + 1}{(Header is null ? "" : $" ({Header[column]})")}: {problem}.");

    public void Dispose() => reader.Dispose();

    /// <summary>Reads a record that is not blank and counts lines: one a record and one for each line break in its fields.</summary>
    bool Read()
    {
        while (Guarded(reader.Read))
        {
            Line = nextLine++;
            for (int column = 0; column < FieldCount; column++)
                nextLine += Field(column).Count('\n');
            if (FieldCount > 1 || !Field(0).IsWhiteSpace())
                return true;
        }
        return false;
    }

    bool IsHeader()
    {
        for (int column = 0; column < Columns; column++)
        {
            if (float.TryParse(Field(column), NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                return false;
        }
        return true;
    }

    T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvRecordTooLargeException)
        {
            throw new UsageException($"{Source}: line {nextLine}: the record is longer than 64 MB; a quote may be unclosed.");
        }
        catch (FormatException)
        {
            throw new UsageException($"{Source}: line {nextLine}: a quoted field is malformed or not closed.");
        }
        catch (IOException error)
        {
            throw Problem.Unreadable(Source, error);
        }
    }
}
