using System.ComponentModel;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace AotNet.Runtime;

/// <summary>
/// Which terms of a product's sums count: those of blank borders of images, or of categories as one-hot rows, are zero for a
/// whole tile of results, which are the same to the bit without them, as long as the other operand is finite. A list is its length, then terms in ascending order;
/// the length is negative where so many count that the tile had better take them all.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class NonzeroTerms
{
    /// <summary>Rows, or columns, that share a list.</summary>
    public const int TileExtent = 8;

    const int All = -1;

    /// <summary>For each <see cref="TileExtent"/> rows of X, the columns in which any of them is not zero. Workers share the lists.</summary>
    /// <param name="x">X, a row for each of the call.</param>
    /// <param name="columns">Columns of X, a multiple of <see cref="TileExtent"/>.</param>
    /// <param name="stride">Floats from row to row of X.</param>
    /// <param name="lists">One list in a row.</param>
    /// <param name="listStride">Floats from list to list, more than <paramref name="columns"/>.</param>
    /// <param name="c">Context of the pass.</param>
    public static void OfRows(float* x, int columns, nint stride, float* lists, nint listStride, in KernelContext c)
    {
        int most = Most(columns);
        bool all = CountColumns(x, int.Min(TileExtent, c.Rows), columns, stride) > most;
        c.Split((c.Rows + TileExtent - 1) / TileExtent, out int first, out int last);
        for (int tile = first; tile < last; tile++)
        {
            int* list = (int*)(lists + tile * listStride);
            int row = tile * TileExtent;
            *list = all ? All : ListColumns(x + row * stride, int.Min(TileExtent, c.Rows - row), columns, stride, list + 1, most);
        }
    }

    /// <summary>For each <see cref="TileExtent"/> columns of X, the rows in which any of them is not zero. Workers share the lists.</summary>
    /// <param name="x">X, a row for each of the call.</param>
    /// <param name="columns">Columns of X, a multiple of <see cref="TileExtent"/>.</param>
    /// <param name="stride">Floats from row to row of X.</param>
    /// <param name="lists">One list in a row.</param>
    /// <param name="listStride">Floats from list to list, more than the rows of the call.</param>
    /// <param name="c">Context of the pass.</param>
    public static void OfColumns(float* x, int columns, nint stride, float* lists, nint listStride, in KernelContext c)
    {
        int tiles = columns / TileExtent, sample = int.Min(TileExtent, c.Rows), found = 0;
        for (int row = 0; row < sample; row++)
            for (int tile = 0; tile < tiles; tile++)
                found += Counts(x + row * stride + tile * TileExtent);
        bool all = found > Most(sample * tiles);
        c.Split(tiles, out int first, out int last);
        for (int tile = first; tile < last; tile++)
            *(int*)(lists + tile * listStride) = all ? All : 0;
        if (all)
            return;
        for (int row = 0; row < c.Rows; row++)
        {
            for (int tile = first; tile < last; tile++)
            {
                // Each row is written, and stays where the list has become longer.
                int* list = (int*)(lists + tile * listStride);
                int length = *list;
                list[length + 1] = row;
                *list = length + Counts(x + row * stride + tile * TileExtent);
            }
        }
        int most = Most(c.Rows);
        for (int tile = first; tile < last; tile++)
        {
            int* list = (int*)(lists + tile * listStride);
            if (*list > most)
                *list = All;
        }
    }

    /// <summary>The most of so many terms that are worth a list: a tile takes longer for a term that it has to look up.</summary>
    static int Most(int terms) => 7 * terms / 8;

    static int CountColumns(float* x, int rows, int columns, nint stride)
    {
        int count = 0;
        for (int column = 0; column < columns; column += TileExtent)
            count += BitOperations.PopCount(Columns(x + column, rows, stride));
        return count;
    }

    static int ListColumns(float* x, int rows, int columns, nint stride, int* list, int most)
    {
        int count = 0;
        for (int column = 0; column < columns; column += TileExtent)
        {
            for (uint found = Columns(x + column, rows, stride); found != 0; found &= found - 1)
                list[count++] = column + BitOperations.TrailingZeroCount(found);
            if (count > most)
                return All;
        }
        return count;
    }

    /// <summary>A bit for each of <see cref="TileExtent"/> columns that are not zero in all rows.</summary>
    static uint Columns(float* x, int rows, nint stride)
    {
        Vector256<int> any = Vector256<int>.Zero;
        for (int row = 0; row < rows; row++, x += stride)
            any |= *(Vector256<int>*)x;
        return ~Vector256.Equals(any, Vector256<int>.Zero).ExtractMostSignificantBits() & byte.MaxValue;
    }

    /// <summary>1 where any of <see cref="TileExtent"/> values is not zero, else 0.</summary>
    static int Counts(float* x) => *(Vector256<int>*)x == Vector256<int>.Zero ? 0 : 1;
}
