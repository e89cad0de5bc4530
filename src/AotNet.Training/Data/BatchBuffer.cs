using AotNet.Training.Data.Augmenting;

namespace AotNet.Training.Data;

/// <summary>The inputs and targets of one batch, reused from batch to batch.</summary>
/// <param name="rows">Most rows of a batch.</param>
/// <param name="standardization">Applied to raw values on the way in.</param>
/// <param name="network">Widths.</param>
sealed class BatchBuffer(int rows, Standardization standardization, NetworkInfo network)
{
    readonly float[] inputs = new float[checked(rows * network.InputFeatures)];
    readonly int[] labels = new int[network.Target.IsClass ? rows : 0];
    readonly float[] targets = new float[network.Target.IsClass ? 0 : checked(rows * network.Target.Width)];
    readonly int features = network.InputFeatures;
    readonly bool isClass = network.Target.IsClass;
    readonly int targetWidth = network.Target.Width;
    int filled;

    /// <summary>Rows loaded x features.</summary>
    public ReadOnlySpan<float> Inputs => inputs.AsSpan(0, filled * features);

    /// <summary>One class a row; empty unless the target is a class.</summary>
    public ReadOnlySpan<int> Labels => labels.AsSpan(0, isClass ? filled : 0);

    /// <summary>Rows loaded x target width; empty when the target is a class.</summary>
    public ReadOnlySpan<float> Targets => targets.AsSpan(0, isClass ? 0 : filled * targetWidth);

    /// <summary>Most rows of a batch.</summary>
    public int Rows => rows;

    /// <summary>Loads samples to learn from, changed as the epoch wants it; allocates nothing.</summary>
    /// <param name="data">Where they are.</param>
    /// <param name="samples">Their numbers.</param>
    /// <param name="augmenter">Changes them, or null.</param>
    /// <param name="epoch">Epochs finished.</param>
    public void Load(Dataset data, ReadOnlySpan<int> samples, Augmenter? augmenter, long epoch)
    {
        Load(data, samples);
        augmenter?.Apply(epoch, samples, inputs);
    }

    /// <summary>Loads the given samples as they are; allocates nothing.</summary>
    public void Load(Dataset data, ReadOnlySpan<int> samples)
    {
        filled = samples.Length;
        data.Gather(samples, standardization, inputs);
        for (int row = 0; row < samples.Length; row++)
        {
            if (isClass)
                labels[row] = data.Labels[samples[row]];
            else
                data.Targets.AsSpan(samples[row] * targetWidth, targetWidth).CopyTo(targets.AsSpan(row * targetWidth));
        }
    }
}
