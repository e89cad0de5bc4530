namespace AotNet.Runtime;

/// <summary>
/// A copy of everything that later steps of a network depend on, in one native block: parameters, the moments that its
/// optimiser keeps, norm statistics, curvature kept between steps, and the counters. Gradients and activations are not in
/// it. Made by <see cref="CompiledNetwork.TakeSnapshot"/>; belongs to that network.
/// </summary>
public sealed unsafe class NetworkSnapshot : IDisposable
{
    readonly CompiledNetwork network;
    readonly CompiledNetwork.Counters counters;
    readonly (long Offset, long Length)[] ranges;
    readonly Arena block;

    internal NetworkSnapshot(CompiledNetwork network, CompiledNetwork.Counters counters, (long Offset, long Length)[] ranges)
    {
        (this.network, this.counters, this.ranges) = (network, counters, ranges);
        long length = 0;
        foreach ((_, long part) in ranges)
            length += part;
        block = new Arena(length);
        Copy(restore: false);
    }

    /// <summary>Bytes that the copy takes.</summary>
    public long Length => block.Length;

    /// <summary>
    /// Puts the network back, bit for bit, as often as wanted. Its optimiser must be of the kind that it had when the
    /// snapshot was taken: moments that were not kept then are not in the copy.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The snapshot or the network was disposed.</exception>
    public void Restore()
    {
        ObjectDisposedException.ThrowIf(block.Base == null, this);
        Copy(restore: true);
        network.Restore(counters);
    }

    /// <summary>Frees the copy; the network stays as it is.</summary>
    public void Dispose() => block.Dispose();

    void Copy(bool restore)
    {
        byte* arena = network.Memory.Base, copy = block.Base;
        ObjectDisposedException.ThrowIf(arena == null, network);
        foreach ((long offset, long length) in ranges)
        {
            if (restore)
                Buffer.MemoryCopy(copy, arena + offset, length, length);
            else
                Buffer.MemoryCopy(arena + offset, copy, length, length);
            copy += length;
        }
    }
}
