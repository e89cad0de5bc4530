using System.Text.Json;
using AotNet.Training.Data;
using AotNet.Training.Loop;

namespace AotNet.Training.Reporting;

/// <summary>What a run tells while it goes on. The base class says nothing: --quiet.</summary>
class Reporter
{
    /// <summary>While files are decoded.</summary>
    /// <param name="done">Files done.</param>
    /// <param name="files">Files in all.</param>
    /// <param name="things">What they are, in the plural.</param>
    public virtual void Decoding(int done, int files, string things)
    {
    }

    /// <summary>Before the first step.</summary>
    public virtual void Begin(RunDescription run)
    {
    }

    /// <summary>After each step; must not allocate.</summary>
    public virtual void Step(in Progress progress)
    {
    }

    /// <summary>After each step of a search for the learning rate.</summary>
    public virtual void Search(in SearchProgress progress)
    {
    }

    /// <summary>After a search for the learning rate.</summary>
    public virtual void Rate(RateRecord record)
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
    int Threads, int StepsPerEpoch, long? ResumedStep)
{
    /// <summary>Writes the facts as members of an object.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("network", Network.Name);
        json.WriteString("topology_hash", Network.TopologyHash);
        json.WriteString("instruction_set", InstructionSet.Name);
        json.WriteNumber("parameters", Network.ParameterCount);
        json.WriteNumber("threads", Threads);
        json.WriteString("run", Directory.Path);
        json.WriteNumber("train_samples", Data.Train.Samples.Length);
        json.WriteNumber("validation_samples", Data.Validation?.Samples.Length ?? 0);
        json.WriteNumber("test_samples", Data.Test?.Samples.Length ?? 0);
        json.WriteNumber("steps_per_epoch", StepsPerEpoch);
        json.WriteNumber("resumed_step", ResumedStep ?? 0);
        json.WriteStartObject("flags");
        foreach ((string flag, string value) in Settings.Flags)
            json.WriteString(flag, value);
        json.WriteEndObject();
    }
}

/// <summary>Where the epoch under way stands.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">In the whole run.</param>
/// <param name="Step">Steps done in the epoch.</param>
/// <param name="Steps">Steps of the epoch.</param>
/// <param name="Score">Over the epoch so far.</param>
/// <param name="SamplesPerSecond">Over the epoch so far.</param>
/// <param name="SecondsLeft">Of the whole run, at the present speed.</param>
readonly record struct Progress(int Epoch, int Epochs, int Step, int Steps, Score Score, double SamplesPerSecond, double SecondsLeft);

/// <summary>Where a search for the learning rate stands.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">In the whole run.</param>
/// <param name="Candidate">Number of the rate under trial, from 1.</param>
/// <param name="Candidates">Rates in all.</param>
/// <param name="Rate">The rate under trial.</param>
/// <param name="Step">Steps done at this rate.</param>
/// <param name="Steps">Steps to do at each.</param>
/// <param name="Loss">Of the last step.</param>
readonly record struct SearchProgress(int Epoch, int Epochs, int Candidate, int Candidates, float Rate, int Step, int Steps, float Loss);

/// <summary>What a search for the learning rate gave.</summary>
sealed class RateRecord
{
    /// <summary>Epoch that begins with it, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps done before it.</summary>
    public required long Step { get; init; }

    /// <summary>The choice.</summary>
    public required float Rate { get; init; }

    /// <summary>Steps at each rate.</summary>
    public required int Steps { get; init; }

    /// <summary>Rates.</summary>
    public required float[] Candidates { get; init; }

    /// <summary>Loss of each after the last step; not finite where it diverged or was not tried.</summary>
    public required float[] Losses { get; init; }

    /// <summary>Writes the record's members.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber("epoch", Epoch);
        json.WriteNumber("step", Step);
        json.WriteNumber("selected_rate", Rate);
        json.WriteStartArray("trials");
        for (int i = 0; i < Losses.Length; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("rate", Candidates[i]);
            json.WriteNumberOrNull("loss", Losses[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
