namespace AotNet.Runtime;

/// <summary>Work that a <see cref="WorkerTeam"/> does together.</summary>
public interface IWorkerJob
{
    /// <summary>Does one worker's share.</summary>
    /// <param name="worker">0 for the caller of <see cref="WorkerTeam.Run"/>, up to <see cref="WorkerTeam.Workers"/> - 1.</param>
    void Work(int worker);
}
