using AotNet.Runtime;
using AotNet.Training.Data.Augmenting;
using AotNet.Training.Loop;

namespace AotNet.Training.Data;

/// <summary>The inputs and targets of one batch, reused from batch to batch.</summary>
sealed class BatchBuffer : ISharedWork
{
    /// <summary>Values of a batch from which on its rows are shared among threads: fewer are there before a second one has woken up.</summary>
    const int SharedValues = 1 << 14;

    readonly Standardization standardization;
    readonly ITrainable? owner;
    readonly Augmenter? augmenter;
    readonly float[][] others; // of each thread: a sample to mix with
    readonly int[] samples;
    readonly float[] ownInputs; // empty where the network's memory serves
    readonly int[] labels;
    readonly float[] targets;
    readonly int[] partners;
    readonly float[] weights;
    readonly int features, targetWidth;
    readonly bool isClass;
    Dataset? source;
    SampleOrder? order;
    long epoch;
    int filled;

    /// <summary>Makes room for batches.</summary>
    /// <param name="rows">Most rows of a batch.</param>
    /// <param name="standardization">Applied to raw values on the way in.</param>
    /// <param name="network">Widths.</param>
    /// <param name="owner">Whose threads load rows together; null for the caller's alone.</param>
    /// <param name="augmenter">Changes samples to learn from, on all of the threads; null for none.</param>
    public BatchBuffer(int rows, Standardization standardization, NetworkInfo network, ITrainable? owner = null, Augmenter? augmenter = null)
    {
        (this.standardization, this.owner, this.augmenter) = (standardization, owner, augmenter);
        (features, targetWidth, isClass) = (network.InputFeatures, network.Target.Width, network.Target.IsClass);
        samples = new int[rows];
        int values = checked(rows * features);
        ownInputs = owner is not null && owner.InputBuffer.Length >= values ? [] : new float[values];
        labels = new int[isClass ? rows : 0];
        targets = new float[isClass ? 0 : checked(rows * targetWidth)];
        int threads = owner?.Threads ?? 1;
        bool mixes = augmenter is { Mixes: true };
        others = new float[mixes ? threads : 0][];
        for (int i = 0; i < others.Length; i++)
            others[i] = new float[features];
        partners = new int[mixes ? rows : 0];
        weights = new float[mixes ? rows : 0];
    }

    /// <summary>Rows loaded x features, until the owner's next call has ended: it may overwrite them.</summary>
    public ReadOnlySpan<float> Inputs => AllInputs[..(filled * features)];

    /// <summary>One class a row; empty unless the target is a class.</summary>
    public ReadOnlySpan<int> Labels => labels.AsSpan(0, isClass ? filled : 0);

    /// <summary>Rows loaded x target width; empty when the target is a class.</summary>
    public ReadOnlySpan<float> Targets => targets.AsSpan(0, isClass ? 0 : filled * targetWidth);

    /// <summary>A second class a row; empty unless samples of classes were mixed.</summary>
    public ReadOnlySpan<int> Partners => partners.AsSpan(0, Mixed);

    /// <summary>The weight of each row's first class; empty unless samples of classes were mixed.</summary>
    public ReadOnlySpan<float> Weights => weights.AsSpan(0, Mixed);

    /// <summary>Most rows of a batch.</summary>
    public int Rows => samples.Length;

    Span<float> AllInputs => ownInputs.Length > 0 ? ownInputs : owner!.InputBuffer;

    int Mixed => order is not null && isClass && others.Length > 0 ? filled : 0;

    /// <summary>Loads samples to learn from, as many as there are from a place in the epoch's order, changed as the epoch wants it; allocates nothing.</summary>
    /// <param name="data">Where they are.</param>
    /// <param name="order">All samples of the epoch.</param>
    /// <param name="start">Where the batch begins.</param>
    /// <param name="epoch">Epochs finished.</param>
    public void Load(Dataset data, SampleOrder order, int start, long epoch)
    {
        this.epoch = epoch;
        Load(data, order.Samples.Slice(start, Math.Min(Rows, order.Samples.Length - start)), order);
    }

    /// <summary>Loads the given samples as they are; allocates nothing.</summary>
    public void Load(Dataset data, ReadOnlySpan<int> samples) => Load(data, samples, null);

    void Load(Dataset data, ReadOnlySpan<int> chosen, SampleOrder? order)
    {
        (source, this.order, filled) = (data, order, chosen.Length);
        chosen.CopyTo(samples);
        if (owner is null || filled * features < SharedValues)
            Work(0, 1);
        else
            owner.Share(this);
    }

    /// <summary>Loads the rows of one thread.</summary>
    public void Work(int worker, int workers)
    {
        WorkerTeam.Split(filled, worker, workers, out int first, out int last);
        ReadOnlySpan<int> own = samples.AsSpan(first, last - first);
        Span<float> rows = AllInputs.Slice(first * features, own.Length * features);
        source!.Gather(own, standardization, rows);
        for (int row = first; row < last; row++)
        {
            if (isClass)
                labels[row] = source.Labels[samples[row]];
            else
                TargetsOf(samples[row]).CopyTo(targets.AsSpan(row * targetWidth));
        }
        if (order is null || augmenter is null)
            return;
        augmenter.Apply(epoch, own, rows, worker);
        if (others.Length > 0)
            Mix(first, last, worker);
    }

    /// <summary>Mixes each row with its partner, which is changed by the other operations as it is in its own row.</summary>
    void Mix(int first, int last, int worker)
    {
        float[] other = others[worker];
        for (int row = first; row < last; row++)
        {
            (int partner, float weight) = augmenter!.Partner(epoch, samples[row], order!.Samples);
            source!.Gather([partner], standardization, other);
            augmenter.Apply(epoch, [partner], other, worker);
            Mix(AllInputs.Slice(row * features, features), other, weight);
            if (isClass)
                (partners[row], weights[row]) = (source.Labels[partner], weight);
            else
                Mix(targets.AsSpan(row * targetWidth, targetWidth), TargetsOf(partner), weight);
        }
    }

    static void Mix(Span<float> values, ReadOnlySpan<float> others, float weight)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = weight * values[i] + (1 - weight) * others[i];
    }

    ReadOnlySpan<float> TargetsOf(int sample) => source!.Targets.AsSpan(sample * targetWidth, targetWidth);
}
