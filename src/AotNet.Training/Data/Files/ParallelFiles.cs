namespace AotNet.Training.Data.Files;

/// <summary>Reads files and hands each to one of several threads. The first problem, in the order of the files, ends it.</summary>
/// <param name="tree">Where the files lie.</param>
/// <param name="files">Their names.</param>
/// <param name="threads">Threads.</param>
sealed class ParallelFiles(FileTree tree, string[] files, int threads)
{
    /// <summary>How often progress is told.</summary>
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    readonly Lock failing = new();
    (int File, Exception Problem)? first;
    int done;
    volatile bool stopped;

    /// <summary>What becomes of one file, on some thread.</summary>
    /// <param name="worker">The thread's own worker.</param>
    /// <param name="file">Number of the file.</param>
    /// <param name="bytes">Its bytes.</param>
    public delegate void Work<in T>(T worker, int file, ReadOnlySpan<byte> bytes);

    /// <summary>Reads every file; see <see cref="ThrowFirst"/> for what went wrong.</summary>
    /// <param name="createWorker">Makes what one thread works with.</param>
    /// <param name="work">Called once for each file.</param>
    /// <param name="progress">Told on this thread how many files are done.</param>
    public void Run<T>(Func<T> createWorker, Work<T> work, Action<int>? progress = null)
    {
        using FileCursor cursor = tree.Read(files);
        var team = new Thread[Math.Clamp(threads, 1, Math.Max(files.Length, 1))];
        for (int i = 0; i < team.Length; i++)
        {
            team[i] = new Thread(() => Serve(cursor, createWorker(), work));
            team[i].Start();
        }
        foreach (Thread thread in team)
        {
            while (!thread.Join(Tick))
                progress?.Invoke(Volatile.Read(ref done));
        }
    }

    /// <summary>Throws what went wrong at the first of the files with which anything did.</summary>
    public void ThrowFirst()
    {
        if (first is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure.Problem);
    }

    void Serve<T>(FileCursor cursor, T worker, Work<T> work)
    {
        byte[] buffer = [];
        int file = files.Length;
        try
        {
            // Files are begun in their order: whatever thread fails first, those before it are still finished.
            while (!stopped && cursor.Next(ref buffer, out file, out int length))
            {
                work(worker, file, buffer.AsSpan(0, length));
                Interlocked.Increment(ref done);
            }
        }
        catch (Exception problem)
        {
            lock (failing)
            {
                stopped = true;
                if (first is null || file < first.Value.File)
                    first = (file, problem);
            }
        }
    }
}
