using System.Buffers.Binary;
using System.IO.Hashing;
using AotNet.Training.Data.Files;

namespace AotNet.Images;

/// <summary>
/// What can be said of an image file without decoding it. The decoder knows further kinds, which it tells less well from
/// damage, makes up what a truncated JPEG or BMP lacks, and does not look at the checksums of a PNG.
/// </summary>
static class ImageFile
{
    static ReadOnlySpan<byte> JpegStart => [0xff, 0xd8];

    static ReadOnlySpan<byte> JpegScan => [0xff, 0xda];

    static ReadOnlySpan<byte> JpegEnd => [0xff, 0xd9];

    static ReadOnlySpan<byte> PngStart => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Throws unless a file is whole, as far as it says so itself.</summary>
    /// <exception cref="BadFileException">It is of another kind, truncated or damaged.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(JpegStart))
            CheckJpeg(file);
        else if (file.StartsWith(PngStart))
            CheckPng(file[PngStart.Length..]);
        else if (file.StartsWith("BM"u8))
            CheckBmp(file);
        else
            throw new BadFileException(file.IsEmpty ? "is empty" : "is no JPEG, PNG or BMP image, by its first bytes");
    }

    /// <summary>Within the data of a scan 0xff stands for itself only before 0, so that an end behind the last scan is the image's.</summary>
    static void CheckJpeg(ReadOnlySpan<byte> file)
    {
        int scan = file.LastIndexOf(JpegScan);
        if (scan < 0 || file[scan..].IndexOf(JpegEnd) < 0)
            throw new BadFileException("is truncated: the mark that ends a JPEG image is missing");
    }

    /// <summary>Chunks of length, name, data and checksum, of which IEND is the last.</summary>
    static void CheckPng(ReadOnlySpan<byte> chunks)
    {
        while (chunks.Length >= 12)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunks);
            if (length > chunks.Length - 12)
                break;
            ReadOnlySpan<byte> named = chunks.Slice(4, 4 + (int)length);
            if (Crc32.HashToUInt32(named) != BinaryPrimitives.ReadUInt32BigEndian(chunks[(8 + (int)length)..]))
                throw new BadFileException("is damaged: a checksum of this PNG image does not fit");
            if (named.StartsWith("IEND"u8))
                return;
            chunks = chunks[(12 + (int)length)..];
        }
        throw new BadFileException("is truncated: the part that ends a PNG image is missing");
    }

    /// <summary>A header of 12 bytes (16-bit numbers) or more behind the first 14, and the points where they say; no kind of compression is read.</summary>
    static void CheckBmp(ReadOnlySpan<byte> file)
    {
        if (file.Length < 30)
            throw new BadFileException("is truncated: its header is not whole");
        bool small = BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) == 12;
        long width = small ? BinaryPrimitives.ReadUInt16LittleEndian(file[18..]) : BinaryPrimitives.ReadInt32LittleEndian(file[18..]);
        long height = small ? BinaryPrimitives.ReadUInt16LittleEndian(file[20..]) : BinaryPrimitives.ReadInt32LittleEndian(file[22..]);
        long bits = BinaryPrimitives.ReadUInt16LittleEndian(file[(small ? 24 : 28)..]);
        long row = (Math.Abs(width) * bits + 31) / 32 * 4, start = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        if (row * Math.Abs(height) > file.Length - start)
            throw new BadFileException("is truncated: its header promises more points than follow");
    }
}
