using System.Globalization;

namespace AotNet.Compiler;

/// <summary>Spells constants as C# literals.</summary>
static class Literal
{
    /// <summary>A float literal that reads back as the same float.</summary>
    internal static string Float(float value) => value.ToString("R", CultureInfo.InvariantCulture) + "f";

    /// <summary>The culture of all emitted text.</summary>
    internal static CultureInfo Culture => CultureInfo.InvariantCulture;

    /// <summary>A number without culture.</summary>
    internal static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>What an expression ends in that is so much more; nothing for 0.</summary>
    internal static string Plus(long offset) => offset == 0 ? "" : " + " + Number(offset);

    /// <summary>A string literal.</summary>
    internal static string Text(string value) => "\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") + "\"";
}
