namespace AotNet.Training;

/// <summary>What a trainer program returns to its caller.</summary>
static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>A check of <c>self-test</c> failed, or the machine did: disk full, memory exhausted.</summary>
    public const int Failure = 1;

    /// <summary>A flag, a data file or a checkpoint is not what was expected.</summary>
    public const int Usage = 2;

    /// <summary>The processor lacks the instruction set that the program was built for.</summary>
    public const int Processor = 3;

    /// <summary>The loss was not finite.</summary>
    public const int NonFinite = 4;

    /// <summary>Stopped by Ctrl-C (or SIGTERM) after a checkpoint: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}
