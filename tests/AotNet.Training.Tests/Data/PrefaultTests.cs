using AotNet.Training.Data;

namespace AotNet.Training.Tests.Data;

public sealed class PrefaultTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    [InlineData((4 << 20) + 1)]
    [InlineData(24_000_001)]
    public void What_is_written_meanwhile_stays(int length)
    {
        for (int repeat = 1; repeat <= 8; repeat++)
        {
            byte[] values = SampleBytes.Allocate(length);
            using (new Prefault(values))
            {
                // From the end, as the thread goes, so that they meet at many pages.
                for (int i = length - 1; i >= 0; i--)
                    values[i] = (byte)(i * 7 + repeat);
            }
            for (int i = 0; i < length; i++)
            {
                if (values[i] != (byte)(i * 7 + repeat))
                    Assert.Fail($"Byte {i} is {values[i]}.");
            }
        }
    }
}
