using System.Globalization;
using AotNet.Training.CommandLine;

namespace AotNet.Training.Loop;

/// <summary>The flag --init.</summary>
static class InitialWeights
{
    /// <summary>The distributions that the network declares.</summary>
    public const string Declared = "declared";

    const string Normal = "normal:";

    /// <summary>Standard deviation of all weights; null for <see cref="Declared"/>.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static float? Parse(string text) => text == Declared ? null
        : FlagValue.Number(RunFlags.Initial, text.StartsWith(Normal, StringComparison.Ordinal) ? text[Normal.Length..] : text,
            $"{Declared} or {Normal}F with F above 0", value => value > 0 && text.StartsWith(Normal, StringComparison.Ordinal));

    /// <summary>Reverses <see cref="Parse"/>.</summary>
    public static string Text(float? sigma) => sigma is { } value ? Normal + value.ToString("R", CultureInfo.InvariantCulture) : Declared;
}
