using System.Buffers.Binary;
using System.IO.Compression;

namespace AotNet.Training.Tests.Support;

/// <summary>A directory of its own for a test, with makers of data files.</summary>
sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("aotnet-test-").FullName;

    public string Path { get; }

    /// <summary>A path inside.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>The bytes of an IDX file.</summary>
    public static byte[] Idx(int[] extents, byte[] values, byte type = 8)
    {
        var bytes = new byte[4 + 4 * extents.Length + values.Length];
        bytes[2] = type;
        bytes[3] = (byte)extents.Length;
        for (int i = 0; i < extents.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + 4 * i), extents[i]);
        values.CopyTo(bytes, 4 + 4 * extents.Length);
        return bytes;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return target.ToArray();
    }

    /// <summary>Writes a pair of 2x2 images and labels whose class is visible in the pixels.</summary>
    public void WritePair(string prefix, int count, int classes = 3, bool gzip = false)
    {
        var random = new Random(count);
        var pixels = new byte[count * 4];
        var labels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)random.Next(classes);
            for (int p = 0; p < 4; p++)
                pixels[i * 4 + p] = (byte)((p == labels[i] ? 150 : 0) + random.Next(100));
        }
        byte[] images = Idx([count, 2, 2], pixels), answers = Idx([count], labels);
        Write($"{prefix}-images-idx3-ubyte{(gzip ? ".gz" : "")}", gzip ? Gzip(images) : images);
        Write($"{prefix}-labels-idx1-ubyte{(gzip ? ".gz" : "")}", gzip ? Gzip(answers) : answers);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
