using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace AotNet.Runtime;

/// <summary>
/// A checksum in a safetensors file's metadata: CRC-32C over header and data, its own eight digits taken as zeros. Other
/// tools see one more metadata string; a file without it is read as it is.
/// </summary>
static class SafetensorsChecksum
{
    internal const string Key = "aotnet.checksum";

    /// <summary>What stands in the header while the checksum is computed.</summary>
    internal const string Placeholder = "00000000";

    /// <summary>Puts the checksum in the place of the placeholder.</summary>
    /// <param name="header">The header with the placeholder.</param>
    /// <param name="addData">Goes on with a sum over the data, by <see cref="Add"/>.</param>
    internal static void Fill(byte[] header, Func<uint, uint> addData)
    {
        int place = PlaceOf(header, Placeholder);
        uint sum = addData(Add(uint.MaxValue, header));
        Encoding.ASCII.GetBytes(Text(sum)).CopyTo(header, place);
    }

    /// <summary>Recomputes the checksum of a file that names one.</summary>
    /// <exception cref="InvalidDataException">It differs.</exception>
    internal static void Check(byte[] header, byte[] data, string expected)
    {
        var blank = (byte[])header.Clone();
        int place = PlaceOf(header, expected);
        if (place >= 0 && expected.Length == Placeholder.Length)
            Encoding.ASCII.GetBytes(Placeholder).CopyTo(blank, place);
        string found = Text(Add(Add(uint.MaxValue, blank), data));
        if (found != expected)
            throw new InvalidDataException($"its checksum is {found} where its metadata '{Key}' says {expected}; the file is damaged");
    }

    static int PlaceOf(byte[] header, string value)
    {
        byte[] before = Encoding.UTF8.GetBytes($"\"{Key}\":\"{value}\"");
        int found = header.AsSpan().IndexOf(before);
        return found < 0 ? -1 : found + before.Length - 1 - Encoding.UTF8.GetByteCount(value);
    }

    static string Text(uint sum) => (~sum).ToString("x8");

    /// <summary>A sum goes on over further bytes; it does not matter where they are cut.</summary>
    internal static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte value in bytes)
            sum = BitOperations.Crc32C(sum, value);
        return sum;
    }
}
