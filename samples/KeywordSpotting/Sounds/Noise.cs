namespace KeywordSounds;

/// <summary>
/// Random numbers by SplitMix64 (Steele, Lea and Flood 2014): written out, so that a seed means the same sounds under every
/// version of the library.
/// </summary>
/// <param name="seed">Different ones for different sounds.</param>
sealed class Noise(ulong seed)
{
    ulong state = seed;

    /// <summary>Uniform over a range.</summary>
    public double Between(double least, double most) => least + (most - least) * ((Next() >> 11) * (1.0 / (1UL << 53)));

    /// <summary>About N(0, 1): the sum of twelve uniform numbers, which needs no function that machines may round apart.</summary>
    public double Gaussian()
    {
        // Three draws of four 16-bit numbers each.
        long sum = 0;
        for (int draw = 0; draw < 3; draw++)
        {
            ulong bits = Next();
            sum += (long)(bits & 0xFFFF) + (long)(bits >> 16 & 0xFFFF) + (long)(bits >> 32 & 0xFFFF) + (long)(bits >> 48);
        }
        return (sum - 12 * 32767.5) / 65536;
    }

    ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
