using AotNet.Runtime;
using AotNet.Training.Loop;

namespace AotNet.Training.Data.Augmenting;

/// <summary>
/// Changes images on their way into a batch, and says what samples are mixed with. What becomes of a sample is a function of
/// the run's seed, the epoch and the sample's number: not of the batch that it stands in, nor of threads, nor of where a run
/// was resumed. Allocates nothing.
/// </summary>
sealed class Augmenter
{
    /// <summary>Sets these numbers apart from those of initial weights (one stream a tensor), dropout and the order of samples.</summary>
    const uint Stream = 0x41554743;

    /// <summary>Random numbers set aside for each operation, and for all operations on a sample.</summary>
    const ulong ForOperation = 16, ForSample = 256;

    readonly Augmentation operations;
    readonly ulong seed;
    readonly int height, width, channels;
    readonly float[][] moved; // of each thread: an image as it was

    /// <summary>Prepares for a network's inputs.</summary>
    /// <exception cref="UsageException">An operation is for images: the network takes none, or they are too small for it.</exception>
    public Augmenter(Augmentation operations, NetworkInfo network, ulong seed, int threads = 1)
    {
        (this.operations, this.seed, moved) = (operations, seed, new float[threads][]);
        if (!operations.ChangesImages)
            return;
        ImageShape shape = ImageShape.Of(network)
            ?? throw new UsageException($"--{RunFlags.Augment}: {operations} changes images, inputs of height x width x channels; {network.Name} "
                + $"takes {ImageShape.Describe(network)}, for which there is mixup.");
        (height, width, channels) = (shape.Height, shape.Width, shape.Channels);
        int most = Math.Min(height, width) - 1;
        if (Math.Max(operations.Crop, operations.Cutout) > most)
            throw new UsageException($"--{RunFlags.Augment}: {operations} leaves nothing of images of {height}x{width}; at most {most} points.");
        for (int i = 0; operations.Crop > 0 && i < threads; i++)
            moved[i] = new float[height * width * channels];
    }

    /// <summary>Whether samples are mixed with those of <see cref="Partner"/>.</summary>
    public bool Mixes => operations.Mixup > 0;

    /// <summary>Changes a batch of standardised images.</summary>
    /// <param name="epoch">Epochs finished.</param>
    /// <param name="samples">Number of each image's sample.</param>
    /// <param name="images">One behind another.</param>
    /// <param name="thread">Which of the threads that may do so at the same time.</param>
    public void Apply(long epoch, ReadOnlySpan<int> samples, Span<float> images, int thread = 0)
    {
        if (!operations.ChangesImages)
            return;
        int features = height * width * channels;
        for (int row = 0; row < samples.Length; row++)
            Apply(epoch, samples[row], images.Slice(row * features, features), moved[thread]);
    }

    /// <summary>What a sample is mixed with in an epoch, and its own weight w ~ Beta(α, α): w x + (1 - w) x' (Zhang et al. 2018).</summary>
    /// <param name="epoch">Epochs finished.</param>
    /// <param name="sample">The sample's number.</param>
    /// <param name="all">All samples of the epoch, in its order.</param>
    /// <returns>One of the others, all equally likely; the sample itself, of weight 1, where there are none.</returns>
    public (int Sample, float Weight) Partner(long epoch, int sample, ReadOnlySpan<int> all)
    {
        if (all.Length == 1)
            return (sample, 1f);
        CounterRandom random = NumbersOf(epoch, sample, 5);
        // The last one takes the place of the sample itself.
        int other = all[random.NextInt(all.Length - 1)];
        return (other == sample ? all[^1] : other, (float)random.NextBeta(operations.Mixup));
    }

    /// <summary>Each operation has numbers of its own, so that adding one leaves the others as they were.</summary>
    CounterRandom NumbersOf(long epoch, int sample, ulong operation) =>
        new(CounterHash.Key(seed, Stream, (ulong)epoch), (ulong)sample * ForSample + operation * ForOperation);

    void Apply(long epoch, int sample, Span<float> image, float[] moved)
    {
        CounterRandom Numbers(ulong operation) => NumbersOf(epoch, sample, operation);
        if (operations.Crop > 0)
        {
            CounterRandom random = Numbers(0);
            int range = 2 * operations.Crop + 1;
            int down = random.NextInt(range) - operations.Crop, right = random.NextInt(range) - operations.Crop;
            Move(image, moved, down, right);
        }
        if (operations.Flip && Numbers(1).NextInt(2) == 1)
            Mirror(image);
        if (operations.Brightness > 0)
            Add(image, Around(Numbers(2), operations.Brightness));
        if (operations.Contrast > 0)
            Stretch(image, 1 + Around(Numbers(3), operations.Contrast));
        if (operations.Cutout > 0)
        {
            CounterRandom random = Numbers(4);
            int row = random.NextInt(height), column = random.NextInt(width);
            Cut(image, row, column);
        }
    }

    static float Around(CounterRandom random, float most) => (2 * random.NextFloat() - 1) * most;

    /// <summary>The part of an image padded with zeros that lies where the image was, after moving it.</summary>
    void Move(Span<float> image, float[] moved, int down, int right)
    {
        if (down == 0 && right == 0)
            return;
        image.CopyTo(moved);
        image.Clear();
        int columns = (width - Math.Abs(right)) * channels, from = Math.Max(-right, 0) * channels, to = Math.Max(right, 0) * channels;
        int rowLength = width * channels;
        for (int row = Math.Max(down, 0); row < height + Math.Min(down, 0); row++)
            moved.AsSpan((row - down) * rowLength + from, columns).CopyTo(image.Slice(row * rowLength + to, columns));
    }

    void Mirror(Span<float> image)
    {
        int rowLength = width * channels;
        for (int row = 0; row < height; row++)
        {
            Span<float> line = image.Slice(row * rowLength, rowLength);
            for (int left = 0, right = width - 1; left < right; left++, right--)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    ref float first = ref line[left * channels + channel], second = ref line[right * channels + channel];
                    (first, second) = (second, first);
                }
            }
        }
    }

    static void Add(Span<float> image, float value)
    {
        foreach (ref float point in image)
            point += value;
    }

    static void Stretch(Span<float> image, float factor)
    {
        double sum = 0;
        foreach (float point in image)
            sum += point;
        float mean = (float)(sum / image.Length);
        foreach (ref float point in image)
            point = (point - mean) * factor + mean;
    }

    /// <summary>Clears a square around a point; what of it lies outside the image is lost (DeVries and Taylor 2017).</summary>
    void Cut(Span<float> image, int row, int column)
    {
        int top = row - operations.Cutout / 2, left = column - operations.Cutout / 2;
        int first = Math.Max(left, 0), last = Math.Min(left + operations.Cutout, width);
        for (int line = Math.Max(top, 0); line < Math.Min(top + operations.Cutout, height); line++)
            image.Slice((line * width + first) * channels, (last - first) * channels).Clear();
    }
}
