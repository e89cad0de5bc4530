namespace AotNet.Compiler.Planning;

/// <summary>A kernel that adds something up over samples.</summary>
/// <param name="Name">Layer and pass.</param>
public abstract record SampleSum(string Name) : Kernel(Name)
{
    /// <summary>Portions that samples are cut into, each with sums of its own, which are not divided by the samples; 1 where they are not cut.</summary>
    public int Portions { get; init; } = 1;
}
