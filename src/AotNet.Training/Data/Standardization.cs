using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AotNet.Training.Data;

/// <summary>
/// Maps a raw value to (value - mean) * scale, scale being 1 / standard deviation over the training set, or 1 / root mean
/// square where the mean stays. Both are in
/// raw units, so that the usual division of pixels by 255 is part of the scale. Travels in the checkpoint.
/// </summary>
/// <param name="mean">One per feature.</param>
/// <param name="scale">One per feature.</param>
sealed class Standardization(float[] mean, float[] scale)
{
    /// <summary>Mean of each feature, in raw units.</summary>
    public float[] Mean { get; } = mean;

    /// <summary>Reciprocal of the standard deviation, or root mean square, of each feature.</summary>
    public float[] Scale { get; } = scale;

    /// <summary>One mean and one scale for all features.</summary>
    public static Standardization Uniform(int features, float mean, float scale)
    {
        var means = new float[features];
        var scales = new float[features];
        Array.Fill(means, mean);
        Array.Fill(scales, scale);
        return new Standardization(means, scales);
    }

    /// <summary>1 / sqrt(variance), or mean square; 1 for a feature that is constant, or varies by no more than rounding.</summary>
    public static float ScaleOf(double variance)
    {
        double scale = 1 / Math.Sqrt(variance);
        return variance > 0 && float.IsFinite((float)scale) ? (float)scale : 1f;
    }

    /// <summary>Standardises one sample of bytes.</summary>
    public void Apply(ReadOnlySpan<byte> raw, Span<float> inputs)
    {
        ref byte source = ref MemoryMarshal.GetReference(raw);
        ref float target = ref MemoryMarshal.GetReference(inputs[..raw.Length]);
        ref float means = ref MemoryMarshal.GetReference(Mean.AsSpan(0, raw.Length));
        ref float scales = ref MemoryMarshal.GetReference(Scale.AsSpan(0, raw.Length));
        int i = 0;
        for (; i <= raw.Length - 16; i += 16)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.LoadUnsafe(ref source, (nuint)i));
            Store(low, i, ref target, ref means, ref scales);
            Store(high, i + 8, ref target, ref means, ref scales);
        }
        for (; i < raw.Length; i++)
            inputs[i] = (raw[i] - Mean[i]) * Scale[i];
    }

    /// <summary>Standardises one sample of 16-bit values.</summary>
    public void Apply(ReadOnlySpan<short> raw, Span<float> inputs)
    {
        for (int i = 0; i < raw.Length; i++)
            inputs[i] = (raw[i] - Mean[i]) * Scale[i];
    }

    /// <summary>Standardises one sample of floats.</summary>
    public void Apply(ReadOnlySpan<float> raw, Span<float> inputs)
    {
        for (int i = 0; i < raw.Length; i++)
            inputs[i] = (raw[i] - Mean[i]) * Scale[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector128<ushort> values, int at, ref float target, ref float means, ref float scales)
    {
        Vector256<float> floats = Vector256.ConvertToSingle(Vector256.Create(
            Vector128.WidenLower(values).AsInt32(), Vector128.WidenUpper(values).AsInt32()));
        Vector256<float> mean = Vector256.LoadUnsafe(ref means, (nuint)at);
        Vector256<float> scale = Vector256.LoadUnsafe(ref scales, (nuint)at);
        ((floats - mean) * scale).StoreUnsafe(ref target, (nuint)at);
    }
}
