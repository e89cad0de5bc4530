using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace AotNet.Training.Data;

/// <summary>The bytes of a data set's samples: an array, or a file mapped into memory, which may be longer than any array.</summary>
abstract partial class SampleBytes
{
    const int HugePage = 2 << 20, HugePages = 14; // Linux, the same on x64 and arm64

    /// <summary>
    /// An array to be filled with samples. The system is asked to back what it can with huge pages: of a whole data set, a fault
    /// for each small one takes as long as decompressing it.
    /// </summary>
    /// <param name="length">Bytes.</param>
    public static unsafe byte[] Allocate(int length)
    {
        byte[] values = GC.AllocateUninitializedArray<byte>(length);
        if (OperatingSystem.IsLinux())
        {
            fixed (byte* first = values)
            {
                nuint start = ((nuint)first + HugePage - 1) & ~(nuint)(HugePage - 1), end = ((nuint)first + (nuint)length) & ~(nuint)(HugePage - 1);
                if (start < end)
                    _ = Advise((void*)start, end - start, HugePages); // only a hint, as good where the array is moved
            }
        }
        return values;
    }

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

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int Advise(void* address, nuint length, int advice);

    sealed class ArrayBytes(byte[] values) : SampleBytes
    {
        public override ReadOnlySpan<byte> Slice(long start, int length) => values.AsSpan((int)start, length);
    }
}
