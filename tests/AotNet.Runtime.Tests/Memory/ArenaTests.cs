using System.Globalization;

namespace AotNet.Runtime.Tests.Memory;

public sealed unsafe class ArenaTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData((2 << 20) - 1)]
    [InlineData(2 << 20)]
    [InlineData((5 << 20) + 4)]
    public void Is_aligned_and_zero(long bytes)
    {
        using var arena = new Arena(bytes);
        Assert.Equal(bytes, arena.Length);
        Assert.True(arena.Base != null);
        Assert.Equal(0, (long)arena.Base % (bytes >= Arena.HugePage ? Arena.HugePage : Arena.CacheLine));
        for (long i = 0; i < bytes; i++)
            Assert.Equal(0, arena.Base[i]);
        if (bytes > 0)
            arena.Base[bytes - 1] = 1;
    }

    [Fact]
    public void Untouched_pages_are_not_resident()
    {
        if (!OperatingSystem.IsLinux())
            return; // residency is read from procfs, and only Linux maps large blocks
        using var arena = new Arena(512L << 20);
        arena.Base[0] = 1;
        Assert.InRange(ResidentKilobytes(arena), 4, 3 * Arena.HugePage / 1024);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(3 << 20)]
    public void Fill_touches_the_range_and_nothing_else(long bytes)
    {
        using var arena = new Arena(bytes);
        arena.Fill(64, 128, float.NaN);
        float* values = (float*)arena.Base;
        for (int i = 0; i < bytes / 4; i++)
            Assert.Equal(i is >= 16 and < 48, float.IsNaN(values[i]));
        arena.Fill(2f);
        Assert.Equal(2f, values[0]);
        Assert.Equal(2f, values[bytes / 4 - 1]);
    }

    [Theory]
    [InlineData(-4, 4)]
    [InlineData(2, 4)]
    [InlineData(0, 3)]
    [InlineData(0, -4)]
    [InlineData(128, 4)]
    [InlineData(132, 0)]
    [InlineData(4, long.MaxValue - 3)]
    public void Fill_refuses_ranges_outside(long offset, long bytes)
    {
        using var arena = new Arena(128);
        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Fill(offset, bytes, 0f));
    }

    [Fact]
    public void Impossible_sizes_are_refused_with_the_size()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Arena(-1));
        var error = Assert.Throws<OutOfMemoryException>(() => new Arena(long.MaxValue));
        Assert.Contains(long.MaxValue.ToString(CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_may_be_repeated_and_ends_use()
    {
        var arena = new Arena(64);
        arena.Dispose();
        arena.Dispose();
        Assert.True(arena.Base == null);
        Assert.Throws<ObjectDisposedException>(() => arena.Fill(0f));
    }

    /// <summary>Resident size of the mapping that holds the arena's first byte, from the process's own smaps.</summary>
    static long ResidentKilobytes(Arena arena)
    {
        bool inside = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            int dash = line.IndexOf('-', StringComparison.Ordinal);
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (dash > 0 && space > dash
                && ulong.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong first)
                && ulong.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong last))
                inside = first <= (ulong)arena.Base && (ulong)arena.Base < last;
            else if (inside && line.StartsWith("Rss:", StringComparison.Ordinal))
                return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        throw new InvalidOperationException("The arena is not among the process's mappings.");
    }
}
