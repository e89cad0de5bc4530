using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace AotNet.Runtime;

/// <summary>Collects tensors and metadata and writes them as one safetensors file, all or nothing.</summary>
/// <remarks>
/// Layout: the header's length as 8 bytes, little-endian; the header, JSON with one entry per tensor (dtype, shape, first
/// and last byte within the data); the data without gaps. Spaces after the JSON bring the data to a multiple of 64 bytes.
/// </remarks>
public sealed class SafetensorsWriter
{
    internal const int DataAlignment = 64;

    readonly List<Entry> tensors = [];
    readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>Metadata of the header, written in ordinal order of the keys.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether metadata <c>aotnet.checksum</c> is added, by which readers notice damage to any byte.</summary>
    public bool Checksum { get; set; }

    /// <summary>Adds a row-major F32 tensor; the values are copied.</summary>
    /// <param name="name">Unique in the file; not <c>__metadata__</c>.</param>
    /// <param name="shape">Extents, outermost first; empty for a scalar.</param>
    /// <param name="values">As many values as the shape has.</param>
    /// <exception cref="ArgumentException">The name is taken or reserved, or shape and number of values differ.</exception>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values) =>
        Add(new Entry(name, "F32", shape.ToArray(), MemoryMarshal.AsBytes(values).ToArray(), null));

    /// <summary>
    /// Adds a network's tensor. Its values are not copied but read when the file is written, so that saving a network
    /// takes no memory of its size.
    /// </summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{int}, ReadOnlySpan{float})"/>
    public void Add(string name, ReadOnlySpan<int> shape, NetworkTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Add(new Entry(name, "F32", shape.ToArray(), [], tensor));
    }

    /// <summary>Adds a row-major I32 tensor; the values are copied.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{int}, ReadOnlySpan{float})"/>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlySpan<int> values) =>
        Add(new Entry(name, "I32", shape.ToArray(), MemoryMarshal.AsBytes(values).ToArray(), null));

    /// <summary>
    /// Writes to a temporary file beside <paramref name="path"/>, flushes it to disk, renames it over
    /// <paramref name="path"/> and flushes the directory. On failure the old file stays and the temporary one is removed.
    /// </summary>
    /// <param name="path">File to create or replace.</param>
    /// <param name="durable">Whether to flush; see <see cref="AtomicFile.Write"/>.</param>
    /// <exception cref="IOException">It cannot be written: disk full, no permission, no such directory.</exception>
    public void WriteTo(string path, bool durable = true)
    {
        if (Checksum)
            Metadata[SafetensorsChecksum.Key] = SafetensorsChecksum.Placeholder;
        byte[] header = Header();
        if (Checksum)
            SafetensorsChecksum.Fill(header, AddData);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (Entry tensor in tensors)
            {
                for (int part = 0; part < tensor.Parts; part++)
                    stream.Write(tensor.Part(part));
            }
        }, durable);
    }

    void Add(Entry tensor)
    {
        string name = tensor.Name;
        ArgumentNullException.ThrowIfNull(name);
        Int128 size = sizeof(int);
        foreach (int extent in tensor.Shape)
        {
            if (extent < 0)
                throw new ArgumentException($"Tensor '{name}' has an extent of {extent}; extents are at least 0.");
            size *= extent;
        }
        if (size != tensor.Length)
            throw new ArgumentException($"Tensor '{name}' of shape [{string.Join(", ", tensor.Shape)}] was given {tensor.Length / sizeof(int)} values.");
        if (name == SafetensorsFile.MetadataKey || !names.Add(name))
            throw new ArgumentException($"The name '{name}' is taken.");
        tensors.Add(tensor);
    }

    uint AddData(uint sum)
    {
        foreach (Entry tensor in tensors)
        {
            for (int part = 0; part < tensor.Parts; part++)
                sum = SafetensorsChecksum.Add(sum, tensor.Part(part));
        }
        return sum;
    }

    byte[] Header()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(SafetensorsFile.MetadataKey);
                foreach ((string key, string value) in Metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (Entry tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type);
                json.WriteStartArray("shape");
                foreach (int extent in tensor.Shape)
                    json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while ((sizeof(ulong) + stream.Length) % DataAlignment != 0)
            stream.WriteByte((byte)' ');
        if (stream.Length > SafetensorsFile.LargestHeader)
            throw new IOException($"The safetensors header would take {stream.Length} bytes; readers accept {SafetensorsFile.LargestHeader} at most.");
        return stream.ToArray();
    }

    /// <summary>A tensor to write: a copy of its values, or the network's own, which padding cuts into rows.</summary>
    sealed record Entry(string Name, string Type, int[] Shape, byte[] Copy, NetworkTensor? Own)
    {
        public long Length => Own is null ? Copy.Length : (long)Own.Length * sizeof(float);

        public int Parts => Own is null ? 1 : Own.Rows;

        public ReadOnlySpan<byte> Part(int part) => Own is null ? Copy : MemoryMarshal.AsBytes(Own.Row(part));
    }
}
