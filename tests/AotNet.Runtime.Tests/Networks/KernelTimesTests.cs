namespace AotNet.Runtime.Tests.Networks;

/// <summary>Times of kernels, added up by layer and pass.</summary>
public sealed class KernelTimesTests
{
    static readonly TimedKernel[] Kernels = [new TimedKernel("conv1", 10), new TimedKernel("conv1", 5), new TimedKernel("conv1 dW", 7)];

    [Fact]
    public void Kernels_of_one_name_are_one_entry_and_the_update_is_the_last()
    {
        var times = new KernelTimes(Kernels);
        Step(times);
        Step(times);
        Assert.Equal(2, times.Steps);
        Assert.Equal([("conv1", 15L), ("conv1 dW", 7L), ("update", 0L)], times.PerStep().Select(static entry => (entry.Name, entry.Flops)));
        Assert.True(times.PerStep()[0].Seconds >= 0.002, "two kernels of a millisecond each");
    }

    [Fact]
    public void Work_that_was_not_done_does_not_count()
    {
        // Of the two ways to conv1 one ran, and in one of two steps neither did.
        var times = new KernelTimes(Kernels);
        times.Begin();
        times.Mark(0);
        times.Mark(2);
        times.End();
        times.Begin();
        times.Mark(2);
        times.End();
        Assert.Equal([("conv1", 5L), ("conv1 dW", 7L), ("update", 0L)], times.PerStep().Select(static entry => (entry.Name, entry.Flops)));
    }

    /// <summary>Kernels of a sequence run for some of the samples at a time.</summary>
    [Fact]
    public void Work_done_in_parts_counts_once_a_step()
    {
        var times = new KernelTimes(Kernels);
        for (int step = 0; step < 2; step++)
        {
            times.Begin();
            for (int part = 0; part < 3; part++)
            {
                times.Mark(0);
                times.Mark(1);
            }
            times.End();
        }
        Assert.Equal([("conv1", 15L), ("conv1 dW", 0L), ("update", 0L)], times.PerStep().Select(static entry => (entry.Name, entry.Flops)));
    }

    [Fact]
    public void Nothing_is_left_of_times_that_are_forgotten()
    {
        var times = new KernelTimes(Kernels);
        Step(times);
        times.Reset();
        Assert.Equal(0, times.Steps);
        Assert.All(times.PerStep(), static entry => Assert.Equal(0, entry.Seconds));
    }

    static void Step(KernelTimes times)
    {
        times.Begin();
        for (int kernel = 0; kernel < Kernels.Length; kernel++)
        {
            Thread.Sleep(1);
            times.Mark(kernel);
        }
        times.End();
    }
}
