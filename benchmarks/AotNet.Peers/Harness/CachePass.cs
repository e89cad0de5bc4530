using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AotNet.Runtime;

namespace AotNet.Peers.Harness;

/// <summary>
/// Reads, or writes, a block of memory over and over and does nothing else: the least time in which a product of one row
/// can go through its matrix, from whatever cache that fits in.
/// </summary>
sealed unsafe class CachePass : IDisposable
{
    const int Unrolled = 8 * 64;

    readonly Arena block;

    // Without anyone to read it, the compiler would leave out the reading.
    uint bits;

    /// <param name="bytes">Length of the block; rounded up to 64 bytes.</param>
    internal CachePass(long bytes)
    {
        block = new Arena((bytes + 63) / 64 * 64);
        block.Fill(1f);
    }

    /// <summary>Reads the block so many times.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Read(int times)
    {
        Vector512<uint> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (int i = 0; i < times; i++)
        {
            byte* p = block.Base, end = p + block.Length, unrolledEnd = end - block.Length % Unrolled;
            for (; p < unrolledEnd; p += Unrolled)
            {
                a |= *(Vector512<uint>*)p;
                b |= *(Vector512<uint>*)(p + 64);
                c |= *(Vector512<uint>*)(p + 128);
                d |= *(Vector512<uint>*)(p + 192);
                e |= *(Vector512<uint>*)(p + 256);
                f |= *(Vector512<uint>*)(p + 320);
                g |= *(Vector512<uint>*)(p + 384);
                h |= *(Vector512<uint>*)(p + 448);
            }
            for (; p < end; p += 64)
                a |= *(Vector512<uint>*)p;
        }
        bits = Vector512.Sum(a | b | c | d | e | f | g | h);
    }

    /// <summary>Writes the block so many times.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Write(int times)
    {
        for (int i = 0; i < times; i++)
        {
            Vector512<float> value = Vector512.Create((float)i);
            byte* p = block.Base, end = p + block.Length, unrolledEnd = end - block.Length % Unrolled;
            for (; p < unrolledEnd; p += Unrolled)
            {
                *(Vector512<float>*)p = value;
                *(Vector512<float>*)(p + 64) = value;
                *(Vector512<float>*)(p + 128) = value;
                *(Vector512<float>*)(p + 192) = value;
                *(Vector512<float>*)(p + 256) = value;
                *(Vector512<float>*)(p + 320) = value;
                *(Vector512<float>*)(p + 384) = value;
                *(Vector512<float>*)(p + 448) = value;
            }
            for (; p < end; p += 64)
                *(Vector512<float>*)p = value;
        }
    }

    /// <summary>What was read; says nothing.</summary>
    public override string ToString() => $"{bits:x8}";

    public void Dispose() => block.Dispose();
}
