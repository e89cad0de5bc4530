using System.Diagnostics;

namespace AotNet.Peers.Harness;

/// <summary>A process that keeps one core busy until it is disposed, or until this one ends.</summary>
sealed class BusyProcess : IDisposable
{
    internal const string Verb = "busy";

    readonly Process process;

    internal BusyProcess()
    {
        ProcessStartInfo command = Self.Command(Verb);
        command.RedirectStandardInput = command.RedirectStandardOutput = true;
        process = Process.Start(command) ?? throw new PeersException("The busy process did not start.");
        process.StandardOutput.ReadLine();
    }

    /// <summary>What that process runs: a loop, until its input ends.</summary>
    internal static void Spin()
    {
        new Thread(static () =>
        {
            while (Console.In.Read() >= 0)
            {
            }
            Environment.Exit(0);
        })
        { IsBackground = true }.Start();
        Console.WriteLine("busy");
        while (true)
        {
        }
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
