using System.Globalization;
using AotNet.Runtime;
using AotNet.Training.Data;
using AotNet.Training.Loop;

namespace AotNet.Training.Tests.Support;

/// <summary>
/// A linear model y = W x + b trained by SGD with momentum, written out by hand: enough to hold the trainer to its
/// promises without the compiler. Its loss can be made NaN at a chosen step.
/// </summary>
sealed class FakeNetwork : ITrainable
{
    readonly NetworkInfo info;
    readonly float[] weights, moments;
    readonly int features, outputs;
    float momentum = 0.9f;
    long steps;

    FakeNetwork(NetworkInfo info, ulong seed, int threads)
    {
        this.info = info;
        Threads = threads == 0 ? 1 : threads;
        (features, outputs) = (info.InputFeatures, info.Outputs);
        weights = new float[(features + 1) * outputs];
        moments = new float[weights.Length];
        var random = CounterRandom.FromSeed(seed, 0);
        for (int i = 0; i < features * outputs; i++)
            weights[i] = random.NextFloat() * 0.1f - 0.05f;
    }

    /// <summary>Step, from 1, whose loss is NaN.</summary>
    public static AsyncLocal<long?> NanAtStep { get; } = new();

    /// <summary>Called after each step with the number of steps done: tests interrupt runs here.</summary>
    public static AsyncLocal<Action<long>?> AfterStep { get; } = new();

    public int Threads { get; }

    /// <summary>What it says its memory for inputs is.</summary>
    public float[] Inputs { private get; set; } = [];

    public Span<float> InputBuffer => Inputs;

    public void Share(ISharedWork work) => Parallel.For(0, Threads, worker => work.Work(worker, Threads));

    public Optimizer Optimizer
    {
        set
        {
            momentum = value.Momentum;
            LearningRate = value.LearningRate;
        }
    }

    public float LearningRate { private get; set; }

    public long DampingRaised => 0;

    public long DecorrelationsSkipped => 0;

    public string? NonFiniteLayer { get; private set; }

    /// <summary>A factory for a network of these sizes, in a program that reads every format.</summary>
    public static NetworkFactory Factory(NetworkInfo info) => new(info, (seed, threads) => new FakeNetwork(info, seed, threads))
    {
        Formats = new DataFormats(new ImageFolders(), new CifarBinaries(), new WavFolders()),
    };

    public void InitializeWeights(float sigma) => Array.Fill(weights, sigma, 0, features * outputs);

    public BatchResult Step(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets)
    {
        int rows = inputs.Length / features;
        var gradient = new float[weights.Length];
        BatchResult result = Run(inputs, labels, targets, gradient);
        if (NanAtStep.Value == steps + 1)
        {
            NonFiniteLayer = "dense1";
            return result with { Loss = float.NaN };
        }
        for (int i = 0; i < weights.Length; i++)
        {
            moments[i] = momentum * moments[i] + gradient[i] / rows;
            weights[i] -= LearningRate * moments[i];
        }
        steps++;
        AfterStep.Value?.Invoke(steps);
        return result;
    }

    public BatchResult Step(BatchBuffer batch) => batch.Partners.IsEmpty
        ? Step(batch.Inputs, batch.Labels, batch.Targets)
        : throw new NotSupportedException("Mixed classes are for generated networks.");

    public BatchResult Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets) =>
        Run(inputs, labels, targets, null);

    public BatchResult Evaluate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets, Span<float> outputs)
    {
        Predict(inputs, outputs);
        return Evaluate(inputs, labels, targets);
    }

    public void Predict(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        for (int row = 0; row < inputs.Length / features; row++)
            Forward(inputs.Slice(row * features, features), outputs.Slice(row * this.outputs, this.outputs));
    }

    public void WriteState(SafetensorsWriter writer)
    {
        writer.Metadata["fake.topology"] = info.TopologyHash;
        writer.Metadata["fake.steps"] = steps.ToString(CultureInfo.InvariantCulture);
        writer.Add("weights", [features + 1, outputs], weights);
        writer.Add("moments", [features + 1, outputs], moments);
    }

    public void ReadState(SafetensorsFile file)
    {
        if (file.Metadata.GetValueOrDefault("fake.topology") != info.TopologyHash)
            throw new InvalidDataException("The file holds a network of another topology.");
        file.Floats("weights").CopyTo(weights);
        file.Floats("moments").CopyTo(moments);
        steps = long.Parse(file.Metadata["fake.steps"], CultureInfo.InvariantCulture);
    }

    public ISnapshot TakeSnapshot() => new Snapshot(this);

    public void Dispose()
    {
    }

    sealed class Snapshot(FakeNetwork network) : ISnapshot
    {
        readonly float[] weights = [.. network.weights], moments = [.. network.moments];
        readonly long steps = network.steps;

        public void Restore()
        {
            weights.CopyTo(network.weights, 0);
            moments.CopyTo(network.moments, 0);
            network.steps = steps;
        }

        public void Dispose()
        {
        }
    }

    BatchResult Run(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets, float[]? gradient)
    {
        int rows = inputs.Length / features;
        Span<float> values = stackalloc float[outputs];
        double loss = 0;
        long correct = 0;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> x = inputs.Slice(row * features, features);
            Forward(x, values);
            for (int output = 0; output < outputs; output++)
            {
                float target = info.Target.IsClass ? labels[row] == output ? 1 : 0 : targets[row * outputs + output];
                float residual = values[output] - target;
                loss += info.Target.IsClass ? -target * Math.Log(Math.Max(values[output], 1e-30)) : residual * residual / outputs;
                if (info.Target.Kind == ObjectiveKind.BinaryCrossEntropy && values[output] > 0.5f == target > 0.5f)
                    correct++;
                for (int feature = 0; gradient is not null && feature <= features; feature++)
                    gradient[feature * outputs + output] += residual * (feature < features ? x[feature] : 1);
            }
            if (info.Target.IsClass && Evaluation.ConfusionMatrix.Largest(values) == labels[row])
                correct++;
        }
        return new BatchResult((float)(loss / rows), correct, rows);
    }

    void Forward(ReadOnlySpan<float> x, Span<float> values)
    {
        for (int output = 0; output < outputs; output++)
        {
            double sum = weights[features * outputs + output];
            for (int feature = 0; feature < features; feature++)
                sum += (double)x[feature] * weights[feature * outputs + output];
            values[output] = (float)sum;
        }
        if (!info.HasAccuracy())
            return;
        double total = 0, most = values.ToArray().Max();
        for (int output = 0; output < outputs; output++)
            total += Math.Exp(values[output] - most);
        for (int output = 0; output < outputs; output++)
        {
            values[output] = info.Target.IsClass ? (float)(Math.Exp(values[output] - most) / total)
                : (float)(1 / (1 + Math.Exp(-values[output])));
        }
    }
}
