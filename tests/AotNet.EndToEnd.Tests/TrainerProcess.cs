using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AotNet.EndToEnd.Tests;

/// <summary>What a finished process left.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
sealed record ProcessResult(int ExitCode, string Output, string Error)
{
    /// <summary>Fails with everything the process said when it ended otherwise.</summary>
    public ProcessResult Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, expected {exitCode}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>Standard output as one JSON object.</summary>
    public JsonElement Json() => JsonDocument.Parse(Output).RootElement;
}

/// <summary>Runs programs.</summary>
static class TrainerProcess
{
    /// <summary>Runs to the end.</summary>
    public static ProcessResult Run(string program, params string[] arguments) => RunWith("", null, program, arguments);

    /// <summary>Runs to the end with text on standard input and a working directory.</summary>
    public static ProcessResult RunWith(string input, string? directory, string program, params string[] arguments)
    {
        using Process process = Start(program, arguments, directory, redirectInput: true);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return new ProcessResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Starts a program whose output nobody reads.</summary>
    public static Process StartQuietly(string program, params string[] arguments)
    {
        Process process = Start(program, arguments, null, redirectInput: false);
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Sends a signal by name, such as INT.</summary>
    public static void Signal(Process process, string signal) =>
        Run("/bin/kill", "-" + signal, process.Id.ToString(CultureInfo.InvariantCulture));

    static Process Start(string program, string[] arguments, string? directory, bool redirectInput)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = redirectInput,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = directory ?? "",
        };
        return Process.Start(start)!;
    }
}
