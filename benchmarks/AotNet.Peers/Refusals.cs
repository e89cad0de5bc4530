using AotNet.Peers.Harness;
using AotNet.Training;
using ConsoleAppFramework;

namespace AotNet.Peers;

/// <summary>Turns a refusal of any verb, or of the trainer's parts that it uses, into its sentence and exit code 1.</summary>
sealed class Refusals(ConsoleAppFilter next) : ConsoleAppFilter(next)
{
    public override async Task InvokeAsync(ConsoleAppContext context, CancellationToken cancellationToken)
    {
        try
        {
            await Next.InvokeAsync(context, cancellationToken);
        }
        catch (Exception refusal) when (refusal is PeersException or TrainerException)
        {
            Console.Error.WriteLine(refusal.Message);
            Environment.ExitCode = 1;
        }
    }
}
