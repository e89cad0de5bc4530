using AotNet.Runtime;

namespace AotNet.Training.Data;

/// <summary>
/// The order in which samples are visited: a fresh permutation for each epoch, a pure function of seed and epoch, so
/// that a resumed run needs no stored order.
/// </summary>
/// <param name="samples">The samples to order, ascending; permuted in place, because a copy of a large set's would be no small part of a run's memory.</param>
/// <param name="seed">Seed of the run.</param>
sealed class SampleOrder(int[] samples, ulong seed)
{
    /// <summary>Stands for the split into training and validation samples where an epoch is expected.</summary>
    public const long Split = -1;

    /// <summary>Sets these numbers apart from those of initial weights (one stream a tensor) and dropout.</summary>
    const uint Stream = 0x5A4D504C;

    /// <summary>The current order.</summary>
    public ReadOnlySpan<int> Samples => samples;

    /// <summary>Permutes the samples for an epoch (Fisher and Yates); allocates nothing.</summary>
    public void ShuffleFor(long epoch)
    {
        Array.Sort(samples);
        new CounterRandom(CounterHash.Key(seed, Stream, (ulong)epoch)).Shuffle(samples);
    }
}
