using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AotNet.Training.Data.Files;

/// <summary>A file of which no sample was made, and why.</summary>
/// <param name="File">Number of the file among those that were read.</param>
/// <param name="Problem">What is wrong with it.</param>
readonly record struct BadFile(int File, string Problem);

/// <summary>Decoded samples.</summary>
/// <param name="Values">One behind another, without gaps for bad files.</param>
/// <param name="Bad">Files left out, in order.</param>
sealed record DecodedSamples(SampleBytes Values, BadFile[] Bad);

/// <summary>
/// A file of decoded samples, named by what it holds. Layout: a header of 4096 bytes (magic, key, numbers, hashes),
/// samples, bad files as text. It is written under another name and renamed when it is whole; whatever of it does not
/// fit its hashes when it is read is not used, and written anew.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="key">Hash of the files' names and bytes and of how they are decoded.</param>
/// <param name="count">Files.</param>
/// <param name="sampleBytes">Bytes of a sample.</param>
sealed class SampleCache(string path, UInt128 key, int count, int sampleBytes)
{
    /// <summary>A file is locked just after it is made, and renamed just after it is unlocked; a younger one may be at such a moment.</summary>
    static readonly TimeSpan Youth = TimeSpan.FromSeconds(1);

    const int HeaderBytes = 4096, KeyAt = 16, CountAt = 32, SampleAt = 36, BadAt = 40, TextAt = 44, ValuesHashAt = 48, HashAt = 56;

    static ReadOnlySpan<byte> Magic => "AotNet samples 1"u8;

    /// <summary>Maps the samples; null when there is no such file or it is not whole.</summary>
    public DecodedSamples? Open()
    {
        if (!File.Exists(path))
            return null;
        long length = new FileInfo(path).Length;
        if (length < HeaderBytes)
            return null;
        var bytes = new MappedBytes(path, HeaderBytes);
        if (ReadBad(bytes, length) is { } bad)
            return new DecodedSamples(bytes, bad);
        bytes.Dispose();
        return null;
    }

    BadFile[]? ReadBad(MappedBytes bytes, long length)
    {
        ReadOnlySpan<byte> header = bytes.Slice(-HeaderBytes, HeaderBytes);
        int badCount = BinaryPrimitives.ReadInt32LittleEndian(header[BadAt..]);
        int textBytes = BinaryPrimitives.ReadInt32LittleEndian(header[TextAt..]);
        if (!header.StartsWith(Magic) || BinaryPrimitives.ReadUInt128LittleEndian(header[KeyAt..]) != key
            || BinaryPrimitives.ReadInt32LittleEndian(header[CountAt..]) != count
            || BinaryPrimitives.ReadInt32LittleEndian(header[SampleAt..]) != sampleBytes
            || badCount < 0 || badCount > count || textBytes < 0)
        {
            return null;
        }
        long values = (long)(count - badCount) * sampleBytes;
        if (length != HeaderBytes + values + textBytes)
            return null;
        ReadOnlySpan<byte> text = bytes.Slice(values, textBytes);
        if (BinaryPrimitives.ReadUInt64LittleEndian(header[HashAt..]) != HashOf(header, text)
            || BinaryPrimitives.ReadUInt64LittleEndian(header[ValuesHashAt..]) != HashOf(bytes, values))
        {
            return null;
        }
        return ParseBad(Encoding.UTF8.GetString(text));
    }

