namespace AotNet.Training.Data;

/// <summary>
/// The order in which samples are visited: a fresh permutation for each epoch, a pure function of seed and epoch, so
/// that a resumed run needs no stored order.
/// </summary>
/// <param name="samples">The samples to order; not changed.</param>
/// <param name="seed">Seed of the run.</param>
sealed class SampleOrder(int[] samples, ulong seed)
{
    /// <summary>Stands for the split into training and validation samples where an epoch is expected.</summary>
    public const long Split = -1;

    readonly int[] order = (int[])samples.Clone();

    /// <summary>The current order.</summary>
    public ReadOnlySpan<int> Samples => order;

    /// <summary>Permutes the samples for an epoch (Fisher and Yates); allocates nothing.</summary>
    public void ShuffleFor(long epoch)
    {
        samples.CopyTo(order, 0);
        for (int last = order.Length - 1; last > 0; last--)
        {
            int chosen = (int)Math.BigMul(Draw((ulong)epoch, (ulong)last), (ulong)last + 1, out _);
            (order[last], order[chosen]) = (order[chosen], order[last]);
        }
    }

    /// <summary>64 random bits of an epoch and position (SplitMix64's finaliser, Steele et al. 2014, applied twice).</summary>
    ulong Draw(ulong epoch, ulong position) => Mix(Mix(seed ^ Mix(epoch)) + position * 0x9e3779b97f4a7c15);

    static ulong Mix(ulong bits)
    {
        bits += 0x9e3779b97f4a7c15;
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
        return bits ^ (bits >> 31);
    }
}
