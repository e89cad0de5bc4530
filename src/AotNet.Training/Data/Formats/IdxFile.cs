using System.Buffers.Binary;
using System.IO.Compression;

namespace AotNet.Training.Data.Formats;

/// <summary>
/// One file of the IDX format (LeCun's MNIST page): two zero bytes, a type code, the number of dimensions, each extent
/// as a big-endian 32-bit number, then the values, last dimension fastest. Plain or gzip-compressed.
/// </summary>
/// <param name="Path">Where it was read from.</param>
/// <param name="Extents">Extents, samples first.</param>
/// <param name="Values">One byte per value.</param>
sealed record IdxFile(string Path, int[] Extents, byte[] Values)
{
    const byte UnsignedByte = 0x08;

    /// <summary>No deflate stream expands further (zlib's documentation gives 1032:1).</summary>
    const long DeflateLimit = 1032;

    /// <summary>Samples in the file.</summary>
    public int Count => Extents[0];

    /// <summary>Values in one sample.</summary>
    public int Features => Values.Length / Count;

    /// <summary>Extents of one sample: 28x28.</summary>
    public string SampleShape => string.Join("x", Extents.AsSpan(1).ToArray());

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="UsageException">It is not there, or malformed, truncated or oversized; the message says which.</exception>
    public static IdxFile Read(string path)
    {
        try
        {
            // The decompressor asks for 8 kB at a time; larger pieces save system calls.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 15);
            bool compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            long most = compressed ? checked(file.Length * DeflateLimit) : file.Length;
            using Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
            return ReadFrom(stream, path, most);
        }
        catch (InvalidDataException)
        {
            throw new UsageException($"{path}: the gzip stream is damaged; fetch the file again.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Problem.Unreadable(path, error);
        }
    }

    /// <summary>Whether a file begins as an IDX file does, plain or compressed.</summary>
    public static bool LooksLike(string path)
    {
        using FileStream file = File.OpenRead(path);
        int first = file.ReadByte(), second = file.ReadByte();
        return (first, second) is (0, 0) or (0x1f, 0x8b);
    }

    static IdxFile ReadFrom(Stream stream, string path, long most)
    {
        Span<byte> head = stackalloc byte[4];
        if (stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4)
            throw new UsageException($"{path}: ends within the 4 bytes that begin an IDX file.");
        if (head[0] != 0 || head[1] != 0)
        {
            throw new UsageException(
                $"{path}: is not an IDX file; it begins with bytes {head[0]:x2} {head[1]:x2} where 00 00 is expected.");
        }
        if (head[2] != UnsignedByte)
            throw new UsageException($"{path}: holds IDX type 0x{head[2]:x2}; only unsigned bytes (0x08) are read.");
        if (head[3] is 0 or > 8)
            throw new UsageException($"{path}: has {head[3]} dimensions; 1 to 8 are expected.");

        int[] extents = ReadExtents(stream, path, head[3]);
        long size = 1;
        foreach (int extent in extents)
        {
            size *= extent;
            if (size > most || size > Array.MaxLength)
            {
                throw new UsageException($"{path}: its header promises {string.Join("x", extents)} values, "
                    + (size > Array.MaxLength ? "more than the 2 GB that are read." : "more than the file can hold; it is truncated or damaged."));
            }
        }

        byte[] values = SampleBytes.Allocate((int)size);
        int read;
        using (new Prefault(values))
            read = stream.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        if (read < values.Length)
            throw new UsageException($"{path}: is truncated: its header promises {size} values and {read} follow.");
        if (stream.ReadByte() >= 0)
            throw new UsageException($"{path}: has more bytes than the {size} values that its header promises.");
        return new IdxFile(path, extents, values);
    }

    static int[] ReadExtents(Stream stream, string path, int dimensions)
    {
        var extents = new int[dimensions];
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < dimensions; i++)
        {
            if (stream.ReadAtLeast(bytes, 4, throwOnEndOfStream: false) < 4)
                throw new UsageException($"{path}: ends within its header.");
            uint extent = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (extent > int.MaxValue)
                throw new UsageException($"{path}: its header promises an extent of {extent}; it is damaged.");
            if (extent == 0)
                throw new UsageException($"{path}: holds no values; extent {i + 1} of its header is 0.");
            extents[i] = (int)extent;
        }
        return extents;
    }
}