    /// <summary>Decodes files into a new cache, and maps it.</summary>
    /// <param name="decode">
    /// Decodes every file, with the given writer of one sample, which any thread may call; gives the bad ones in order.
    /// </param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public DecodedSamples Create(Func<Action<int, ReadOnlySpan<byte>>, BadFile[]> decode)
    {
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        bool made = !Directory.Exists(directory);
        string temporary = Path.Combine(directory, $"{Path.GetFileName(path)}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(directory);
            RemoveAbandoned(directory);
            // Written, not mapped: on a full disk a write fails, where storing into a mapped file ends the process.
            using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
                FileOptions.None, HeaderBytes + (long)count * sampleBytes))
            {
                BadFile[] bad = decode((number, sample) => RandomAccess.Write(file, sample, HeaderBytes + (long)number * sampleBytes));
                Close(file, bad);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception problem)
        {
            Remove(temporary, made ? directory : null);
            if (problem is IOException or UnauthorizedAccessException)
                throw new IOException($"Cannot write decoded samples to {directory}; --cache names another directory: {problem.Message}", problem);
            throw;
        }
        return Open() ?? throw new IOException($"{path} does not hold what was just written to it.");
    }

    void Close(SafeFileHandle file, BadFile[] bad)
    {
        Compact(file, bad);
        long values = (long)(count - bad.Length) * sampleBytes;
        byte[] text = Encoding.UTF8.GetBytes(JsonText.Array(bad.SelectMany(static one => (string[])[$"{one.File}", one.Problem])));
        RandomAccess.SetLength(file, HeaderBytes + values + text.Length);
        RandomAccess.Write(file, text, HeaderBytes + values);

        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt128LittleEndian(header.AsSpan(KeyAt), key);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(CountAt), count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(SampleAt), sampleBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(BadAt), bad.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(TextAt), text.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(ValuesHashAt), HashOf(file, values));
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(HashAt), HashOf(header, text));
        RandomAccess.Write(file, header, 0);
    }

    /// <summary>Moves samples over the gaps that bad files have left.</summary>
    void Compact(SafeFileHandle file, BadFile[] bad)
    {
        var sample = new byte[sampleBytes];
        for (int number = 0, skipped = 0; number < count && bad.Length > 0; number++)
        {
            if (skipped < bad.Length && bad[skipped].File == number)
            {
                skipped++;
                continue;
            }
            if (skipped == 0)
                continue;
            RandomAccess.Read(file, sample, HeaderBytes + (long)number * sampleBytes);
            RandomAccess.Write(file, sample, HeaderBytes + (long)(number - skipped) * sampleBytes);
        }
    }

    static BadFile[]? ParseBad(string text)
    {
        string[] parts = JsonText.ParseArray(text);
        return [.. Enumerable.Range(0, parts.Length / 2).Select(i => new BadFile(int.Parse(parts[2 * i]), parts[2 * i + 1]))];
    }

    static ulong HashOf(ReadOnlySpan<byte> header, ReadOnlySpan<byte> text)
    {
        var hash = new XxHash3();
        hash.Append(header[..HashAt]);
        hash.Append(text);
        return hash.GetCurrentHashAsUInt64();
    }

    static ulong HashOf(MappedBytes bytes, long length)
    {
        var hash = new XxHash3();
        bytes.AppendTo(hash, length);
        return hash.GetCurrentHashAsUInt64();
    }

    static ulong HashOf(SafeFileHandle file, long length)
    {
        var hash = new XxHash3();
        var piece = new byte[1 << 16];
        for (long at = 0; at < length;)
        {
            int read = RandomAccess.Read(file, piece.AsSpan(0, (int)Math.Min(piece.Length, length - at)), HeaderBytes + at);
            if (read == 0)
                throw new IOException("The file of decoded samples ended early.");
            hash.Append(piece.AsSpan(0, read));
            at += read;
        }
        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Removes what killed processes have left. Who still writes to a file has it locked.</summary>
    static void RemoveAbandoned(string directory)
    {
        foreach (string file in Directory.GetFiles(directory, "*.samples.*.tmp"))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < Youth)
                continue;
            try
            {
                File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use, gone by now, or another user's: no reason not to decode.
            }
        }
    }

    static void Remove(string temporary, string? madeDirectory)
    {
        try
        {
            File.Delete(temporary);
            if (madeDirectory is not null)
                Directory.Delete(madeDirectory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report; the directory may hold someone else's files by now.
        }
    }
}
