using System.Diagnostics;

namespace AotNet.Peers.Harness;

/// <summary>This program once more.</summary>
static class Self
{
    /// <summary>Starts it with a verb and flags; output is left to the caller's settings.</summary>
    internal static ProcessStartInfo Command(params IReadOnlyList<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new PeersException("The path of this program is unknown.");
        bool hosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] prefix = hosted ? [typeof(Self).Assembly.Location] : [];
        return new ProcessStartInfo(program, [.. prefix, .. arguments]) { UseShellExecute = false };
    }
}
