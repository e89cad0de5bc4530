namespace AotNet.Training.Data;

/// <summary>
/// Has the system provide the memory of an array while somebody fills it from its beginning: a thread touches its pages from
/// the end on. The system clears each page before it is first used, which in a virtual machine may take longer than
/// decompressing what goes there.
/// </summary>
sealed class Prefault : IDisposable
{
    const int LeastBytes = 4 << 20;

    readonly Thread? thread;
    volatile bool stopping;

    /// <summary>Begins, where the array is worth a thread and there is a processor for it.</summary>
    public Prefault(byte[] values)
    {
        if (values.Length < LeastBytes || Environment.ProcessorCount == 1)
            return;
        thread = new Thread(() => Touch(values)) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Ends; nobody touches the array afterwards.</summary>
    public void Dispose()
    {
        stopping = true;
        thread?.Join();
    }

    void Touch(byte[] values)
    {
        // A write that changes nothing, and in one operation, so that no byte is lost that the reader writes meanwhile.
        for (int i = values.Length - 1; i >= 0 && !stopping; i -= Environment.SystemPageSize)
            Interlocked.CompareExchange(ref values[i], 0, 0);
    }
}
