namespace AotNet.Runtime.Tests.Threading;

public sealed class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(64)]
    public void Every_worker_runs_once_per_run(int workers)
    {
        using var team = new WorkerTeam(workers);
        int[] calls = new int[workers];
        var job = new Job(worker => Interlocked.Increment(ref calls[worker]));
        for (int run = 1; run <= 50; run++)
        {
            team.Run(job);
            Assert.All(calls, count => Assert.Equal(run, count));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Barrier_makes_all_writes_visible(int workers)
    {
        const int phases = 200;
        using var team = new WorkerTeam(workers);
        int[] cells = new int[workers * 32]; // plain writes: the barrier alone orders them
        int wrong = 0;
        var job = new Job(worker =>
        {
            for (int phase = 1; phase <= phases; phase++)
            {
                cells[worker * 32] = phase;
                team.Barrier(worker);
                for (int other = 0; other < workers; other++)
                {
                    if (cells[other * 32] != phase)
                        Interlocked.Increment(ref wrong);
                }
                team.Barrier(worker);
            }
        });
        for (int run = 0; run < 5; run++)
            team.Run(job);
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Parked_workers_come_back()
    {
        using var team = new WorkerTeam(3);
        int calls = 0;
        var job = new Job(worker =>
        {
            if (worker == 0)
                Thread.Sleep(20); // far beyond the spin: the others park at the barrier
            team.Barrier(worker);
            if (worker != 0)
                Thread.Sleep(20); // and now the caller parks, waiting for the end
            Interlocked.Increment(ref calls);
        });
        for (int run = 1; run <= 5; run++)
        {
            team.Run(job);
            Assert.Equal(3 * run, calls);
            Thread.Sleep(5); // idle workers park between runs
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 2)]
    public void A_failure_reaches_the_caller_without_deadlock(int workers, int failing)
    {
        using var team = new WorkerTeam(workers);
        var job = new Job(worker =>
        {
            team.Barrier(worker);
            if (worker == failing)
                throw new InvalidDataException("on purpose");
            team.Barrier(worker);
        });
        var error = Assert.Throws<InvalidDataException>(() => team.Run(job));
        Assert.Equal("on purpose", error.Message);
        if (workers > 1)
            Assert.Same(error, Assert.Throws<InvalidOperationException>(() => team.Run(job)).InnerException);
    }

    [Fact]
    public void A_run_inside_a_run_is_refused()
    {
        using var team = new WorkerTeam(2);
        var inner = new Job(_ => { });
        var outer = new Job(worker =>
        {
            if (worker == 0)
                team.Run(inner);
        });
        Assert.Throws<InvalidOperationException>(() => team.Run(outer));
    }

    [Fact]
    public void Disposed_team_refuses_to_run_and_ends_its_threads()
    {
        var team = new WorkerTeam(4);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(new Job(_ => { })));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(257)]
    public void Team_sizes_outside_the_range_are_refused(int workers) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(workers));

    [Fact]
    public void Split_covers_everything_once_and_evenly()
    {
        int[] counts = [0, 1, 2, 7, 8, 9, 1000, int.MaxValue];
        foreach (int count in counts)
        {
            for (int workers = 1; workers <= 9; workers++)
            {
                int expected = 0;
                for (int worker = 0; worker < workers; worker++)
                {
                    WorkerTeam.Split(count, worker, workers, out int first, out int last);
                    Assert.Equal(expected, first);
                    Assert.InRange(last - first, count / workers, (int)((count + (long)workers - 1) / workers));
                    expected = last;
                }
                Assert.Equal(count, expected);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Warmed_runs_allocate_nothing(int workers)
    {
        using var team = new WorkerTeam(workers);
        var job = new Job(worker =>
        {
            for (int i = 0; i < 3; i++)
                team.Barrier(worker);
        });
        for (int run = 0; run < 50; run++)
            team.Run(job);
        Assert.Equal(new long[workers], AllocationMeter.Measure(team, 1000, () => team.Run(job)));
    }

    sealed class Job(Action<int> work) : IWorkerJob
    {
        public void Work(int worker) => work(worker);
    }
}
