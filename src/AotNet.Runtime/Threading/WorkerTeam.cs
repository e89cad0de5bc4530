using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace AotNet.Runtime;

/// <summary>
/// A fixed set of threads that run one job together; the caller is worker 0. Hand-over and barrier spin for a bounded
/// time and then park, because spinning on collapses as soon as another process holds a core. Nothing is allocated
/// after construction.
/// </summary>
/// <remarks>
/// All waiting is on one of three counters that only ever grow: the number of the run, the number of the last completed
/// run, and the phase of the barrier. A waiter announces itself in <c>sleepers</c> before it looks a last time, a waker
/// changes the counter before it looks for sleepers, both with full fences, so that no wake-up is lost.
/// </remarks>
public sealed class WorkerTeam : IDisposable
{
    /// <summary>Largest team.</summary>
    public const int MaxWorkers = 256;

    // Longer than any barrier of balanced work, shorter than the time that a parked thread takes to come back.
    static readonly long SpinTicks = Stopwatch.Frequency / 20_000; // 50 µs

    // What kernels keep on it: 128 kB of gradients that are about to update weights, and panels.
    const int KernelStack = 160 << 10;

    readonly Thread[] threads;
    readonly object parking = new();
    readonly bool spins;
    Counters counters;
    IWorkerJob? job;
    Exception? failure;
    volatile bool broken;
    volatile bool stopping;
    int running;

    /// <summary>Starts the workers and waits until they are parked.</summary>
    /// <param name="workers">Number of workers with the caller, 1 to <see cref="MaxWorkers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="workers"/> is outside 1 to 256.</exception>
    public WorkerTeam(int workers)
    {
        if (workers is < 1 or > MaxWorkers)
            throw new ArgumentOutOfRangeException(nameof(workers), workers, $"Expected 1 to {MaxWorkers} workers.");
        Workers = workers;
        spins = workers <= Environment.ProcessorCount;
        threads = new Thread[workers - 1];
        if (workers > 1)
            StartThreads();
    }

