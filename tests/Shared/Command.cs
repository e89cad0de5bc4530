using System.Diagnostics;
using System.Text;

namespace AotNet.Tests;

/// <summary>A program that ran to its end.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote, both streams in the order of arrival.</param>
sealed record Command(int ExitCode, string Output)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(9);

    /// <summary>The SDK's command that these tests run under.</summary>
    internal static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");

    /// <summary>Runs a program in a folder, without the variables that a running build leaves to its children.</summary>
    internal static Command Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        // Build servers would outlive the test and hold its files.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDTERMINALLOGGER"] = "off";

        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Patience}:\n{output}");
        }
        // Without a time limit, so that both streams are read to their ends.
        process.WaitForExit();
        return new Command(process.ExitCode, output.ToString());
    }

    /// <summary>Runs a program that must succeed.</summary>
    internal static string Succeed(string folder, string program, params string[] arguments)
    {
        Command command = Run(folder, program, arguments);
        return command.ExitCode == 0
            ? command.Output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} exited with {command.ExitCode}:\n{command.Output}");
    }

    static void Append(StringBuilder output, string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.Append(line).Append('\n');
    }
}
