using System.Diagnostics;

namespace PaperExperiments.Running;

/// <summary>Runs a trainer of this very program in a process of its own.</summary>
static class TrainerProcess
{
    /// <summary>Runs to the end. The process ends when this one does, however that comes about.</summary>
    /// <param name="arguments">Network, verb and flags.</param>
    public static (int ExitCode, string Error) Run(string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Trainers.AttachedVerb, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
