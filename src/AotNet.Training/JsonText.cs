using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AotNet.Runtime;

namespace AotNet.Training;

/// <summary>JSON without reflection: what the trainer prints, and lists of names within metadata.</summary>
static class JsonText
{
    /// <summary>One line; non-ASCII letters stay readable.</summary>
    static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of an object whose members <paramref name="members"/> writes.</summary>
    public static string Object(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, OneLine))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Replaces a file by such an object; unflushed, as such files only tell of what others keep.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteFile(string path, Action<Utf8JsonWriter> members)
    {
        byte[] text = Encoding.UTF8.GetBytes(Object(members));
        AtomicFile.Write(path, stream => stream.Write(text), durable: false);
    }

    /// <summary>An array of strings.</summary>
    public static string Array(IEnumerable<string> values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, OneLine))
        {
            json.WriteStartArray();
            foreach (string value in values)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reverses <see cref="Array"/>.</summary>
    /// <exception cref="InvalidDataException">The text is no array of strings.</exception>
    public static string[] ParseArray(string text)
    {
        var values = new List<string>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
                throw new InvalidDataException($"'{text}' is not a list of names");
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
                values.Add(reader.GetString()!);
            if (reader.TokenType != JsonTokenType.EndArray)
                throw new InvalidDataException($"'{text}' is not a list of names");
            return [.. values];
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"'{text}' is not a list of names");
        }
    }

    /// <summary>Writes a number, or null where there is none or it is not finite.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    /// <summary>Whether a text is one JSON object and nothing else.</summary>
    public static bool IsObject(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            bool begins = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read())
            {
                // What follows the object is an error to the reader.
            }
            return begins;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The value of a number in a one-line object, or null where there is none of that name.</summary>
    public static double? FindNumber(string line, string name)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name))
                    return reader.Read() && reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : null;
            }
        }
        catch (JsonException)
        {
            // A torn line has no numbers.
        }
        return null;
    }
}
