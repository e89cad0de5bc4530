namespace AotNet.Runtime;

/// <summary>Work that is cut into a part for each of the threads that happen to do it.</summary>
public interface ISharedWork
{
    /// <summary>Does one part. What comes of all of them must not depend on their number.</summary>
    /// <param name="worker">The part, 0 to <paramref name="workers"/> - 1.</param>
    /// <param name="workers">Number of parts.</param>
    void Work(int worker, int workers);
}
