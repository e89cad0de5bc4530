namespace AotNet.Runtime;

/// <summary>Collects tensors and metadata and writes them as one safetensors file, all or nothing.</summary>
public sealed class SafetensorsWriter
{
    /// <summary>Metadata of the header, written in ordinal order of the keys.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds a row-major F32 tensor; the values are copied.</summary>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values) => throw null!;

    /// <summary>Adds a row-major I32 tensor; the values are copied.</summary>
    public void Add(string name, ReadOnlySpan<int> shape, ReadOnlySpan<int> values) => throw null!;

    /// <summary>
    /// Writes to a temporary file beside <paramref name="path"/>, flushes it to disk, renames it over
    /// <paramref name="path"/> and flushes the directory. On failure the old file stays and the temporary one is removed.
    /// </summary>
    public void WriteTo(string path) => throw null!;
}

/// <summary>A safetensors file, read whole and checked.</summary>
public sealed class SafetensorsFile
{
    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="InvalidDataException">It is not a safetensors file, or truncated, or its header is inconsistent; the message says which.</exception>
    public static SafetensorsFile Read(string path) => throw null!;

    /// <summary>Metadata of the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = null!;

    /// <summary>Names of the tensors in file order.</summary>
    public IReadOnlyList<string> Names { get; } = null!;

    /// <summary>Shape of a tensor.</summary>
    /// <exception cref="InvalidDataException">There is none of that name.</exception>
    public IReadOnlyList<int> Shape(string name) => throw null!;

    /// <summary>Values of an F32 tensor.</summary>
    /// <exception cref="InvalidDataException">There is none of that name, or it is of another type.</exception>
    public ReadOnlySpan<float> Floats(string name) => throw null!;

    /// <summary>Values of an I32 tensor.</summary>
    /// <exception cref="InvalidDataException">There is none of that name, or it is of another type.</exception>
    public ReadOnlySpan<int> Integers(string name) => throw null!;
}
