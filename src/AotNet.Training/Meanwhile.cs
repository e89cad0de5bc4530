using System.Runtime.ExceptionServices;

namespace AotNet.Training;

/// <summary>Work that another thread does while its caller goes on.</summary>
/// <typeparam name="T">Its result.</typeparam>
sealed class Meanwhile<T>
    where T : class
{
    readonly Thread thread;
    T? result;
    ExceptionDispatchInfo? failure;

    /// <summary>Begins.</summary>
    public Meanwhile(Func<T> work)
    {
        thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception problem)
            {
                failure = ExceptionDispatchInfo.Capture(problem);
            }
        }) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Waits for the end, and gives the result or throws what the work threw.</summary>
    public T Join()
    {
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
