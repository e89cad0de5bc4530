namespace AotNet.Images;

/// <summary>
/// A file's bytes for a decoder that can be led in circles by damage: it reads, seeks and asks for the end byte by byte.
/// Positions stay within the file, and whoever reads many times what there is gets an exception.
/// </summary>
/// <param name="bytes">The file.</param>
sealed class BoundedStream(byte[] bytes) : Stream
{
    /// <summary>Times that each byte may be read: looking at the header and decoding read it once or twice.</summary>
    const int Times = 8;

    long position;
    long left = Times * (bytes.Length + 4096L);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position
    {
        get => position;
        set => position = Math.Clamp(value, 0, bytes.Length);
    }

    public override int ReadByte()
    {
        Spend(1);
        return position < bytes.Length ? bytes[position++] : -1;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        Spend(1 + buffer.Length);
        int count = (int)Math.Min(buffer.Length, bytes.Length - position);
        bytes.AsSpan((int)position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        Spend(1);
        Position = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => position,
            _ => bytes.Length,
        };
        return position;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    void Spend(int reads)
    {
        left -= reads;
        if (left < 0)
            throw new InvalidDataException("The decoder reads in circles.");
    }
}
