namespace AotNet.Runtime;

/// <summary>What all generated networks share: the arena, the workers, parameters by name, the training step's outer form.</summary>
public abstract class CompiledNetwork : IDisposable
{
    /// <summary>What the compiler knows about this network.</summary>
    public NetworkInfo Info { get; } = null!;

    /// <summary>Seed that initial parameters and dropout are drawn from.</summary>
    public ulong Seed { get; }

    /// <summary>Threads that a call uses; results do not depend on it.</summary>
    public int Threads { get; }

    /// <summary>Update rule of <see cref="StepBatch"/>. Setting it sets <see cref="LearningRate"/> too and keeps the moments.</summary>
    public Optimizer Optimizer { get; set; } = null!;

    /// <summary>Learning rate of the next step.</summary>
    public float LearningRate { get; set; }

    /// <summary>Updates done so far.</summary>
    public long StepCount { get; }

    /// <summary>Times a factorisation met a non-positive pivot and was repeated with ten times the damping.</summary>
    public long DampingRaised { get; }

    /// <summary>Layers-steps whose gradient stayed undecorrelated because raising the damping did not help.</summary>
    public long DecorrelationsSkipped { get; }

    /// <summary>Layer in which the last step first met a value that is not finite; null while all are finite.</summary>
    public string? NonFiniteLayer { get; }

    /// <summary>Forward, loss, backward, update. When the loss is not finite nothing is updated and <see cref="NonFiniteLayer"/> is set.</summary>
    /// <param name="inputs">rows x <see cref="NetworkInfo.InputFeatures"/>.</param>
    /// <param name="labels">One class per row; empty unless the target is a class.</param>
    /// <param name="targets">rows x target width; empty when the target is a class.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a label is outside the classes.</exception>
    public BatchResult StepBatch(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets) => throw null!;

    /// <summary>Loss and correct answers in inference mode; changes nothing.</summary>
    /// <inheritdoc cref="StepBatch"/>
    public BatchResult EvaluateBatch(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets) => throw null!;

    /// <summary>Outputs in inference mode: class probabilities for softmax, label probabilities for binary cross-entropy, values otherwise.</summary>
    /// <param name="inputs">rows x <see cref="NetworkInfo.InputFeatures"/>.</param>
    /// <param name="outputs">rows x <see cref="NetworkInfo.Outputs"/>, written.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void PredictBatch(ReadOnlySpan<float> inputs, Span<float> outputs) => throw null!;

    /// <summary>Adds parameters, norm statistics, optimiser moments and counters to a safetensors file being written.</summary>
    public void WriteState(SafetensorsWriter writer) => throw null!;

    /// <summary>Restores what <see cref="WriteState"/> wrote; checks everything before it changes anything.</summary>
    /// <exception cref="InvalidDataException">The file is of another topology, or a tensor is missing or misshaped.</exception>
    public void ReadState(SafetensorsFile file) => throw null!;

    /// <summary>Writes the network's state to <paramref name="path"/> by way of a temporary file, flushed and renamed.</summary>
    public void Save(string path) => throw null!;

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    public void Load(string path) => throw null!;

    /// <summary>Frees the arena and ends the workers.</summary>
    public void Dispose() => GC.SuppressFinalize(this);
}
