using System.Text;
using AotNet.Training.Loop;
using ConsoleAppFramework;

namespace AotNet.Training.CommandLine;

/// <summary>
/// The program around a network: finds the verb, and turns every exception into one sentence on standard error and an
/// exit code. ConsoleAppFramework splits the command line and prints help; each flag's value reaches the verbs as
/// text and is read by <see cref="FlagValue"/>, so that messages say what was expected.
/// </summary>
/// <param name="factory">The network.</param>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
sealed class TrainerProgram(NetworkFactory factory, TextWriter output, TextWriter error) : IServiceProvider
{
    static readonly string[] VerbNames = ["train", "eval", "predict", "inspect", "info", "report", "bench", "self-test"];

    int exitCode;
    string verb = "";

    /// <summary>The network.</summary>
    public NetworkFactory Factory => factory;

    /// <summary>Standard output.</summary>
    public TextWriter Output => output;

    /// <summary>Standard error.</summary>
    public TextWriter Error => error;

    /// <summary>Runs a program on the process's standard streams.</summary>
    public static int Run(NetworkFactory factory, string[] args)
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var output = new StreamWriter(Console.OpenStandardOutput(), encoding) { AutoFlush = true };
        using var error = new StreamWriter(Console.OpenStandardError(), encoding) { AutoFlush = true };
        return new TrainerProgram(factory, output, error).Run(args);
    }

    /// <summary>Runs the verb that <paramref name="args"/> begins with.</summary>
    /// <returns>The exit code.</returns>
    public int Run(string[] args) => Guarded(() =>
    {
        InstructionSet.Require();
        verb = args.Length == 0 ? "" : args[0];
        if (verb is not ("" or "-h" or "--help" or "--version") && !VerbNames.Contains(verb))
            throw new UsageException($"'{verb}' is no verb of {factory.Info.Name}; expected {string.Join(", ", VerbNames)}, --help or --version.");
        // The library heeds it behind a verb only where nothing else is.
        if (args.Contains("--help") || args.Contains("-h"))
            args = VerbNames.Contains(verb) ? [verb, "--help"] : ["--help"];

        ConsoleApp.ServiceProvider = this;
        ConsoleApp.Version = $"{factory.Info.Name}, made with AotNet {typeof(TrainerProgram).Assembly.GetName().Version?.ToString(3)} "
            + $"({InstructionSet.Name}, topology {factory.Info.TopologyHash})";
        ConsoleApp.Log = text => output.WriteLine(text.Replace("<string?>", "<value>  ").Replace("Usage: ", $"Usage: {factory.Info.Name} "));
        ConsoleApp.LogError = Refuse;
        ConsoleApp.ConsoleAppBuilder app = ConsoleApp.Create();
        app.Add<Verbs>();
        app.Run(args);
        return exitCode;
    });

    /// <summary>Runs one verb; called from <see cref="Verbs"/>.</summary>
    public int Guarded(Func<int> run)
    {
        try
        {
            exitCode = run();
        }
        catch (TrainerException problem)
        {
            exitCode = Report(problem.ExitCode, problem.Message);
        }
        catch (OutOfMemoryException)
        {
            exitCode = Report(ExitCode.Failure, $"Memory is exhausted; {factory.Info.Name} alone needs {factory.Info.Arena.Total:N0} bytes.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            exitCode = Report(ExitCode.Failure, $"Reading or writing failed: {problem.Message.TrimEnd('.')}.");
        }
        catch (Exception problem)
        {
            exitCode = Report(ExitCode.Failure, $"This is an error in AotNet: {problem}");
        }
        return exitCode;
    }

    object? IServiceProvider.GetService(Type serviceType) => serviceType == typeof(TrainerProgram) ? this : null;

    int Report(int code, string sentence)
    {
        output.Flush();
        error.WriteLine($"{factory.Info.Name}: {sentence}");
        return code;
    }

    /// <summary>Rewords what ConsoleAppFramework says of a command line that it could not split.</summary>
    void Refuse(string message)
    {
        string name = message.Split('\'') is [_, var quoted, ..] ? quoted : "";
        string sentence = message.EndsWith("is not recognized.", StringComparison.Ordinal)
            ? $"{name} is no flag of {verb}; '{verb} --help' lists them."
            : message.Contains("failed to parse") ? $"--{name} needs a value; '{verb} --help' says which." : message;
        exitCode = Report(ExitCode.Usage, sentence);
    }
}
