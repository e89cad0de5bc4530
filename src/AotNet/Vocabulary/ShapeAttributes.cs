namespace AotNet;

/// <summary>The shape of one sample of a <see cref="Tensor"/> or <see cref="Targets"/> parameter, without the batch.</summary>
/// <param name="extents">Extents, outermost first; images are height, width, channels.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ShapeAttribute(params int[] extents) : Attribute
{
    /// <summary>Extents of one sample, outermost first.</summary>
    public int[] Extents { get; } = extents;
}

/// <summary>The number of classes that a <see cref="Labels"/> parameter chooses from.</summary>
/// <param name="count">Classes; labels run from 0 to <paramref name="count"/> - 1.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ClassesAttribute(int count) : Attribute
{
    /// <summary>Number of classes.</summary>
    public int Count { get; } = count;
}
