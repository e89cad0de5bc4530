using System.IO.MemoryMappedFiles;

namespace AotNet.Training.Data.Files;

/// <summary>Part of a file as memory: read when it is first used, given up again when memory is short.</summary>
sealed unsafe class MappedBytes : SampleBytes, IDisposable
{
    readonly MemoryMappedFile file;
    readonly MemoryMappedViewAccessor view;
    readonly byte* start;

    /// <summary>Maps a file.</summary>
    /// <param name="path">The file; it may be removed while it is mapped.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <exception cref="IOException">It cannot be mapped.</exception>
    public MappedBytes(string path, long offset)
    {
        file = MemoryMappedFile.CreateFromFile(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), null, 0,
            MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* begin = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref begin);
        start = begin + view.PointerOffset + offset;
    }

    public override ReadOnlySpan<byte> Slice(long start, int length) => new(this.start + start, length);

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
