using System.Buffers.Binary;
using System.IO.Compression;
using AotNet.Peers.Harness;

namespace AotNet.Peers.Accuracy;

/// <summary>The four gzip-compressed IDX files of MNIST in one folder.</summary>
static class MnistFiles
{
    internal const int Features = 784, Classes = 10;

    const int ImagesHeader = 16, LabelsHeader = 8;

    /// <summary>Throws unless all four are there.</summary>
    /// <exception cref="PeersException">One is missing.</exception>
    internal static void Require(string folder)
    {
        foreach (string prefix in (string[])["train", "t10k"])
        {
            foreach (string path in (string[])[ImagesPath(folder, prefix), LabelsPath(folder, prefix)])
            {
                if (!File.Exists(path))
                    throw new PeersException($"--data: {path} is missing; expected a folder with the four .gz files of MNIST.");
            }
        }
    }

    /// <summary>Pixels, one byte each, and classes of a set: <c>train</c> or <c>t10k</c>.</summary>
    internal static (byte[] Pixels, byte[] Labels) Read(string folder, string prefix) =>
        (Read(ImagesPath(folder, prefix), ImagesHeader), Read(LabelsPath(folder, prefix), LabelsHeader));

    static string ImagesPath(string folder, string prefix) => Path.Combine(folder, prefix + "-images-idx3-ubyte.gz");

    static string LabelsPath(string folder, string prefix) => Path.Combine(folder, prefix + "-labels-idx1-ubyte.gz");

    static byte[] Read(string path, int header)
    {
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        Span<byte> head = stackalloc byte[header];
        stream.ReadExactly(head);
        long length = 1;
        for (int extent = 4; extent < header; extent += 4)
            length *= BinaryPrimitives.ReadInt32BigEndian(head[extent..]);
        byte[] values = new byte[length];
        stream.ReadExactly(values);
        return values;
    }
}
