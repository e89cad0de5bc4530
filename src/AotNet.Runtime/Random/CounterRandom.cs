namespace AotNet.Runtime;

/// <summary>
/// Random numbers in sequence: element n is a hash of a key and n, so that the whole state is two numbers and any
/// position can be reached at once. Not for secrets.
/// </summary>
/// <param name="key">Names the sequence; any value. See <see cref="FromSeed"/>.</param>
/// <param name="counter">Position in it.</param>
public struct CounterRandom(ulong key, ulong counter = 0)
{
    /// <summary>Begins the sequence of a seed for one purpose: streams of one seed are independent.</summary>
    /// <param name="seed">Any value.</param>
    /// <param name="stream">What the numbers are for.</param>
    public static CounterRandom FromSeed(ulong seed, uint stream) => new(CounterHash.Key(seed, stream, 0));

    /// <summary>Names the sequence. With <see cref="Counter"/> it restores the state.</summary>
    public ulong Key { get; } = key;

    /// <summary>Numbers drawn so far.</summary>
    public ulong Counter { get; private set; } = counter;

    /// <summary>64 random bits.</summary>
    public ulong NextULong() => CounterHash.Mix(Key + CounterHash.Increment * ++Counter);

    /// <summary>32 random bits.</summary>
    public uint NextUInt() => (uint)(NextULong() >> 32);

    /// <summary>Uniform from 0 up to but not including 1: a multiple of 2⁻²⁴.</summary>
    public float NextFloat() => (NextULong() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform from 0 up to but not including 1: a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextULong() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform from 0 up to but not including <paramref name="bound"/>, without modulo bias (Lemire 2019).</summary>
    /// <param name="bound">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong product = (ulong)NextUInt() * (uint)bound;
        if ((uint)product < (uint)bound)
        {
            // 2³² mod bound values of the low half would be drawn once too often.
            uint surplus = (uint)-bound % (uint)bound;
            while ((uint)product < surplus)
                product = (ulong)NextUInt() * (uint)bound;
        }
        return (int)(product >> 32);
    }

    /// <summary>A number from N(0, 1), by Box and Muller (1958); the second of each pair is not used.</summary>
    public double NextGaussian()
    {
        (double first, _) = NextGaussians();
        return first;
    }

    /// <summary>Two independent numbers from N(0, 1), by Box and Muller (1958).</summary>
    public (double First, double Second) NextGaussians()
    {
        double radius = Math.Sqrt(-2 * PortableMath.Log(1 - NextDouble())); // of (0, 1]: the logarithm is finite
        (double cosine, double sine) = PortableMath.CosineSine(NextDouble());
        return (radius * cosine, radius * sine);
    }

    /// <summary>
    /// A number from Beta(α, α): Bailey's polar form (1994) of Student's t with 2α degrees of freedom, brought to 0 to 1 as by
    /// Devroye (1996). Always of two draws.
    /// </summary>
    /// <param name="alpha">α, above 0.</param>
    public double NextBeta(double alpha)
    {
        // 1/2 + t / (2 √(2α + t²)) for t = √(2α (1/p - 1)) cos φ and p = u^(1/α); rounding may pass 0 and 1.
        double p = PortableMath.Exp(PortableMath.Log(1 - NextDouble()) / alpha); // of (0, 1]: the logarithm is finite
        (double cosine, _) = PortableMath.CosineSine(NextDouble());
        return Math.Clamp(0.5 + 0.5 * cosine * Math.Sqrt((1 - p) / (p + (1 - p) * cosine * cosine)), 0, 1);
    }

    /// <summary>Puts items into random order, every order equally likely (Fisher and Yates).</summary>
    /// <param name="items">Permuted in place.</param>
    public void Shuffle(Span<int> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>Writes the numbers 0, 1, ... in random order.</summary>
    /// <param name="permutation">Overwritten.</param>
    public void Permutation(Span<int> permutation)
    {
        for (int i = 0; i < permutation.Length; i++)
            permutation[i] = i;
        Shuffle(permutation);
    }
}
