using System.Runtime.InteropServices;

namespace AotNet.Training.Loop;

/// <summary>Turns Ctrl-C and SIGTERM into a request to stop after the step; a second one ends the program at once.</summary>
sealed class StopSignal : IDisposable
{
    readonly PosixSignalRegistration[] registrations;
    volatile bool requested;

    /// <summary>Starts listening.</summary>
    public StopSignal() => registrations =
        [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    /// <summary>Whether to stop.</summary>
    public bool Requested => requested;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
    }

    void Handle(PosixSignalContext context)
    {
        context.Cancel = !requested;
        requested = true;
    }
}
