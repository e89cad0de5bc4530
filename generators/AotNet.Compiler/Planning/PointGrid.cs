namespace AotNet.Compiler.Planning;

/// <summary>Windows in squares of two by two, as convolutions at points take them; the last ones may reach beyond the windows.</summary>
/// <param name="Grid">Square windows, one position apart.</param>
readonly record struct PointGrid(PatchGrid Grid)
{
    /// <summary>Points along either axis, and the positions that a square reaches.</summary>
    internal int Side => Grid.KernelHeight + 1;

    /// <summary>Points that products are taken at.</summary>
    internal int Count => Side * Side;

    /// <summary>Rows of squares in an image.</summary>
    internal int Rows => (Grid.Rows + 1) / 2;

    /// <summary>Squares in a row.</summary>
    internal int Columns => (Grid.Columns + 1) / 2;

    /// <summary>Columns of positions that a row of squares reaches, those outside of the image included.</summary>
    internal int ReachedColumns => 2 * (Columns - 1) + Side;

    /// <summary>Those of them that lie in the image.</summary>
    internal int InnerColumns => Math.Min(Grid.Width, ReachedColumns - Grid.Left);

    /// <summary>Channels, rounded up to whole vectors.</summary>
    internal int ChannelStride => Buffer.RoundUp(Grid.Channels, 16);
}
