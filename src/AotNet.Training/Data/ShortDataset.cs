using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace AotNet.Training.Data;

/// <summary>Sounds: a 16-bit number per value.</summary>
sealed class ShortDataset : Dataset
{
    /// <summary>Count x Features, two bytes each in the processor's order.</summary>
    public required SampleBytes Values { get; init; }

    protected override void AppendValues(XxHash3 hash) => Values.AppendTo(hash, (long)Count * Features * sizeof(short));

    protected override void AddTo(double[] sums, int sample)
    {
        ReadOnlySpan<short> raw = Sample(sample);
        for (int feature = 0; feature < raw.Length; feature++)
            sums[feature] += raw[feature];
    }

    public override void Gather(ReadOnlySpan<int> samples, Standardization standardization, Span<float> inputs)
    {
        for (int row = 0; row < samples.Length; row++)
            standardization.Apply(Sample(samples[row]), inputs.Slice(row * Features, Features));
    }

    /// <remarks>One mean and one deviation: a moment of a recording means no more than another.</remarks>
    public override Standardization Measure(ReadOnlySpan<int> samples, bool centers = true)
    {
        // Squares of 16 bits: exact sums for 2³³ values.
        long sum = 0, squares = 0;
        foreach (int sample in samples)
        {
            foreach (short value in Sample(sample))
            {
                sum += value;
                squares += value * value;
            }
        }
        double count = (double)samples.Length * Features, mean = centers ? sum / count : 0;
        return Standardization.Uniform(Features, (float)mean, Standardization.ScaleOf(squares / count - mean * mean));
    }

    ReadOnlySpan<short> Sample(int sample) => MemoryMarshal.Cast<byte, short>(
        Values.Slice((long)sample * Features * sizeof(short), Features * sizeof(short)));
}
