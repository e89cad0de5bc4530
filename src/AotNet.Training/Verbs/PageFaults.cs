using System.Runtime.InteropServices;

namespace AotNet.Training.Verbs;

/// <summary>Pages that the system had to find for this process: memory touched for the first time, or given back and touched again.</summary>
static unsafe partial class PageFaults
{
    const int Self = 0;

    /// <summary>Of all threads since the start, with and without reading from disk; null where the system is not asked.</summary>
    public static long? Count()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        Usage usage;
        return GetUsage(Self, &usage) == 0 ? usage.MinorFaults + usage.MajorFaults : null;
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, Usage* usage);

    /// <summary>struct rusage of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    struct Usage
    {
        [FieldOffset(64)] public long MinorFaults;

        [FieldOffset(72)] public long MajorFaults;
    }
}
