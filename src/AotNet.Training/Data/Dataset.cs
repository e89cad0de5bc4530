using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace AotNet.Training.Data;

/// <summary>Samples held in memory in the form in which the file has them: bytes for images, floats for tables.</summary>
abstract class Dataset
{
    /// <summary>File or directory it was read from, for messages.</summary>
    public required string Source { get; init; }

    /// <summary>Number of samples.</summary>
    public required int Count { get; init; }

    /// <summary>Values in one sample.</summary>
    public required int Features { get; init; }

    /// <summary>Class of each sample; empty unless the target is a class.</summary>
    public int[] Labels { get; init; } = [];

    /// <summary>Count x TargetWidth; empty when the target is a class.</summary>
    public float[] Targets { get; init; } = [];

    /// <summary>Target values of one sample; 0 when the target is a class.</summary>
    public int TargetWidth { get; init; }

    /// <summary>File of each sample; empty where samples are not files of their own.</summary>
    public string[] Names { get; init; } = [];

    /// <summary>Writes (value - mean) * scale of the given samples, one row each.</summary>
    /// <param name="samples">Indices, each below <see cref="Count"/>.</param>
    /// <param name="standardization">Mean and scale per feature.</param>
    /// <param name="inputs">samples.Length x Features, written.</param>
    public abstract void Gather(ReadOnlySpan<int> samples, Standardization standardization, Span<float> inputs);

    /// <summary>Mean and scale over the given samples.</summary>
    /// <param name="samples">Indices, each below <see cref="Count"/>.</param>
    /// <param name="centers">Whether the mean is subtracted; otherwise it is 0, and the scale that of the root mean square.</param>
    public abstract Standardization Measure(ReadOnlySpan<int> samples, bool centers = true);

    /// <summary>Mean of each feature over the given samples.</summary>
    public float[] Means(ReadOnlySpan<int> samples)
    {
        var means = new float[Features];
        var sums = new double[Features];
        foreach (int sample in samples)
            AddTo(sums, sample);
        for (int feature = 0; feature < means.Length; feature++)
            means[feature] = (float)(sums[feature] / samples.Length);
        return means;
    }

    /// <summary>Adds one sample's values.</summary>
    protected abstract void AddTo(double[] sums, int sample);

    /// <summary>Appends the bytes of all values.</summary>
    protected abstract void AppendValues(XxHash3 hash);

    /// <summary>16 hexadecimal digits over all values, labels and targets: tells one data set from another.</summary>
    public string Fingerprint()
    {
        var hash = new XxHash3();
        hash.Append(MemoryMarshal.AsBytes<int>(new[] { Count, Features, TargetWidth }));
        AppendValues(hash);
        hash.Append(MemoryMarshal.AsBytes<int>(Labels));
        hash.Append(MemoryMarshal.AsBytes<float>(Targets));
        return hash.GetCurrentHashAsUInt64().ToString("x16");
    }
}

/// <summary>Tables: one float per value.</summary>
sealed class FloatDataset : Dataset
{
    /// <summary>Count x Features.</summary>
    public required float[] Values { get; init; }

    protected override void AppendValues(XxHash3 hash) => hash.Append(MemoryMarshal.AsBytes<float>(Values));

    protected override void AddTo(double[] sums, int sample)
    {
        for (int feature = 0; feature < sums.Length; feature++)
            sums[feature] += Values[sample * Features + feature];
    }

    public override void Gather(ReadOnlySpan<int> samples, Standardization standardization, Span<float> inputs)
    {
        for (int row = 0; row < samples.Length; row++)
        {
            ReadOnlySpan<float> raw = Values.AsSpan(samples[row] * Features, Features);
            standardization.Apply(raw, inputs.Slice(row * Features, Features));
        }
    }

    /// <remarks>Each column has its own mean and deviation; columns differ in unit and scale.</remarks>
    public override Standardization Measure(ReadOnlySpan<int> samples, bool centers = true)
    {
        var mean = new float[Features];
        var scale = new float[Features];
        for (int feature = 0; feature < Features; feature++)
        {
            double sum = 0, squares = 0;
            foreach (int sample in samples)
                sum += Values[sample * Features + feature];
            double center = centers ? sum / samples.Length : 0;
            foreach (int sample in samples)
            {
                double distance = Values[sample * Features + feature] - center;
                squares += distance * distance;
            }
            mean[feature] = (float)center;
            scale[feature] = Standardization.ScaleOf(squares / samples.Length);
        }
        return new Standardization(mean, scale);
    }
}
