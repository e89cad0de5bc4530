using AotNet.Peers.Harness;
using ConsoleAppFramework;

namespace AotNet.Peers;

/// <summary>Turns a <see cref="PeersException"/> of any verb into its sentence and exit code 1.</summary>
sealed class Refusals(ConsoleAppFilter next) : ConsoleAppFilter(next)
{
    public override async Task InvokeAsync(ConsoleAppContext context, CancellationToken cancellationToken)
    {
        try
        {
            await Next.InvokeAsync(context, cancellationToken);
        }
        catch (PeersException refusal)
        {
            Console.Error.WriteLine(refusal.Message);
            Environment.ExitCode = 1;
        }
    }
}
