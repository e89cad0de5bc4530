using AotNet.Training.Data;

namespace AotNet.Training.Tests.Data;

public sealed class SampleBytesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData((2 << 20) + 1)]
    [InlineData(9_000_001)]
    public void Samples_may_be_of_any_length(int length)
    {
        byte[] values = SampleBytes.Allocate(length);
        Assert.Equal(length, values.Length);
        for (int i = 0; i < length; i++)
            values[i] = (byte)(i * 7);
        SampleBytes samples = values;
        ReadOnlySpan<byte> all = samples.Slice(0, length);
        for (int i = 0; i < length; i++)
        {
            if (all[i] != (byte)(i * 7))
                Assert.Fail($"Byte {i} is {all[i]}.");
        }
    }
}
