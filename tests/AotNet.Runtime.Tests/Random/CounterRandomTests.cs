namespace AotNet.Runtime.Tests.Random;

public sealed class CounterRandomTests
{
    [Fact]
    public void State_restores_the_sequence_anywhere()
    {
        var random = CounterRandom.FromSeed(7, stream: 3);
        for (int i = 0; i < 100; i++)
        {
            random.NextGaussian();
            random.NextInt(1000);
            var restored = new CounterRandom(random.Key, random.Counter);
            var copy = random;
            for (int k = 0; k < 5; k++)
                Assert.Equal(copy.NextULong(), restored.NextULong());
            Assert.Equal(copy.NextGaussian(), restored.NextGaussian());
        }
    }

    [Fact]
    public void Values_are_the_same_for_ever()
    {
        var random = CounterRandom.FromSeed(42, stream: 0);
        Assert.Equal(0xA47D14BA18A3A851UL, random.NextULong());
        Assert.Equal(0xCA121A4Eu, random.NextUInt());
        Assert.Equal(0x4000DDFBDAE138B3L, BitConverter.DoubleToInt64Bits(random.NextGaussian()));
        int[] permutation = new int[8];
        random.Permutation(permutation);
        Assert.Equal([0, 7, 1, 2, 3, 5, 6, 4], permutation);
        Assert.Equal(0x3FB77A16DEE0893CL, BitConverter.DoubleToInt64Bits(random.NextBeta(0.2)));
    }

    [Fact]
    public void Floats_are_uniform_and_below_one()
    {
        var random = CounterRandom.FromSeed(1, stream: 1);
        long[] counts = new long[1000];
        for (int i = 0; i < 1_000_000; i++)
        {
            float value = random.NextFloat();
            Assert.True(value is >= 0f and < 1f);
            counts[(int)(value * 1000)]++;
        }
        Statistics.AssertUniform(counts);
    }

