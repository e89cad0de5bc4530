using AotNet.Training.CommandLine;
using AotNet.Training.Loop;

namespace AotNet.Training.Tests.Support;

/// <summary>Runs the trainer program on a fake network within the test process.</summary>
static class Trainer
{
    static readonly Lock CommandLine = new();

    /// <summary>Runs a command line, split at blanks.</summary>
    public static (int Code, string Output, string Error) Run(NetworkInfo info, string commandLine) =>
        Run(info, commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Runs a command line.</summary>
    public static (int Code, string Output, string Error) Run(NetworkInfo info, string[] arguments) => Run(FakeNetwork.Factory(info), arguments);

    /// <summary>Runs a command line on any network.</summary>
    public static (int Code, string Output, string Error) Run(NetworkFactory factory, string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        // The command line library keeps its settings in statics.
        lock (CommandLine)
        {
            int code = new TrainerProgram(factory, output, error).Run(arguments);
            Environment.ExitCode = 0;
            return (code, output.ToString(), error.ToString());
        }
    }

    /// <summary>Runs a command line that must succeed; gives standard output.</summary>
    public static string Succeed(NetworkInfo info, string commandLine)
    {
        (int code, string output, string error) = Run(info, commandLine);
        Assert.True(code == 0, $"exit code {code}: {error}");
        return output;
    }
}
