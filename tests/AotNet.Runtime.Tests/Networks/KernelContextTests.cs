namespace AotNet.Runtime.Tests.Networks;

/// <summary>How kernels cut their work.</summary>
public sealed unsafe class KernelContextTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Parts_cover_everything_once_from_either_end(int workers)
    {
        foreach (int count in new[] { 0, 1, 3, 4, 101 })
        {
            int expected = 0;
            for (int worker = 0; worker < workers; worker++)
            {
                KernelContext context = Of(worker, workers);
                context.Split(count, out int first, out int last);
                Assert.Equal(expected, first);
                expected = last;
                // From the other end, whoever had an item more has one less.
                Of(workers - 1 - worker, workers).SplitReversed(count, out int mirrored, out int end);
                Assert.Equal((first, last), (mirrored, end));
            }
            Assert.Equal(count, expected);
        }
    }

    static KernelContext Of(int worker, int workers) => new()
    {
        Arena = null, Rows = 1, InverseRows = 1, Worker = worker, Workers = workers, Training = true, Step = 0, Seed = 0, Layers = null, Team = null!,
    };
}
