using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AotNet.EndToEnd.Tests.Support;

/// <summary>What a finished process left.</summary>
sealed record Outcome(int Code, string Output, string Error)
{
    /// <summary>Standard output of a process that must have succeeded.</summary>
    public string Succeeded()
    {
        Assert.True(Code == 0, $"exit code {Code}\n{Error}\n{Output}");
        return Output;
    }
}

/// <summary>A process under test, its output collected.</summary>
sealed partial class Command : IDisposable
{
    const int LongestMilliseconds = 300_000;

    readonly Process process;
    readonly Task<string> output, error;

    Command(string file, IEnumerable<string> arguments, string? directory)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        // The test host's own MSBuild settings would leak into builds that it starts.
        foreach (string name in start.Environment.Keys.Where(static key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        process = Process.Start(start)!;
        output = process.StandardOutput.ReadToEndAsync();
        error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts a program; arguments are split at blanks.</summary>
    public static Command Start(string file, string arguments, string? directory = null) =>
        new(file, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), directory);

    /// <summary>Runs a program to its end; arguments are split at blanks.</summary>
    public static Outcome Run(string file, string arguments, string input = "", string? directory = null)
    {
        using Command command = Start(file, arguments, directory);
        command.process.StandardInput.Write(input);
        return command.Wait();
    }

    /// <summary>Runs a line of bash.</summary>
    public static Outcome Shell(string line)
    {
        using var command = new Command("bash", ["-c", line], null);
        return command.Wait();
    }

    /// <summary>Waits for the end.</summary>
    public Outcome Wait()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(LongestMilliseconds))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{process.StartInfo.FileName} did not end");
        }
        return new Outcome(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Whether it still runs.</summary>
    public bool Running => !process.HasExited;

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(int signal) => Assert.Equal(0, Send(process.Id, signal));

    public void Dispose() => process.Dispose();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
