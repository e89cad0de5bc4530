using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace AotNet.Tests;

/// <summary>Bytes of small image, sound and archive files, written out by hand.</summary>
static class MediaFiles
{
    /// <summary>An 8x8 picture, (16 x + 40, 24 y + 20, 128 + 8 x - 8 y), as another encoder wrote it, colours at half resolution.</summary>
    public static readonly byte[] ColourJpeg = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQIBAQEBAQIBAQECAgICAgICAgIDAwQDAwMDAwICAwQDAwQEBAQEAgMFBQQEBQQEBAT/2wBD"
        + "AQEBAQEBAQIBAQIEAwIDBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAT/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAA"
        + "AAAAAAAAAAAAAAAAAAj/xAAbEAEAAAcAAAAAAAAAAAAAAAAABwglNENS4f/EABUBAQEAAAAAAAAAAAAAAAAAAAUG/8QAIBEAAAQGAwAAAAAAAAAAAAAAAAECBwQF"
        + "CFFioRQXJf/aAAwDAQACEQMRAD8AkKC8h9pRdcHABkpqvesoNPp6VYsxDMPUS6nX0KXP0qxZD//Z");

    /// <summary>An 8x8 picture, 20 x + 10 y + 10.</summary>
    public static readonly byte[] GreyJpeg = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQIBAQEBAQIBAQECAgICAgICAgIDAwQDAwMDAwICAwQDAwQEBAQEAgMFBQQEBQQEBAT/wAAL"
        + "CAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EABsQAAAHAQAAAAAAAAAAAAAAAAAICSU2Q1Nx/9oACAEBAAA/ABdJIpMZbMaeD//Z");

    /// <summary>A PNG of 8 bits a channel: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha.</summary>
    public static byte[] Png(int height, int width, int channels, ReadOnlySpan<byte> values)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int row = 0; row < height; row++)
            {
                zlib.WriteByte(0);
                zlib.Write(values.Slice(row * width * channels, width * channels));
            }
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = (byte)(channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 });
        return [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, data.ToArray()), .. Chunk("IEND"u8, [])];
    }

    /// <summary>A PNG whose checksums are put right, as far as its chunks can be told apart.</summary>
    public static byte[] WithChecksums(byte[] png)
    {
        for (int at = 8; at + 12 <= png.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (length > png.Length - at - 12)
                break;
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(at + 8 + (int)length), Crc32.HashToUInt32(png.AsSpan(at + 4, 4 + (int)length)));
            at += 12 + (int)length;
        }
        return png;
    }

    /// <summary>A PNG of a random picture.</summary>
    public static byte[] RandomPng(int height, int width, int channels, int seed)
    {
        var values = new byte[height * width * channels];
        new Random(seed).NextBytes(values);
        return Png(height, width, channels, values);
    }

    /// <summary>A JPEG in which each 8x8 points have one colour: of a block nothing but its mean has to be coded, which is exact.</summary>
    /// <param name="height">A multiple of 8.</param>
    /// <param name="width">A multiple of 8.</param>
    /// <param name="colours">Red, green and blue of each block.</param>
    public static byte[] BlockJpeg(int height, int width, ReadOnlySpan<byte> colours)
    {
        using var file = new MemoryStream();
        file.Write([0xff, 0xd8]);
        // The transform makes 8 times its mean of a block, which is coded in units of 8.
        JpegSegment(file, 0xdb, [0, .. Enumerable.Repeat((byte)8, 64)]);
        JpegSegment(file, 0xc0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, (byte)'R', 0x11, 0, (byte)'G', 0x11, 0, (byte)'B', 0x11, 0]);
        // Nine codes of 4 bits: how many bits a difference has. One code of 1 bit: there is nothing else in this block.
        JpegSegment(file, 0xc4, [0x00, 0, 0, 0, 9, .. new byte[12], 0, 1, 2, 3, 4, 5, 6, 7, 8]);
        JpegSegment(file, 0xc4, [0x10, 1, .. new byte[15], 0]);
        JpegSegment(file, 0xda, [3, (byte)'R', 0, (byte)'G', 0, (byte)'B', 0, 0, 63, 0]);
        var bits = new StringBuilder();
        for (int i = 0; i < colours.Length; i++)
        {
            int difference = colours[i] - (i < 3 ? 128 : colours[i - 3]), size = 32 - int.LeadingZeroCount(Math.Abs(difference));
            bits.Append(Convert.ToString(size, 2).PadLeft(4, '0'));
            if (size > 0)
                bits.Append(Convert.ToString(difference > 0 ? difference : difference + (1 << size) - 1, 2).PadLeft(size, '0'));
            bits.Append('0');
        }
        bits.Append('1', (8 - bits.Length % 8) % 8);
        for (int at = 0; at < bits.Length; at += 8)
        {
            byte value = Convert.ToByte(bits.ToString(at, 8), 2);
            file.WriteByte(value);
            // A mark begins with this byte.
            if (value == 0xff)
                file.WriteByte(0);
        }
        file.Write([0xff, 0xd9]);
        return file.ToArray();
    }

    /// <summary>A BMP of 24 bits.</summary>
    public static byte[] Bmp(int height, int width, ReadOnlySpan<byte> values)
    {
        int stride = (3 * width + 3) / 4 * 4;
        var bytes = new byte[54 + stride * height];
        "BM"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2), bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), height);
        bytes[26] = 1;
        bytes[28] = 24;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                // Rows from below, blue before green before red.
                for (int channel = 0; channel < 3; channel++)
                    bytes[54 + (height - 1 - row) * stride + 3 * column + 2 - channel] = values[(row * width + column) * 3 + channel];
            }
        }
        return bytes;
    }

    /// <summary>A WAV file of 16-bit PCM, with a chunk between that readers have to pass over.</summary>
    public static byte[] Wav(int rate, int channels, short[] values)
    {
        var bytes = new byte[12 + 24 + 11 + 1 + 8 + 2 * values.Length];
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes.AsSpan(8));
        bytes[16] = 16;
        bytes[20] = 1;
        bytes[22] = (byte)channels;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), rate * channels * 2);
        bytes[32] = (byte)(2 * channels);
        bytes[34] = 16;
        "LIST"u8.CopyTo(bytes.AsSpan(36));
        bytes[40] = 3;
        "data"u8.CopyTo(bytes.AsSpan(48));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(52), 2 * values.Length);
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(56 + 2 * i), values[i]);
        return bytes;
    }

    /// <summary>An archive of files.</summary>
    public static byte[] Tar(params (string Name, byte[] Bytes)[] files)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in files)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes), ModificationTime = DateTimeOffset.UnixEpoch });
        }
        return stream.ToArray();
    }

    /// <summary>What stands in an archive in front of a file of some length.</summary>
    public static byte[] TarHeader(string name, long length)
    {
        byte[] header = Tar((name, []))[..512];
        Encoding.ASCII.GetBytes(Convert.ToString(length, 8).PadLeft(11, '0')).CopyTo(header, 124);
        // Of the sum of all bytes the eight that hold it count as blanks.
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(static value => (int)value), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }

    /// <summary>A file of the binary CIFAR-10: each label, then as many values as there are, each the label's and the point's own.</summary>
    public static byte[] Cifar(params ReadOnlySpan<byte> labels)
    {
        var bytes = new byte[labels.Length * 3073];
        for (int sample = 0; sample < labels.Length; sample++)
        {
            bytes[sample * 3073] = labels[sample];
            for (int i = 0; i < 3072; i++)
                bytes[sample * 3073 + 1 + i] = CifarValue(labels[sample], i);
        }
        return bytes;
    }

    /// <summary>What <see cref="Cifar"/> writes at a place of the planes.</summary>
    public static byte CifarValue(int label, int place) => (byte)(label * 20 + place / 1024 * 7 + place % 1024 * 3);

    static void JpegSegment(MemoryStream file, byte mark, byte[] content)
    {
        file.Write([0xff, mark, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2)]);
        file.Write(content);
    }

    static byte[] Chunk(ReadOnlySpan<byte> name, byte[] data)
    {
        byte[] named = [.. name, .. data];
        var bytes = new byte[named.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(bytes, data.Length);
        named.CopyTo(bytes, 4);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 + named.Length), Crc32.HashToUInt32(named));
        return bytes;
    }
}
