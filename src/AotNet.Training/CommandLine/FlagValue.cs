using System.Globalization;

namespace AotNet.Training.CommandLine;

/// <summary>Reads the values of flags. Each error names the flag, what was found and what is expected.</summary>
static class FlagValue
{
    /// <summary>A finite number in a range.</summary>
    /// <param name="flag">Name without dashes.</param>
    /// <param name="text">What was given.</param>
    /// <param name="expected">The range in words, for the message.</param>
    /// <param name="inRange">Whether a number is acceptable.</param>
    public static float Number(string flag, string text, string expected, Predicate<float> inRange) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
            && float.IsFinite(value) && inRange(value)
            ? value
            : throw Wrong(flag, text, expected);

    /// <summary>A number above zero.</summary>
    public static float Positive(string flag, string text) => Number(flag, text, "a number above 0", static value => value > 0);

    /// <summary>A whole number in a range.</summary>
    public static int Integer(string flag, string text, int least, int most, string? unit = null) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw Wrong(flag, text, (most == int.MaxValue ? $"a whole number from {least}" : $"a whole number from {least} to {most}")
                + (unit is null ? "" : $" ({unit})"));

    /// <summary>A 64-bit seed.</summary>
    public static ulong Seed(string flag, string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw Wrong(flag, text, "a whole number from 0 to 18446744073709551615");

    /// <summary>One of several words.</summary>
    public static T Choice<T>(string flag, string text, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        foreach ((string name, T value) in choices)
        {
            if (name == text)
                return value;
        }
        var names = new List<string>();
        foreach ((string name, _) in choices)
            names.Add(name);
        throw Wrong(flag, text, $"one of {string.Join(", ", names)}");
    }

    static UsageException Wrong(string flag, string text, string expected) =>
        new($"--{flag}: found '{text}', expected {expected}.");
}
