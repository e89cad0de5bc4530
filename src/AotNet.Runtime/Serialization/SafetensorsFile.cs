using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AotNet.Runtime;

/// <summary>A safetensors file, read whole and checked.</summary>
public sealed class SafetensorsFile
{
    internal const string MetadataKey = "__metadata__";
    internal const int LargestHeader = 100_000_000;

    readonly byte[] data;
    readonly Dictionary<string, SafetensorsEntry> entries;

    SafetensorsFile(byte[] data, SafetensorsHeader header)
    {
        this.data = data;
        entries = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        Names = [.. header.Entries.Select(entry => entry.Name)];
        Metadata = header.Metadata;
    }

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">File to read.</param>
    /// <exception cref="InvalidDataException">It is not a safetensors file, or truncated, or its header is inconsistent; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Read(stream, path);
    }

    /// <summary>Reads and checks a stream whose length is known.</summary>
    internal static SafetensorsFile Read(Stream stream, string path)
    {
        long length = stream.Length;
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (length < sizeof(ulong) || stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length)
            throw Invalid(path, $"{length} bytes are too few for a safetensors file");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > LargestHeader)
            throw Invalid(path, $"its header would take {headerLength} bytes, more than the {LargestHeader} allowed; it is not a safetensors file");
        long dataLength = length - sizeof(ulong) - (long)headerLength;
        if (dataLength < 0)
            throw Invalid(path, $"its header should take {headerLength} bytes, but only {length - sizeof(ulong)} follow");
        if (dataLength > Array.MaxLength)
            throw Invalid(path, $"{dataLength} bytes of tensors are more than can be read, {Array.MaxLength}");

        byte[] header = new byte[(int)headerLength];
        byte[] data = new byte[(int)dataLength];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            || stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length)
            throw Invalid(path, "it became shorter while it was read");
        try
        {
            SafetensorsHeader parsed = SafetensorsHeader.Parse(header, dataLength);
            if (parsed.Metadata.TryGetValue(SafetensorsChecksum.Key, out string? checksum))
                SafetensorsChecksum.Check(header, data, checksum);
            return new SafetensorsFile(data, parsed);
        }
        catch (InvalidDataException error)
        {
            throw Invalid(path, error.Message);
        }
    }

    /// <summary>Metadata of the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Whether the file came with a checksum, which then was right.</summary>
    public bool HasChecksum => Metadata.ContainsKey(SafetensorsChecksum.Key);

    /// <summary>Names of the tensors in file order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Shape of a tensor.</summary>
    /// <exception cref="InvalidDataException">There is none of that name.</exception>
    public IReadOnlyList<int> Shape(string name) => Find(name).Shape;

    /// <summary>Values of an F32 tensor.</summary>
    /// <exception cref="InvalidDataException">There is none of that name, or it is of another type.</exception>
    public ReadOnlySpan<float> Floats(string name) => MemoryMarshal.Cast<byte, float>(Bytes(name, "F32"));

    /// <summary>Values of an I32 tensor.</summary>
    /// <exception cref="InvalidDataException">There is none of that name, or it is of another type.</exception>
    public ReadOnlySpan<int> Integers(string name) => MemoryMarshal.Cast<byte, int>(Bytes(name, "I32"));

    ReadOnlySpan<byte> Bytes(string name, string type)
    {
        SafetensorsEntry entry = Find(name);
        if (entry.Type != type)
            throw new InvalidDataException($"Tensor '{name}' holds {entry.Type} values, expected {type}.");
        return data.AsSpan((int)entry.First, (int)(entry.Last - entry.First));
    }

    SafetensorsEntry Find(string name) => entries.TryGetValue(name, out SafetensorsEntry? entry)
        ? entry
        : throw new InvalidDataException($"There is no tensor '{name}' in the file.");

    static InvalidDataException Invalid(string path, string reason) => new($"Cannot read '{path}': {reason}.");
}