    /// <summary>
    /// Starts the threads in a way that meets everything for which the runtime allocates when it first happens, so that
    /// no step pays for it: a lock that has to be waited for, and the first wait of each thread, the caller's included.
    /// </summary>
    void StartThreads()
    {
        lock (parking)
        {
            for (int i = 0; i < threads.Length; i++)
            {
                int worker = i + 1;
                threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"AotNet worker {worker}" };
                threads[i].Start();
            }
            AwaitArrival();
            Monitor.Wait(parking, 0);
        }
        while (Volatile.Read(ref counters.Sleepers) != threads.Length)
            Thread.Yield();
    }

    /// <summary>Waits until the threads wait for the lock; some systems may not show it, but after a millisecond they do.</summary>
    void AwaitArrival()
    {
        long start = Stopwatch.GetTimestamp();
        foreach (Thread thread in threads)
        {
            while ((thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) == 0 && Stopwatch.GetElapsedTime(start).TotalMilliseconds < 1)
                Thread.Yield();
        }
    }

    /// <summary>Number of workers with the caller.</summary>
    public int Workers { get; }

    /// <summary>
    /// Ticks of <see cref="Stopwatch"/> that workers have waited for others after they gave up spinning, while runs were under
    /// way; grows when workers do not run.
    /// </summary>
    internal long Waited => Volatile.Read(ref counters.Waited);

    /// <summary>Runs <paramref name="work"/> on all workers and returns when every one is done.</summary>
    /// <param name="work">Called once per worker, at the same time.</param>
    /// <exception cref="InvalidOperationException">
    /// A worker failed in an earlier run, or this team is running already: one run at a time, from one thread.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    /// <remarks>An exception of any worker ends the team: it is thrown here once all workers have returned.</remarks>
    public void Run(IWorkerJob work)
    {
        if (Workers == 1)
            work.Work(0);
        else
            RunTogether(work);
    }

    /// <summary>
    /// Returns once all workers of the current run have called it as often as this one; writes made before it are
    /// visible to all after it.
    /// </summary>
    /// <param name="worker">The caller's number; kept for symmetry with <see cref="IWorkerJob.Work"/>.</param>
    /// <exception cref="InvalidOperationException">Another worker failed and will not come.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Barrier(int worker)
    {
        if (Workers != 1)
            Meet();
    }

    /// <summary>
    /// Cuts 0 ... <paramref name="count"/> into contiguous parts whose lengths differ by at most one.
    /// </summary>
    /// <param name="count">Number of items, at least 0.</param>
    /// <param name="worker">Part asked for.</param>
    /// <param name="workers">Number of parts.</param>
    /// <param name="first">First item of the part.</param>
    /// <param name="last">Item after its last one; equal to <paramref name="first"/> when the part is empty.</param>
    public static void Split(int count, int worker, int workers, out int first, out int last)
    {
        (int size, int longer) = Math.DivRem(count, workers);
        first = worker * size + Math.Min(worker, longer);
        last = first + size + (worker < longer ? 1 : 0);
    }

    /// <summary>Ends the worker threads. Must not be called while a run is under way.</summary>
    public void Dispose()
    {
        if (stopping)
            return;
        stopping = true;
        Advance(ref counters.Run);
        foreach (Thread thread in threads)
            thread.Join();
    }

    void RunTogether(IWorkerJob work)
    {
        if (Interlocked.Exchange(ref running, 1) != 0)
            throw new InvalidOperationException("The worker team is running already; a run cannot start another.");
        try
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            if (broken)
                throw new InvalidOperationException("A worker failed in an earlier run; this team cannot run any more.", failure);
            job = work;
            counters.Pending = threads.Length;
            int completed = counters.Completed;
            Advance(ref counters.Run);
            Execute(work, 0);
            AwaitChange(ref counters.Completed, completed, breakable: false, spins, ref counters.Waited);
            job = null;
            if (broken)
                ExceptionDispatchInfo.Throw(failure!);
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    void Serve(int worker)
    {
        TouchStack();
        int run = 0;
        bool spin = false;
        while (true)
        {
            AwaitChange(ref counters.Run, run, breakable: false, spin, ref counters.Idle);
            run++;
            if (stopping)
                return;
            Execute(job!, worker);
            if (Interlocked.Decrement(ref counters.Pending) == 0)
                Advance(ref counters.Completed);
            spin = spins;
        }
    }

    /// <summary>Has the system give this thread the memory of its stack now: a kernel keeps its panels there, and its first call may come late.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static unsafe void TouchStack()
    {
        byte* memory = stackalloc byte[KernelStack];
        for (int i = 0; i < KernelStack; i += Environment.SystemPageSize)
            Volatile.Write(ref memory[i], 0);
    }

    void Execute(IWorkerJob work, int worker)
    {
        try
        {
            work.Work(worker);
        }
        catch (Exception exception)
        {
            // Whoever waits at the barrier for this worker has to be released, or the run never ends.
            Interlocked.CompareExchange(ref failure, exception, null);
            broken = true;
            Interlocked.MemoryBarrier();
            Wake();
        }
    }

    void Meet()
    {
        int phase = Volatile.Read(ref counters.Phase); // cannot change before this worker arrives
        if (Interlocked.Increment(ref counters.Arrived) == Workers)
        {
            counters.Arrived = 0;
            Advance(ref counters.Phase);
        }
        else if (!AwaitChange(ref counters.Phase, phase, breakable: true, spins, ref counters.Waited))
        {
            throw new InvalidOperationException("Another worker failed; the barrier cannot be passed.");
        }
    }

    /// <summary>Waits until <paramref name="counter"/> is no longer <paramref name="old"/>; false when the team broke instead.</summary>
    bool AwaitChange(ref int counter, int old, bool breakable, bool spin, ref long waited)
    {
        long start = Stopwatch.GetTimestamp();
        if (spin)
        {
            do
            {
                for (int i = 0; i < 32; i++)
                {
                    if (Volatile.Read(ref counter) != old)
                        return true;
                    Pause();
                }
                if (breakable && broken)
                    return Volatile.Read(ref counter) != old;
            }
            while (Stopwatch.GetTimestamp() - start < SpinTicks);
        }

        lock (parking)
        {
            Interlocked.Increment(ref counters.Sleepers);
            while (Volatile.Read(ref counter) == old && !(breakable && broken))
                Monitor.Wait(parking);
            Interlocked.Decrement(ref counters.Sleepers);
        }
        Interlocked.Add(ref waited, Stopwatch.GetTimestamp() - start);
        return Volatile.Read(ref counter) != old;
    }

    void Advance(ref int counter)
    {
        Interlocked.Increment(ref counter);
        Wake();
    }

    void Wake()
    {
        if (Volatile.Read(ref counters.Sleepers) == 0)
            return;
        lock (parking)
            Monitor.PulseAll(parking);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Pause()
    {
        if (X86Base.IsSupported)
            X86Base.Pause();
        else
            Thread.SpinWait(1);
    }

    /// <summary>Each counter on a cache line pair of its own: spinning on one must not slow writes to another.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 6 * 128)]
    struct Counters
    {
        /// <summary>Number of the run that workers may have begun.</summary>
        [FieldOffset(128)] public int Run;

        /// <summary>Workers that have not finished the run.</summary>
        [FieldOffset(256)] public int Pending;

        /// <summary>Number of runs that are finished.</summary>
        [FieldOffset(260)] public int Completed;

        /// <summary>Workers at the barrier.</summary>
        [FieldOffset(384)] public int Arrived;

        /// <summary>Barriers passed.</summary>
        [FieldOffset(512)] public int Phase;

        /// <summary>Threads parked or about to park.</summary>
        [FieldOffset(640)] public int Sleepers;

        /// <summary>Ticks of waits within runs that were long enough to park.</summary>
        [FieldOffset(648)] public long Waited;

        /// <summary>Likewise between runs.</summary>
        [FieldOffset(656)] public long Idle;
    }
}
