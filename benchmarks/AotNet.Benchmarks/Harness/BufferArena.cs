using AotNet.Runtime;
using Buffer = AotNet.Compiler.Planning.Buffer;

namespace AotNet.Benchmarks.Harness;

/// <summary>Buffers of kernels in an arena, none over another. They start as zeros.</summary>
sealed unsafe class BufferArena : IDisposable
{
    // As in a network, a kernel may read up to a vector beyond a buffer.
    const int Gap = 16;

    readonly Dictionary<Buffer, long> offsets = [];
    readonly long length;

    /// <param name="fixedLength">Floats at the start that hold buffers with places of their own.</param>
    /// <param name="fixedOffsetOf">Place of such a buffer; null for the others, which follow.</param>
    /// <param name="buffers">All buffers.</param>
    internal BufferArena(long fixedLength, Func<Buffer, long?> fixedOffsetOf, IEnumerable<Buffer> buffers)
    {
        length = fixedLength;
        foreach (Buffer buffer in buffers.Distinct())
        {
            if (fixedOffsetOf(buffer) is { } place)
            {
                offsets.Add(buffer, place);
                continue;
            }
            offsets.Add(buffer, length);
            length += buffer.Length + Gap;
        }
        Arena = new Arena(length * sizeof(float));
    }

    /// <summary>The block.</summary>
    internal Arena Arena { get; }

    /// <summary>First float of a buffer.</summary>
    internal long OffsetOf(Buffer buffer) => offsets[buffer];

    /// <summary>One row of a buffer, without its padding.</summary>
    internal Span<float> Row(Buffer buffer, int row) =>
        new((float*)Arena.Base + offsets[buffer] + (nint)row * buffer.Stride, buffer.Columns);

    /// <summary>Draws a buffer's values from -scale/2 to scale/2; padding stays as it is.</summary>
    internal void Randomize(Buffer buffer, Random random, float scale = 1)
    {
        for (int row = 0; row < buffer.Rows; row++)
            foreach (ref float value in Row(buffer, row))
                value = (random.NextSingle() - 0.5f) * scale;
    }

    /// <summary>Replaces the values of a buffer's first rows, given row after row without padding.</summary>
    internal void Write(Buffer buffer, ReadOnlySpan<float> values)
    {
        for (int row = 0; row * buffer.Columns < values.Length; row++)
            values.Slice(row * buffer.Columns, buffer.Columns).CopyTo(Row(buffer, row));
    }

    /// <summary>The values of a buffer's first rows, row after row without padding.</summary>
    internal float[] Read(Buffer buffer, int rows)
    {
        float[] values = new float[rows * buffer.Columns];
        for (int row = 0; row < rows; row++)
            Row(buffer, row).CopyTo(values.AsSpan(row * buffer.Columns));
        return values;
    }

    public void Dispose() => Arena.Dispose();
}
