using System.Buffers.Binary;

namespace AotNet.EndToEnd.Tests;

/// <summary>A small image data set, so that whole runs take a second.</summary>
static class DataPairs
{
    /// <summary>Writes images to learn from and images to test on.</summary>
    public static string WriteTo(string directory, int learned = 1500, int tested = 300)
    {
        Directory.CreateDirectory(directory);
        WritePair(directory, "train", learned, seed: 1);
        WritePair(directory, "t10k", tested, seed: 2);
        return directory;
    }

    /// <summary>28x28 images of noise with a bright bar whose place tells the class, of ten.</summary>
    static void WritePair(string directory, string prefix, int count, int seed)
    {
        var random = new Random(seed);
        var images = new byte[16 + count * 784];
        var labels = new byte[8 + count];
        new byte[] { 0, 0, 8, 3 }.CopyTo(images, 0);
        new byte[] { 0, 0, 8, 1 }.CopyTo(labels, 0);
        foreach ((int at, int extent) in (ReadOnlySpan<(int, int)>)[(4, count), (8, 28), (12, 28)])
            BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(at), extent);
        BinaryPrimitives.WriteInt32BigEndian(labels.AsSpan(4), count);
        for (int i = 0; i < count; i++)
        {
            int label = random.Next(10);
            labels[8 + i] = (byte)label;
            for (int pixel = 0; pixel < 784; pixel++)
                images[16 + i * 784 + pixel] = (byte)(random.Next(100) + (pixel / 28 / 2 == label + 2 ? 100 : 0));
        }
        File.WriteAllBytes(Path.Combine(directory, $"{prefix}-images-idx3-ubyte"), images);
        File.WriteAllBytes(Path.Combine(directory, $"{prefix}-labels-idx1-ubyte"), labels);
    }
}
