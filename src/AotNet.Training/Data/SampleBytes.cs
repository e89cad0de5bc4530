using System.IO.Hashing;

namespace AotNet.Training.Data;

/// <summary>The bytes of a data set's samples: an array, or a file mapped into memory, which may be longer than any array.</summary>
abstract class SampleBytes
{
    /// <summary>Some of them.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="length">Bytes; as many as follow, at most.</param>
    public abstract ReadOnlySpan<byte> Slice(long start, int length);

    /// <summary>Appends the first <paramref name="length"/> bytes to a hash.</summary>
    public void AppendTo(XxHash3 hash, long length)
    {
        const int piece = 1 << 30;
        for (long start = 0; start < length; start += piece)
            hash.Append(Slice(start, (int)Math.Min(piece, length - start)));
    }

    /// <summary>An array's bytes.</summary>
    public static implicit operator SampleBytes(byte[] values) => new ArrayBytes(values);

    sealed class ArrayBytes(byte[] values) : SampleBytes
    {
        public override ReadOnlySpan<byte> Slice(long start, int length) => values.AsSpan((int)start, length);
    }
}
