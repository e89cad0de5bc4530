using AotNet.Training.Data.Augmenting;

namespace AotNet.Training.Data;

/// <summary>The inputs and targets of one batch, reused from batch to batch.</summary>
/// <param name="rows">Most rows of a batch.</param>
/// <param name="standardization">Applied to raw values on the way in.</param>
/// <param name="network">Widths.</param>
/// <param name="augmenter">Changes samples to learn from, or null.</param>
sealed class BatchBuffer(int rows, Standardization standardization, NetworkInfo network, Augmenter? augmenter = null)
{
    readonly float[] inputs = new float[checked(rows * network.InputFeatures)];
    readonly int[] labels = new int[network.Target.IsClass ? rows : 0];
    readonly float[] targets = new float[network.Target.IsClass ? 0 : checked(rows * network.Target.Width)];
    readonly float[] other = new float[Mixes(augmenter) ? network.InputFeatures : 0];
    readonly int[] partners = new int[Mixes(augmenter) ? rows : 0];
    readonly float[] weights = new float[Mixes(augmenter) ? rows : 0];
    readonly int features = network.InputFeatures;
    readonly bool isClass = network.Target.IsClass;
    readonly int targetWidth = network.Target.Width;
    int filled, mixed;

    /// <summary>Rows loaded x features.</summary>
    public ReadOnlySpan<float> Inputs => inputs.AsSpan(0, filled * features);

    /// <summary>One class a row; empty unless the target is a class.</summary>
    public ReadOnlySpan<int> Labels => labels.AsSpan(0, isClass ? filled : 0);

    /// <summary>Rows loaded x target width; empty when the target is a class.</summary>
    public ReadOnlySpan<float> Targets => targets.AsSpan(0, isClass ? 0 : filled * targetWidth);

    /// <summary>A second class a row; empty unless samples of classes were mixed.</summary>
    public ReadOnlySpan<int> Partners => partners.AsSpan(0, mixed);

    /// <summary>The weight of each row's first class; empty unless samples of classes were mixed.</summary>
    public ReadOnlySpan<float> Weights => weights.AsSpan(0, mixed);

    /// <summary>Most rows of a batch.</summary>
    public int Rows => rows;

    /// <summary>Loads samples to learn from, as many as there are from a place in the epoch's order, changed as the epoch wants it; allocates nothing.</summary>
    /// <param name="data">Where they are.</param>
    /// <param name="order">All samples of the epoch.</param>
    /// <param name="start">Where the batch begins.</param>
    /// <param name="epoch">Epochs finished.</param>
    public void Load(Dataset data, SampleOrder order, int start, long epoch)
    {
        ReadOnlySpan<int> samples = order.Samples.Slice(start, Math.Min(rows, order.Samples.Length - start));
        Load(data, samples);
        augmenter?.Apply(epoch, samples, inputs);
        if (Mixes(augmenter))
            Mix(data, samples, order, epoch);
    }

    /// <summary>Loads the given samples as they are; allocates nothing.</summary>
    public void Load(Dataset data, ReadOnlySpan<int> samples)
    {
        (filled, mixed) = (samples.Length, 0);
        data.Gather(samples, standardization, inputs);
        for (int row = 0; row < samples.Length; row++)
        {
            if (isClass)
                labels[row] = data.Labels[samples[row]];
            else
                TargetsOf(data, samples[row]).CopyTo(targets.AsSpan(row * targetWidth));
        }
    }

    static bool Mixes(Augmenter? augmenter) => augmenter is { Mixes: true };

    /// <summary>Mixes each row with its partner, which is changed by the other operations as it is in its own row.</summary>
    void Mix(Dataset data, ReadOnlySpan<int> samples, SampleOrder order, long epoch)
    {
        for (int row = 0; row < samples.Length; row++)
        {
            (int partner, float weight) = augmenter!.Partner(epoch, samples[row], order.Samples);
            data.Gather([partner], standardization, other);
            augmenter.Apply(epoch, [partner], other);
            Mix(inputs.AsSpan(row * features, features), other, weight);
            if (isClass)
                (partners[row], weights[row]) = (data.Labels[partner], weight);
            else
                Mix(targets.AsSpan(row * targetWidth, targetWidth), TargetsOf(data, partner), weight);
        }
        mixed = isClass ? filled : 0;
    }

    static void Mix(Span<float> values, ReadOnlySpan<float> others, float weight)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = weight * values[i] + (1 - weight) * others[i];
    }

    ReadOnlySpan<float> TargetsOf(Dataset data, int sample) => data.Targets.AsSpan(sample * targetWidth, targetWidth);
}
