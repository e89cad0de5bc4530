using AotNet.Runtime;
using AotNet.Training.Data;
using AotNet.Training.Loop;

namespace AotNet.Training.Tests.Support;

/// <summary>A network of generated code for 2x2 images of three classes: a layer that expands, dropout, and one that contracts.</summary>
[Network(Batch = 8)]
public sealed partial class SmallNetwork
{
    static Objective Define([Shape(2, 2, 1)] Tensor image, [Classes(3)] Labels label)
    {
        Tensor x = image.Dense(6, curvature: Curvature.Off).Relu().Dropout(0.2f);
        return Objective.SoftmaxCrossEntropy(x.BatchRms().Dense(5).ModU().Dense(3), label);
    }

    /// <summary>Its factory; each step is followed by <see cref="FakeNetwork.AfterStep"/>.</summary>
    internal static NetworkFactory Factory { get; } = new(InfoOf<SmallNetwork>(), static (seed, threads) => new Interruptible(Create(seed, threads)));

    static NetworkInfo InfoOf<T>() where T : INetwork<T> => T.Info;

    sealed class Interruptible(SmallNetwork network) : ITrainable
    {
        readonly CompiledTrainable inner = new(network);

        public CompiledNetwork? Compiled => network;

        public int Threads => inner.Threads;

        public Optimizer Optimizer { set => inner.Optimizer = value; }

        public float LearningRate { set => inner.LearningRate = value; }

        public long DampingRaised => inner.DampingRaised;

        public long DecorrelationsSkipped => inner.DecorrelationsSkipped;

        public string? NonFiniteLayer => inner.NonFiniteLayer;

        public void InitializeWeights(float sigma) => inner.InitializeWeights(sigma);

        public BatchResult Step(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets) =>
            inner.Step(inputs, labels, targets);

        public BatchResult Step(BatchBuffer batch)
        {
            BatchResult result = inner.Step(batch);
            FakeNetwork.AfterStep.Value?.Invoke(network.StepCount);
            return result;
        }

        public BatchResult Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets) =>
            inner.Evaluate(inputs, labels, targets);

        public BatchResult Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets, Span<float> outputs) =>
            inner.Evaluate(inputs, labels, targets, outputs);

        public void Predict(ReadOnlySpan<float> inputs, Span<float> outputs) => inner.Predict(inputs, outputs);

        public void WriteState(SafetensorsWriter writer) => inner.WriteState(writer);

        public void ReadState(SafetensorsFile file) => inner.ReadState(file);

        public ISnapshot TakeSnapshot() => inner.TakeSnapshot();

        public void Dispose() => inner.Dispose();
    }
}
