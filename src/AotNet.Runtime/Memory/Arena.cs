using System.Runtime.InteropServices;

namespace AotNet.Runtime;

/// <summary>
/// One zeroed native block that holds every buffer of a network at offsets known at compile time. Pages that are never
/// touched are never resident, so moments of an optimiser that is not used cost address space only.
/// </summary>
/// <remarks>
/// There is no finaliser on purpose: spans over parameters may outlive the last reference to their network, and a leak
/// until the process ends is the lesser evil than freed memory that is still read.
/// </remarks>
public sealed unsafe partial class Arena : IDisposable
{
    /// <summary>Alignment of blocks of at least this size, so that the kernel can back them with huge pages.</summary>
    public const int HugePage = 2 << 20;

    /// <summary>Alignment of smaller blocks: a cache line, and one AVX-512 vector.</summary>
    public const int CacheLine = 64;

    void* block;
    readonly nuint mapped;

    /// <summary>Allocates a block of zeros.</summary>
    /// <param name="bytes">Its length, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system has no room for the block.</exception>
    public Arena(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Length = bytes;
        int alignment = bytes >= HugePage ? HugePage : CacheLine;
        nuint size;
        try
        {
            size = checked((nuint)bytes + (nuint)alignment);
        }
        catch (OverflowException)
        {
            throw OutOfMemory(bytes);
        }

        // Small blocks are dense anyway; large ones are mapped, because a mapping is zero without being written.
        if (alignment == HugePage && OperatingSystem.IsLinux())
        {
            block = Map(null, size, ReadWrite, PrivateAnonymous, -1, 0);
            if ((nint)block == -1)
            {
                block = null;
                throw OutOfMemory(bytes);
            }
            mapped = size;
        }
        else
        {
            try
            {
                block = NativeMemory.AllocZeroed(size);
            }
            catch (OutOfMemoryException)
            {
                throw OutOfMemory(bytes);
            }
        }

        Base = (byte*)(((nuint)block + (nuint)alignment - 1) & ~((nuint)alignment - 1));
        if (mapped != 0)
            _ = Advise(Base, (nuint)bytes, HugePages); // only a hint: without huge pages everything still works
    }

    /// <summary>First byte: 2 MB-aligned when the block is that large, 64-byte aligned otherwise. Null once disposed.</summary>
    public byte* Base { get; private set; }

    /// <summary>Bytes in the block.</summary>
    public long Length { get; }

    /// <summary>Fills a range with one value: tests poison buffers with NaN to find reads before writes.</summary>
    /// <param name="offset">First byte, a multiple of 4.</param>
    /// <param name="bytes">Length of the range, a multiple of 4.</param>
    /// <param name="value">Value written to each float.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the block or not made of whole floats.</exception>
    /// <exception cref="ObjectDisposedException">The block was freed.</exception>
    public void Fill(long offset, long bytes, float value)
    {
        ObjectDisposedException.ThrowIf(Base == null, this);
        if (offset < 0 || offset % sizeof(float) != 0 || offset > Length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"Expected a multiple of 4 between 0 and {Length}.");
        if (bytes < 0 || bytes % sizeof(float) != 0 || bytes > Length - offset)
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, $"Expected a multiple of 4 between 0 and {Length - offset}.");
        float* first = (float*)(Base + offset);
        for (long remaining = bytes / sizeof(float); remaining > 0;)
        {
            int part = (int)Math.Min(remaining, 1 << 28);
            new Span<float>(first, part).Fill(value);
            first += part;
            remaining -= part;
        }
    }

    /// <summary>Fills all whole floats of the block with one value.</summary>
    /// <param name="value">Value written to each float.</param>
    /// <exception cref="ObjectDisposedException">The block was freed.</exception>
    public void Fill(float value) => Fill(0, Length & ~3L, value);

    /// <summary>Frees the block; spans and pointers into it must not be used any more.</summary>
    public void Dispose()
    {
        void* freed = block;
        if (freed == null)
            return;
        block = null;
        Base = null;
        if (mapped != 0)
            _ = Unmap(freed, mapped);
        else
            NativeMemory.Free(freed);
    }

    static OutOfMemoryException OutOfMemory(long bytes) =>
        new($"The system has no room for an arena of {bytes} bytes; use a smaller batch or network.");

    // Linux, the same on x64 and arm64.
    const int ReadWrite = 0x1 | 0x2;
    const int PrivateAnonymous = 0x02 | 0x20;
    const int HugePages = 14;

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
