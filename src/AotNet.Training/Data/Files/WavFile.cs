using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AotNet.Training.Data.Files;

/// <summary>A RIFF file of sound: PCM, 16 bits.</summary>
/// <param name="rate">Samples a second.</param>
/// <param name="channels">Channels; their values lie beside each other.</param>
/// <param name="values">All values, little-endian.</param>
readonly ref struct WavFile(int rate, int channels, ReadOnlySpan<byte> values)
{
    const int Pcm = 1, Extensible = 0xFFFE, MostChannels = 64;

    /// <summary>Samples a second.</summary>
    public int Rate { get; } = rate;

    /// <summary>Channels.</summary>
    public int Channels { get; } = channels;

    /// <summary>Little-endian 16-bit numbers, the channels of a moment beside each other.</summary>
    public ReadOnlySpan<byte> Values { get; } = values;

    /// <summary>Finds the sound in a file.</summary>
    /// <exception cref="BadFileException">It is damaged, or of another coding.</exception>
    public static WavFile Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WAVE"u8))
            throw new BadFileException("is no WAV file; it does not begin with RIFF and WAVE");
        ReadOnlySpan<byte> format = default;
        for (int at = 12; at + 8 <= file.Length;)
        {
            ReadOnlySpan<byte> name = file.Slice(at, 4);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (size > file.Length - at - 8)
                throw new BadFileException($"is truncated: a part of it promises {size} bytes and {file.Length - at - 8} follow");
            ReadOnlySpan<byte> part = file.Slice(at + 8, (int)size);
            if (name.SequenceEqual("fmt "u8))
                format = part;
            else if (name.SequenceEqual("data"u8))
                return FromParts(format, part);
            // Parts begin at even places.
            at += 8 + (int)Math.Min(size + (size & 1), (uint)(file.Length - at - 8));
        }
        throw new BadFileException("holds no sound; a data part is missing");
    }

    static WavFile FromParts(ReadOnlySpan<byte> format, ReadOnlySpan<byte> data)
    {
        if (format.Length < 16)
            throw new BadFileException("says nothing of its coding before its sound");
        int coding = BinaryPrimitives.ReadUInt16LittleEndian(format);
        if (coding == Extensible && format.Length >= 26)
            coding = BinaryPrimitives.ReadUInt16LittleEndian(format[24..]);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if (coding != Pcm || bits != 16)
            throw new BadFileException($"has coding {coding} with {bits} bits; only PCM (1) with 16 bits is read");
        if (channels is 0 or > MostChannels || rate is 0 or > int.MaxValue)
            throw new BadFileException($"has {channels} channels at {rate} samples a second; it is damaged");
        if (data.Length < 2 * channels || data.Length % (2 * channels) != 0)
            throw new BadFileException($"has {data.Length} bytes of sound, no whole number of moments of {channels} channels");
        return new WavFile((int)rate, channels, data);
    }

    /// <summary>Writes the average of the channels, cut or followed by silence.</summary>
    /// <param name="sample">All of it is written.</param>
    public void MixInto(Span<short> sample)
    {
        int channels = Channels, moments = Math.Min(sample.Length, Values.Length / (2 * channels));
        for (int moment = 0; moment < moments; moment++)
        {
            int sum = 0;
            for (int channel = 0; channel < channels; channel++)
                sum += BinaryPrimitives.ReadInt16LittleEndian(Values[(2 * (moment * channels + channel))..]);
            // To the nearest, halves away from zero.
            sample[moment] = (short)((sum + Math.Sign(sum) * (channels / 2)) / channels);
        }
        sample[moments..].Clear();
    }
}

/// <summary>Makes samples of WAV files.</summary>
/// <param name="length">Values of a sample.</param>
/// <param name="rate">Samples a second that every file must have.</param>
sealed class WavDecoder(int length, int rate) : MediaDecoder
{
    public override int SampleBytes => length * sizeof(short);

    public override string Settings => $"{length} values at {rate}";

    public override void Decode(ReadOnlySpan<byte> file, Span<byte> sample)
    {
        WavFile sound = WavFile.Read(file);
        if (sound.Rate != rate)
            throw new BadFileException($"has {sound.Rate} samples a second, but the data that the network learns from has {rate}; convert it");
        sound.MixInto(MemoryMarshal.Cast<byte, short>(sample));
    }
}
