using System.IO.Hashing;
using System.Runtime.Intrinsics.X86;

namespace AotNet.Training.Data;

/// <summary>Images: one byte per value.</summary>
sealed class ByteDataset : Dataset
{
    /// <summary>Samples of an epoch lie anywhere in memory: they are asked for so many rows before they are read.</summary>
    const int Ahead = 3;

    /// <summary>Bytes of a sample that are asked for: the processor goes on by itself where it sees a stream.</summary>
    const int MostFetched = 4096;

    const int CacheLine = 64;

    /// <summary>Count x Features.</summary>
    public required SampleBytes Values { get; init; }

    protected override void AppendValues(XxHash3 hash) => Values.AppendTo(hash, (long)Count * Features);

    protected override void AddTo(double[] sums, int sample)
    {
        ReadOnlySpan<byte> raw = Values.Slice((long)sample * Features, Features);
        for (int feature = 0; feature < raw.Length; feature++)
            sums[feature] += raw[feature];
    }

    public override unsafe void Gather(ReadOnlySpan<int> samples, Standardization standardization, Span<float> inputs)
    {
        for (int row = 0; row < samples.Length; row++)
        {
            ReadOnlySpan<byte> raw = Values.Slice((long)samples[row] * Features, Features);
            if (row + Ahead < samples.Length)
            {
                fixed (byte* next = Values.Slice((long)samples[row + Ahead] * Features, Features))
                {
                    for (int i = 0; i < Math.Min(Features, MostFetched); i += CacheLine)
                        Sse.Prefetch0(next + i);
                }
            }
            standardization.Apply(raw, inputs.Slice(row * Features, Features));
        }
    }

    /// <remarks>
    /// One mean and one deviation for all pixels: a pixel's own deviation may be zero or nearly so at the border of an
    /// image, and dividing by it would blow up noise.
    /// </remarks>
    public override Standardization Measure(ReadOnlySpan<int> samples, bool centers = true)
    {
        long total = 0, totalSquares = 0;
        for (int i = 0; i < samples.Length;)
        {
            // Samples that lie one behind the other, usually all of them, are added up in one go, as far as a span reaches.
            int run = 1, most = Array.MaxLength / Features;
            while (run < most && i + run < samples.Length && samples[i + run] == samples[i] + run)
                run++;
            (long part, long partSquares) = PixelSums.Of(Values.Slice((long)samples[i] * Features, run * Features));
            total += part;
            totalSquares += partSquares;
            i += run;
        }

        double count = (double)samples.Length * Features, sum = total, squares = totalSquares;
        double mean = centers ? sum / count : 0;
        double variance = squares / count - mean * mean;
        return Standardization.Uniform(Features, (float)mean, Standardization.ScaleOf(variance));
    }
}
