using System.Text.Json;

namespace AotNet.Runtime;

/// <summary>One tensor of a safetensors header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its dtype as written.</param>
/// <param name="Shape">Extents, outermost first.</param>
/// <param name="First">First byte within the data.</param>
/// <param name="Last">Byte after its last one.</param>
sealed record SafetensorsEntry(string Name, string Type, int[] Shape, long First, long Last);

/// <summary>The header of a safetensors file. Reasons of failure are phrases that follow "Cannot read the file:".</summary>
sealed class SafetensorsHeader
{
    readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    readonly List<SafetensorsEntry> entries = [];

    internal IReadOnlyDictionary<string, string> Metadata => metadata;

    internal IReadOnlyList<SafetensorsEntry> Entries => entries;

    /// <summary>Parses and checks a header.</summary>
    /// <param name="json">The header as it stands in the file, trailing spaces included.</param>
    /// <param name="dataLength">Bytes that follow it.</param>
    /// <exception cref="InvalidDataException">It is malformed or does not fit the data.</exception>
    internal static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength)
    {
        var header = new SafetensorsHeader();
        try
        {
            var reader = new Utf8JsonReader(json);
            header.ReadTop(ref reader);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"its header is not valid JSON near byte {sizeof(ulong) + (error.BytePositionInLine ?? 0)}");
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for text that is not UTF-8, or half of a surrogate pair.
            throw new InvalidDataException("its header holds text that is not valid Unicode");
        }
        header.CheckOffsets(dataLength);
        return header;
    }

    void ReadTop(ref Utf8JsonReader reader)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject, "the header");
        while (NextProperty(ref reader, out string name))
        {
            if (!names.Add(name))
                throw new InvalidDataException($"its header names '{name}' twice");
            if (name == SafetensorsFile.MetadataKey)
                ReadMetadata(ref reader);
            else
                ReadTensor(ref reader, name);
        }
        if (reader.Read())
            throw new InvalidDataException("its header goes on after its end");
    }

    void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, SafetensorsFile.MetadataKey);
        while (NextProperty(ref reader, out string key))
        {
            Expect(ref reader, JsonTokenType.String, $"metadata '{key}'");
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw new InvalidDataException($"its metadata names '{key}' twice");
        }
    }

    void ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        long[]? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, $"tensor '{name}'");
        while (NextProperty(ref reader, out string property))
        {
            switch (property)
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String, $"the dtype of '{name}'");
                    type = reader.GetString()!;
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, $"the shape of '{name}'");
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, $"the offsets of '{name}'");
                    break;
                default:
                    throw new InvalidDataException($"tensor '{name}' has an unexpected or repeated property '{property}'");
            }
        }
        if (type is null || shape is null || offsets is not { Length: 2 })
            throw new InvalidDataException($"tensor '{name}' lacks its dtype, its shape or its two offsets");
        if (offsets[0] > offsets[1])
            throw new InvalidDataException($"tensor '{name}' ends before it begins");
        CheckSize(name, type, shape, offsets[1] - offsets[0]);
        entries.Add(new SafetensorsEntry(name, type, Array.ConvertAll(shape, extent => (int)extent), offsets[0], offsets[1]));
    }

    static void CheckSize(string name, string type, long[] shape, long bytes)
    {
        // Bounded at each step, so that no product overflows; a zero extent anywhere makes the product zero.
        long values = 1;
        bool empty = Array.IndexOf(shape, 0L) >= 0;
        foreach (long extent in shape)
        {
            if (extent > int.MaxValue || (!empty && (values *= extent) > Array.MaxLength))
                throw new InvalidDataException($"tensor '{name}' is larger than can be read");
        }
        if (empty)
            values = 0;
        if (ElementSize(type) is { } size && values * size != bytes)
            throw new InvalidDataException($"tensor '{name}' of shape [{string.Join(", ", shape)}] should take {values * size} bytes, but its offsets span {bytes}");
    }

    /// <summary>Bytes of one value; null for types that this reader does not know, which are carried along unread.</summary>
    static int? ElementSize(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "F32" or "I32" or "U32" => 4,
        "F64" or "I64" or "U64" => 8,
        _ => null,
    };

    /// <summary>The tensors, in order of their offsets, must cover the data without gap, overlap or rest.</summary>
    void CheckOffsets(long dataLength)
    {
        var ordered = new List<SafetensorsEntry>(entries);
        ordered.Sort(static (a, b) => a.First == b.First ? a.Last.CompareTo(b.Last) : a.First.CompareTo(b.First));
        long end = 0;
        foreach (SafetensorsEntry entry in ordered)
        {
            if (entry.Last > dataLength)
                throw new InvalidDataException($"tensor '{entry.Name}' should end at byte {entry.Last} of the data, which has {dataLength}; the file is truncated");
            if (entry.First < end)
                throw new InvalidDataException($"tensor '{entry.Name}' overlaps the one before it");
            if (entry.First > end)
                throw new InvalidDataException($"{entry.First - end} bytes before tensor '{entry.Name}' belong to none");
            end = entry.Last;
        }
        if (end != dataLength)
            throw new InvalidDataException($"{dataLength - end} bytes follow the last tensor");
    }

    static long[] ReadNumbers(ref Utf8JsonReader reader, string what)
    {
        Expect(ref reader, JsonTokenType.StartArray, what);
        var numbers = new List<long>();
        while (true)
        {
            if (!reader.Read())
                throw new InvalidDataException($"{what} has no end");
            if (reader.TokenType == JsonTokenType.EndArray)
                return [.. numbers];
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw new InvalidDataException($"{what} must be whole numbers of at least 0");
            numbers.Add(number);
        }
    }

    static bool NextProperty(ref Utf8JsonReader reader, out string name)
    {
        name = "";
        if (!reader.Read())
            throw new InvalidDataException("its header has no end");
        if (reader.TokenType == JsonTokenType.EndObject)
            return false;
        name = reader.GetString()!;
        return true;
    }

    static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw new InvalidDataException($"{what} must be {Describe(type)}");
    }

    static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        _ => "a string",
    };
}