    [Fact]
    public void Integers_have_no_modulo_bias()
    {
        // With 3 · 2³⁰ a plain modulo would draw the lowest third twice as often.
        var random = CounterRandom.FromSeed(1, stream: 2);
        const int bound = int.MaxValue / 4 * 3;
        long[] counts = new long[3];
        for (int i = 0; i < 300_000; i++)
            counts[random.NextInt(bound) / (bound / 3 + 1)]++;
        Statistics.AssertUniform(counts);
        for (int i = 0; i < 100; i++)
            Assert.Equal(0, random.NextInt(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CounterRandom(1).NextInt(0));
    }

    [Fact]
    public void Gaussians_follow_the_normal_distribution()
    {
        var random = CounterRandom.FromSeed(9, stream: 0);
        const int count = 500_000;
        double[] moments = new double[5];
        double product = 0;
        long[] quantiles = new long[64]; // bins of equal probability by the distribution function
        for (int i = 0; i < count; i++)
        {
            (double x, double y) = random.NextGaussians();
            product += x * y;
            double power = 1;
            for (int k = 1; k <= 4; k++)
                moments[k] += power *= x;
            quantiles[Math.Min(63, (int)(64 * (0.5 + VectorMath.Erf((float)(y / Math.Sqrt(2))) / 2.0)))]++;
        }
        double deviation = 1 / Math.Sqrt(count);
        Assert.InRange(moments[1] / count, -5 * deviation, 5 * deviation);
        Assert.InRange(moments[2] / count - 1, -5 * deviation * Math.Sqrt(2), 5 * deviation * Math.Sqrt(2));
        Assert.InRange(moments[3] / count, -5 * deviation * Math.Sqrt(15), 5 * deviation * Math.Sqrt(15));
        Assert.InRange(moments[4] / count - 3, -5 * deviation * Math.Sqrt(96), 5 * deviation * Math.Sqrt(96));
        Assert.InRange(product / count, -5 * deviation, 5 * deviation);
        Statistics.AssertUniform(quantiles);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(30)]
    [InlineData(1e9)]
    public void Betas_have_the_moments_of_the_beta_distribution(double alpha)
    {
        var random = CounterRandom.FromSeed(11, stream: 0);
        const int count = 400_000;
        double[] moments = new double[5]; // about the mean, 1/2
        for (int i = 0; i < count; i++)
        {
            double value = random.NextBeta(alpha), power = 1;
            Assert.InRange(value, 0, 1);
            for (int k = 1; k <= 4; k++)
                moments[k] += power *= value - 0.5;
        }
        Assert.Equal(2UL * count, random.Counter);
        double variance = 1 / (4 * (2 * alpha + 1)), fourth = 3 * variance * variance * (2 * alpha + 1) / (2 * alpha + 3);
        double deviation = Math.Sqrt(variance / count);
        Assert.InRange(moments[1] / count, -5 * deviation, 5 * deviation);
        Assert.Equal(variance, moments[2] / count, 5 * Math.Sqrt((fourth - variance * variance) / count));
        Assert.Equal(fourth, moments[4] / count, 0.05 * fourth);
    }

    /// <summary>Where the distribution function has a closed form.</summary>
    [Fact]
    public void Betas_follow_the_beta_distribution()
    {
        foreach ((double alpha, Func<double, double> cumulative) in new (double, Func<double, double>)[]
        {
            (0.5, static x => 2 / Math.PI * Math.Asin(Math.Sqrt(x))), (1, static x => x), (2, static x => x * x * (3 - 2 * x)),
        })
        {
            var random = CounterRandom.FromSeed(12, stream: 1);
            long[] quantiles = new long[64];
            for (int i = 0; i < 500_000; i++)
                quantiles[Math.Min(63, (int)(64 * cumulative(random.NextBeta(alpha))))]++;
            Statistics.AssertUniform(quantiles);
        }
    }

    /// <summary>So small that nearly every number is 0 or 1, both equally often.</summary>
    [Fact]
    public void Betas_of_extreme_shapes_are_numbers()
    {
        var random = CounterRandom.FromSeed(13, stream: 0);
        long[] ends = new long[2];
        for (int i = 0; i < 100_000; i++)
        {
            double value = random.NextBeta(1e-6);
            if (value is < 1e-15 or > 1 - 1e-15)
                ends[(int)Math.Round(value)]++;
            Assert.Equal(0.5, random.NextBeta(float.MaxValue), 1e-12);
            Assert.InRange(random.NextBeta(float.Epsilon), 0, 1);
        }
        Assert.True(ends[0] + ends[1] > 99_000);
        Statistics.AssertUniform(ends);
    }

    [Fact]
    public void Permutations_are_permutations_and_equally_likely()
    {
        var random = CounterRandom.FromSeed(5, stream: 4);
        int[] large = new int[10_000];
        random.Permutation(large);
        Assert.Equal(Enumerable.Range(0, large.Length), large.Order());
        Assert.NotEqual(Enumerable.Range(0, large.Length), large);

        var counts = new Dictionary<int, long>();
        int[] four = new int[4];
        for (int i = 0; i < 240_000; i++)
        {
            random.Permutation(four);
            int code = four[0] * 64 + four[1] * 16 + four[2] * 4 + four[3];
            counts[code] = counts.GetValueOrDefault(code) + 1;
        }
        Assert.Equal(24, counts.Count);
        Statistics.AssertUniform([.. counts.Values]);
        random.Permutation([]);
    }

    [Fact]
    public void Portable_functions_match_the_library()
    {
        var random = CounterRandom.FromSeed(3, stream: 0);
        for (int i = 0; i < 100_000; i++)
        {
            double x = random.NextDouble();
            (double cosine, double sine) = PortableMath.CosineSine(x);
            Assert.Equal(Math.Cos(2 * Math.PI * x), cosine, 2e-15);
            Assert.Equal(Math.Sin(2 * Math.PI * x), sine, 2e-15);
            double positive = Math.Exp(200 * (x - 0.5));
            Assert.Equal(Math.Log(positive), PortableMath.Log(positive), 2e-15 * Math.Max(1, Math.Abs(Math.Log(positive))));
        }
        for (int i = 0; i < 100_000; i++)
        {
            double negative = -700 * Math.Pow(random.NextDouble(), 8);
            Assert.Equal(1, PortableMath.Exp(negative) / Math.Exp(negative), 3e-14);
        }
        Assert.Equal(1, PortableMath.Exp(0));
        Assert.True(PortableMath.Exp(double.NegativeInfinity) is > 0 and < 1e-300);
        Assert.Equal(0, PortableMath.Log(1));
        Assert.Equal(1, PortableMath.Power(0.3, 0));
        Assert.Equal(Math.Pow(0.9, 1001), PortableMath.Power(0.9, 1001), 1e-59);
    }

    [Fact]
    public void Gaussians_in_bulk_have_the_bits_of_those_in_pairs()
    {
        var random = new CounterRandom(0x1234_5678_9ABC_DEF0, counter: 6);
        CounterRandom bulk = random;
        const double sigma = 0.37;
        var values = new float[GaussianBlock.Unit * 20_000];
        GaussianBlock.Fill(ref bulk, sigma, values.AsSpan(0, GaussianBlock.Unit));
        GaussianBlock.Fill(ref bulk, sigma, values.AsSpan(GaussianBlock.Unit));
        for (int i = 0; i < values.Length; i += 2)
        {
            (double first, double second) = random.NextGaussians();
            Assert.Equal(BitConverter.SingleToInt32Bits((float)(sigma * first)), BitConverter.SingleToInt32Bits(values[i]));
            Assert.Equal(BitConverter.SingleToInt32Bits((float)(sigma * second)), BitConverter.SingleToInt32Bits(values[i + 1]));
        }
        Assert.Equal(random.Counter, bulk.Counter);
    }

    [Fact]
    public void Portable_functions_on_vectors_have_the_bits_of_the_scalar_ones()
    {
        // Ends of the ranges, and both sides of each quarter's border.
        double[] turns = [0, 0.124, 0.125, 0.126, 0.374, 0.375, 0.376, 0.5, 0.624, 0.625, 0.626, 0.874, 0.875, 0.876, 1 - 1.0 / (1L << 53), 1];
        double[] positive = [1, 1.0 / (1L << 53), 0.5, 0.7, 0.70710678, 0.7071068, 0.9999, 1 - 1.0 / (1L << 53), 1.5, 2, 3, 1e9, 1e-300, 1e300, 1.4142135623730951, 1.4142135623730954];
        for (int i = 0; i < turns.Length; i++)
        {
            Assert.Equal(PortableMath.Log(positive[i]), PortableMath.Log(System.Runtime.Intrinsics.Vector256.Create(positive[i]))[i % 4]);
            (double cosine, double sine) = PortableMath.CosineSine(turns[i]);
            var (cosines, sines) = PortableMath.CosineSine(System.Runtime.Intrinsics.Vector256.Create(turns[i]));
            Assert.Equal((BitConverter.DoubleToInt64Bits(cosine), BitConverter.DoubleToInt64Bits(sine)),
                (BitConverter.DoubleToInt64Bits(cosines[i % 4]), BitConverter.DoubleToInt64Bits(sines[i % 4])));
        }
    }
}
