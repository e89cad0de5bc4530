using AotNet.Runtime;
using AotNet.Training.Data;

namespace AotNet.Training.Loop;

/// <summary>What the trainer needs of a network; see <see cref="CompiledNetwork"/> for the meaning of each member.</summary>
interface ITrainable : IDisposable
{
    /// <summary>The network itself; null for stand-ins.</summary>
    CompiledNetwork? Compiled => null;

    int Threads { get; }

    Optimizer Optimizer { set; }

    float LearningRate { set; }

    long DampingRaised { get; }

    long DecorrelationsSkipped { get; }

    string? NonFiniteLayer { get; }

    /// <summary>Has the network's threads do other work together, between two calls.</summary>
    void Share(ISharedWork work) => work.Work(0, 1);

    Span<float> InputBuffer => [];

    void InitializeWeights(float sigma);

    BatchResult Step(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets);

    /// <summary>A step on what was loaded, mixed or not.</summary>
    BatchResult Step(BatchBuffer batch);

    BatchResult Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets);

    /// <summary>The same, and predictions.</summary>
    BatchResult Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets, Span<float> outputs);

    void Predict(ReadOnlySpan<float> inputs, Span<float> outputs);

    void WriteState(SafetensorsWriter writer);

    void ReadState(SafetensorsFile file);

    ISnapshot TakeSnapshot();
}

/// <summary>What <see cref="NetworkSnapshot"/> is to the trainer.</summary>
interface ISnapshot : IDisposable
{
    void Restore();
}

/// <summary>A generated network behind <see cref="ITrainable"/>.</summary>
sealed class CompiledTrainable(CompiledNetwork network) : ITrainable
{
    public CompiledNetwork? Compiled => network;

    public int Threads => network.Threads;

    public Optimizer Optimizer { set => network.Optimizer = value; }

    public float LearningRate { set => network.LearningRate = value; }

    public long DampingRaised => network.DampingRaised;

    public long DecorrelationsSkipped => network.DecorrelationsSkipped;

    public string? NonFiniteLayer => network.NonFiniteLayer;

    public void Share(ISharedWork work) => network.Share(work);

    public Span<float> InputBuffer => network.InputBuffer;

    public void InitializeWeights(float sigma) => network.InitializeWeights(sigma);

    public BatchResult Step(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets) =>
        network.StepBatch(inputs, labels, targets);

    public BatchResult Step(BatchBuffer batch) =>
        network.StepBatch(batch.Inputs, batch.Labels, batch.Targets, batch.Partners, batch.Weights);

    public BatchResult Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets) =>
        network.EvaluateBatch(inputs, labels, targets);

    public BatchResult Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets, Span<float> outputs) =>
        network.EvaluateBatch(inputs, labels, targets, outputs);

    public void Predict(ReadOnlySpan<float> inputs, Span<float> outputs) => network.PredictBatch(inputs, outputs);

    public void WriteState(SafetensorsWriter writer) => network.WriteState(writer);

    public void ReadState(SafetensorsFile file) => network.ReadState(file);

    public ISnapshot TakeSnapshot() => new Snapshot(network.TakeSnapshot());

    public void Dispose() => network.Dispose();

    sealed class Snapshot(NetworkSnapshot snapshot) : ISnapshot
    {
        public void Restore() => snapshot.Restore();

        public void Dispose() => snapshot.Dispose();
    }
}

/// <summary>A network class: what the compiler knows of it, and how to make one.</summary>
/// <param name="Info">Sizes, layers, memory.</param>
/// <param name="Create">Makes a network from a seed and a number of threads (0: one per processor).</param>
sealed record NetworkFactory(NetworkInfo Info, Func<ulong, int, ITrainable> Create)
{
    /// <summary>What the program reads.</summary>
    public DataFormats Formats { get; init; } = DataFormats.BuiltIn;
}
