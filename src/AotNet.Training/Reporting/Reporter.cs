using AotNet.Training.Data;
using AotNet.Training.Loop;

namespace AotNet.Training.Reporting;

/// <summary>What a run tells while it goes on. The base class says nothing: --quiet.</summary>
class Reporter
{
    /// <summary>Before the first step.</summary>
    public virtual void Begin(RunDescription run)
    {
    }

    /// <summary>After each step; must not allocate.</summary>
    public virtual void Step(in Progress progress)
    {
    }

    /// <summary>After each epoch.</summary>
    /// <param name="record">Its figures.</param>
    /// <param name="best">Whether its held-out result is the best so far.</param>
    public virtual void Epoch(EpochRecord record, bool best)
    {
    }

    /// <summary>While consistency is measured.</summary>
    /// <param name="done">Layers done, from 0.</param>
    /// <param name="layers">Layers in all.</param>
    public virtual void Measuring(int done, int layers)
    {
    }

    /// <summary>After consistency was measured.</summary>
    public virtual void Consistency(ConsistencyRecord record)
    {
    }

    /// <summary>After the last step.</summary>
    /// <param name="run">The run.</param>
    /// <param name="state">Where it ended.</param>
    /// <param name="reason">Why: <c>finished</c>, <c>early stop</c> or <c>interrupted</c>.</param>
    public virtual void End(RunDescription run, RunState state, string reason)
    {
    }

    /// <summary>Something the user should know.</summary>
    public virtual void Note(string sentence)
    {
    }
}

/// <summary>The fixed facts of a run.</summary>
/// <param name="Network">What is trained.</param>
/// <param name="Settings">How.</param>
/// <param name="Data">On what.</param>
/// <param name="Directory">Where its files lie.</param>
/// <param name="Threads">Threads in use.</param>
/// <param name="StepsPerEpoch">Batches in an epoch.</param>
/// <param name="ResumedStep">Steps that were done before; null for a new run.</param>
sealed record RunDescription(NetworkInfo Network, RunSettings Settings, TrainingData Data, RunDirectory Directory,
    int Threads, int StepsPerEpoch, long? ResumedStep);

/// <summary>Where the epoch under way stands.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">In the whole run.</param>
/// <param name="Step">Steps done in the epoch.</param>
/// <param name="Steps">Steps of the epoch.</param>
/// <param name="Score">Over the epoch so far.</param>
/// <param name="SamplesPerSecond">Over the epoch so far.</param>
/// <param name="SecondsLeft">Of the whole run, at the present speed.</param>
readonly record struct Progress(int Epoch, int Epochs, int Step, int Steps, Score Score, double SamplesPerSecond, double SecondsLeft);
