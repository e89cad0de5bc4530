namespace AotNet.Compiler.Graphs;

/// <summary>Extents of one sample, outermost first, without the batch.</summary>
public readonly record struct Shape(EquatableArray<int> Extents)
{
    /// <summary>A vector of <paramref name="width"/> features.</summary>
    public static Shape Vector(int width) => new(new EquatableArray<int>([width]));

    /// <summary>Values in one sample.</summary>
    public long Size => Extents.Aggregate(1L, static (product, extent) => product * extent);

    /// <summary>Extents joined by x: <c>28x28x1</c>.</summary>
    public override string ToString() => string.Join("x", Extents);
}
