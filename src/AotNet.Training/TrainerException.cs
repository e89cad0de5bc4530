namespace AotNet.Training;

/// <summary>Ends the program: one sentence for the user and the exit code.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">What was found, what was expected, what to do.</param>
class TrainerException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>A flag, data file or checkpoint that is not what was expected.</summary>
sealed class UsageException(string message) : TrainerException(Training.ExitCode.Usage, message);
