using System.Diagnostics;
using System.Globalization;

namespace AotNet.Training.Reporting;

/// <summary>One line on a terminal that is drawn over itself, at most ten times a second. Drawing allocates nothing.</summary>
/// <param name="terminal">The terminal.</param>
sealed class ProgressBar(TextWriter terminal)
{
    const int Cells = 16, Width = 79;

    static readonly long Interval = Stopwatch.Frequency / 10;

    readonly char[] line = new char[Width + 2];
    long drawn;
    int visible;

    /// <summary>Draws the bar, unless it was drawn a moment ago.</summary>
    public void Draw(in Progress progress)
    {
        if (IsTooSoon)
            return;
        int length = Bar((long)progress.Step * Cells / progress.Steps);
        if (line.AsSpan(length, Width - length).TryWrite(CultureInfo.InvariantCulture,
            $"] {progress.Epoch}/{progress.Epochs}  loss {progress.Score.Loss:F4}{new Accuracy(progress.Score.Accuracy)}  {progress.SamplesPerSecond:F0} samples/s  {new Duration(progress.SecondsLeft)} left",
            out int written))
        {
            Show(length + written);
        }
    }

    /// <summary>The same while files are decoded.</summary>
    public void Draw(int done, int files, string things)
    {
        if (IsTooSoon)
            return;
        int length = Bar((long)done * Cells / files);
        if (line.AsSpan(length, Width - length).TryWrite(CultureInfo.InvariantCulture, $"] {done} of {files} {things} decoded", out int written))
            Show(length + written);
    }

    /// <summary>The same for a search.</summary>
    public void Draw(in SearchProgress progress)
    {
        if (IsTooSoon)
            return;
        int length = Bar(((progress.Candidate - 1L) * progress.Steps + progress.Step) * Cells / ((long)progress.Candidates * progress.Steps));
        if (line.AsSpan(length, Width - length).TryWrite(CultureInfo.InvariantCulture,
            $"] {progress.Epoch}/{progress.Epochs}  trying rate {(double)progress.Rate:G4}, {progress.Step} of {progress.Steps} steps  loss {(double)progress.Loss:F4}",
            out int written))
        {
            Show(length + written);
        }
    }

    bool IsTooSoon
    {
        get
        {
            long now = Stopwatch.GetTimestamp();
            bool soon = now - drawn < Interval;
            if (!soon)
                drawn = now;
            return soon;
        }
    }

    /// <summary>Begins the line; gives its length.</summary>
    int Bar(long full)
    {
        line[0] = '\r';
        line[1] = '[';
        for (int cell = 0; cell < Cells; cell++)
            line[2 + cell] = cell < full ? '#' : '.';
        return 2 + Cells;
    }

    void Show(int length)
    {
        int end = length;
        while (end < visible)
            line[end++] = ' ';
        terminal.Write(line.AsSpan(0, end));
        terminal.Flush();
        visible = length;
    }

    /// <summary>Says how many layers of a consistency measurement are done.</summary>
    public void Draw(int done, int layers)
    {
        Clear();
        string text = "\rmeasuring consistency, layer " + (done + 1).ToString(CultureInfo.InvariantCulture) + " of "
            + layers.ToString(CultureInfo.InvariantCulture);
        text.CopyTo(line);
        visible = text.Length;
        terminal.Write(line.AsSpan(0, visible));
        terminal.Flush();
    }

    /// <summary>Removes the bar, so that a line can be printed.</summary>
    public void Clear()
    {
        if (visible == 0)
            return;
        line.AsSpan(1, visible - 1).Fill(' ');
        line[visible] = '\r';
        terminal.Write(line.AsSpan(0, visible + 1));
        terminal.Flush();
        visible = 0;
        drawn = 0;
    }

    /// <summary>A percentage after two spaces, or nothing.</summary>
    readonly struct Accuracy(double? value) : ISpanFormattable
    {
        public bool TryFormat(Span<char> destination, out int written, ReadOnlySpan<char> format, IFormatProvider? provider)
        {
            written = 0;
            return value is not { } share || destination.TryWrite(provider, $"  {share * 100:F2} %", out written);
        }

        public string ToString(string? format, IFormatProvider? provider) => string.Create(provider, $"{value}");
    }

    /// <summary>Minutes and seconds, with hours where there are some.</summary>
    readonly struct Duration(double seconds) : ISpanFormattable
    {
        public bool TryFormat(Span<char> destination, out int written, ReadOnlySpan<char> format, IFormatProvider? provider)
        {
            long whole = double.IsFinite(seconds) ? (long)Math.Min(seconds, 3.6e6) : 0;
            return whole >= 3600
                ? destination.TryWrite(provider, $"{whole / 3600}:{whole / 60 % 60:D2}:{whole % 60:D2}", out written)
                : destination.TryWrite(provider, $"{whole / 60}:{whole % 60:D2}", out written);
        }

        public string ToString(string? format, IFormatProvider? provider) => string.Create(provider, $"{seconds}");
    }
}
