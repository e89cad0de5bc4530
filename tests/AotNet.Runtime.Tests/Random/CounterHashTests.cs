using System.Numerics;
using System.Runtime.Intrinsics;

namespace AotNet.Runtime.Tests.Random;

public sealed class CounterHashTests
{
    static readonly ulong Key = CounterHash.Key(seed: 1, stream: 2, step: 3);

    [Fact]
    public void Widths_agree_bit_for_bit()
    {
        for (uint i = 0; i < 10_000; i++)
        {
            uint counter = i * 429_497 + 5;
            ulong key = CounterHash.Key(i, i / 3, i / 7);
            Vector512<uint> counters = Vector512.Create(counter) + Vector512<uint>.Indices;
            Vector512<uint> wide = CounterHash.Bits(counters, key);
            Assert.Equal(wide.GetLower(), CounterHash.Bits(counters.GetLower(), key));
            Assert.Equal(wide.GetUpper(), CounterHash.Bits(counters.GetUpper(), key));
            int lane = (int)(i % 16);
            Assert.Equal(wide[lane], CounterHash.Bits(counters[lane], key));
            Vector512<float> uniform = CounterHash.Uniform(wide);
            Assert.Equal(uniform.GetUpper(), CounterHash.Uniform(wide.GetUpper()));
            Assert.Equal(uniform[lane], CounterHash.Uniform(wide[lane]));
            Assert.InRange(uniform[lane], 0f, 1f - 1f / (1 << 24));
        }
        Assert.Equal(0f, CounterHash.Uniform(255u));
        Assert.Equal(1f - 1f / (1 << 24), CounterHash.Uniform(uint.MaxValue));
    }

    [Fact]
    public void Values_are_the_same_for_ever()
    {
        // Seeds name networks: these numbers may never change.
        Assert.Equal(0x871B275E2C983E04UL, CounterHash.Key(0, 0, 0));
        Assert.Equal(0xEF9AF67CD3D33C4FUL, Key);
        Assert.Equal(0x007E2E0Au, CounterHash.Bits(0, Key));
        Assert.Equal(0x56992A72u, CounterHash.Bits(1, Key));
    }

    [Fact]
    public void Every_output_bit_is_set_half_the_time()
    {
        const int count = 1 << 18;
        int[] set = new int[32];
        for (uint counter = 0; counter < count; counter++)
        {
            uint bits = CounterHash.Bits(counter, Key);
            for (int bit = 0; bit < 32; bit++)
                set[bit] += (int)(bits >> bit) & 1;
        }
        double deviation = Math.Sqrt(count) / 2;
        Assert.All(set, ones => Assert.InRange((ones - count / 2) / deviation, -5, 5));
    }

    [Fact]
    public void Each_counter_bit_changes_each_output_bit_half_the_time()
    {
        const int count = 1 << 14;
        double deviation = Math.Sqrt(count) / 2;
        for (int input = 0; input < 32; input++)
        {
            int[] changed = new int[32];
            for (uint i = 0; i < count; i++)
            {
                uint counter = i * 0x01000193;
                uint difference = CounterHash.Bits(counter, Key) ^ CounterHash.Bits(counter ^ (1u << input), Key);
                for (int bit = 0; bit < 32; bit++)
                    changed[bit] += (int)(difference >> bit) & 1;
            }
            Assert.All(changed, flips => Assert.InRange((flips - count / 2) / deviation, -6.5, 6.5));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(24)]
    public void Bytes_of_consecutive_counters_are_uniform_alone_and_in_pairs(int shift)
    {
        const uint count = 1 << 20;
        long[] single = new long[256];
        long[] pairs = new long[1 << 12]; // upper six bits of a byte and of the next counter's
        uint previous = 0;
        for (uint counter = 0; counter < count; counter++)
        {
            uint value = (CounterHash.Bits(counter, Key) >> shift) & 255;
            single[value]++;
            pairs[(previous >> 2 << 6) | (value >> 2)]++;
            previous = value;
        }
        Statistics.AssertUniform(single);
        Statistics.AssertUniform(pairs);
    }

    [Theory]
    [InlineData(1UL, 2u, 4UL)] // the next step
    [InlineData(1UL, 3u, 3UL)] // the next layer
    [InlineData(2UL, 2u, 3UL)] // the next seed
    [InlineData(1UL | 1UL << 63, 2u, 3UL)]
    public void Neighbouring_keys_give_unrelated_bits(ulong seed, uint stream, ulong step)
    {
        ulong other = CounterHash.Key(seed, stream, step);
        const int count = 1 << 16;
        long agreeing = 0;
        for (uint counter = 0; counter < count; counter++)
            agreeing += 32 - BitOperations.PopCount(CounterHash.Bits(counter, Key) ^ CounterHash.Bits(counter, other));
        double deviation = Math.Sqrt(32.0 * count) / 2;
        Assert.InRange((agreeing - 16.0 * count) / deviation, -5, 5);
    }
}
