namespace AotNet.Compiler.Graphs;

/// <summary>Extents of one sample, outermost first, without the batch.</summary>
public readonly record struct Shape(EquatableArray<int> Extents)
{
    /// <summary>A vector of <paramref name="width"/> features.</summary>
    public static Shape Vector(int width) => new(new EquatableArray<int>([width]));

    /// <summary>Values in one sample.</summary>
    public long Size => Extents.Aggregate(1L, static (product, extent) => product * extent);

    /// <summary>Values at each position: the last extent; of a row of features all of them.</summary>
    public int Channels => Extents[Extents.Count - 1];

    /// <summary>Positions of an image or sequence, row after row; 1 for a row of features.</summary>
    public int Positions => (int)(Size / Math.Max(Channels, 1));

    /// <summary>Whether values lie at positions: height x width x channels, or length x channels.</summary>
    public bool HasPositions => Extents.Count > 1;

    /// <summary>Rows of positions; 1 for a sequence.</summary>
    public int Height => Extents.Count == 3 ? Extents[0] : 1;

    /// <summary>Columns of positions: the length of a sequence.</summary>
    public int Width => Extents[Extents.Count - 2];

    /// <summary>An image, or a sequence where this is one, of other extents.</summary>
    public Shape With(int height, int width, int channels) =>
        new(new EquatableArray<int>(Extents.Count == 3 ? [height, width, channels] : [width, channels]));

    /// <summary>Extents joined by x: <c>28x28x1</c>.</summary>
    public override string ToString() => string.Join("x", Extents);
}
