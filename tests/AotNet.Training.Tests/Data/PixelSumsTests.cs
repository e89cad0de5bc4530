using AotNet.Training.Data;

namespace AotNet.Training.Tests.Data;

public sealed class PixelSumsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(783)]
    [InlineData(8192 * 32 + 33)]
    [InlineData(3 * 8192 * 32 - 1)]
    public void SumsAreExact(int count)
    {
        var values = new byte[count];
        new Random(count).NextBytes(values);
        Assert.Equal(Naive(values), PixelSums.Of(values));
        // The largest values, whose partial sums come closest to overflowing.
        Array.Fill(values, byte.MaxValue);
        Assert.Equal(((long)count * 255, (long)count * 255 * 255), PixelSums.Of(values));
    }

    [Fact]
    public void SamplesAreMeasuredInAnyOrderAndOnlyThose()
    {
        var values = new byte[40 * 9];
        new Random(3).NextBytes(values);
        var data = new ByteDataset { Source = "test", Count = 40, Features = 9, Values = values };
        int[] samples = [3, 4, 5, 39, 0, 7, 6, 8];
        (long sum, long squares) = Naive([.. samples.SelectMany(sample => values.AsSpan(sample * 9, 9).ToArray())]);
        double mean = sum / (9.0 * samples.Length), variance = squares / (9.0 * samples.Length) - mean * mean;
        Standardization found = data.Measure(samples);
        Assert.All(found.Mean, value => Assert.Equal((float)mean, value));
        Assert.All(found.Scale, value => Assert.Equal((float)(1 / Math.Sqrt(variance)), value));
        Standardization uncentered = data.Measure(samples, centers: false);
        Assert.All(uncentered.Mean, static value => Assert.Equal(0, value));
        Assert.All(uncentered.Scale, value => Assert.Equal((float)(1 / Math.Sqrt(variance + mean * mean)), value, 1e-9f));
    }

    static (long Sum, long Squares) Naive(byte[] values) => (values.Sum(static value => (long)value), values.Sum(static value => (long)value * value));
}
