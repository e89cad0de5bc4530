using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Neighbouring panels of equal width.</summary>
/// <param name="First">First vector.</param>
/// <param name="Count">Number of panels.</param>
/// <param name="Vectors">Vectors across each.</param>
readonly record struct PanelGroup(int First, int Count, int Vectors)
{
    /// <summary>Whether the last 8 columns are padding that need not be computed, only zeroed.</summary>
    internal bool EndsInPadding { get; init; }

    /// <summary>Columns of each, padding included.</summary>
    internal int Width(InstructionSet instructions) =>
        Vectors * instructions.Lanes + (EndsInPadding && instructions.Lanes == 8 ? 8 : 0);
}

/// <summary>Cuts the columns of a result into panels.</summary>
static class PanelSplit
{
    /// <summary>
    /// Panels for <paramref name="columns"/> columns, padded to a multiple of 16. Where 8 of the last 16 columns or more are
    /// padding, the last panel leaves them out: it ends in half a vector, or has one less.
    /// </summary>
    internal static IReadOnlyList<PanelGroup> Cut(InstructionSet instructions, int columns)
    {
        int vectors = Buffer.RoundUp(columns, 16) / instructions.Lanes;
        if (columns % 16 is 0 or > 8)
            return Cut(vectors, instructions.TileVectors);
        if (instructions.Lanes == 8)
            vectors--;
        List<PanelGroup> groups = [.. Cut(vectors, instructions.TileVectors)];
        PanelGroup last = groups[groups.Count - 1];
        groups.RemoveAt(groups.Count - 1);
        if (last.Count > 1)
            groups.Add(last with { Count = last.Count - 1 });
        groups.Add(new PanelGroup(last.First + (last.Count - 1) * last.Vectors, 1, last.Vectors) { EndsInPadding = true });
        return groups;
    }

    /// <summary>
    /// As few panels as possible whose widths differ by at most one vector, wide ones first: 7 vectors by at most 3 are
    /// 3 + 2 + 2, never 3 + 3 + 1, because a narrow tile cannot hide the latency of its multiply-adds.
    /// </summary>
    internal static IReadOnlyList<PanelGroup> Cut(int vectors, int widest)
    {
        int count = (vectors + widest - 1) / widest, narrow = vectors / count, wide = vectors - count * narrow;
        var groups = new List<PanelGroup>(2);
        if (wide > 0)
            groups.Add(new PanelGroup(0, wide, narrow + 1));
        if (wide < count)
            groups.Add(new PanelGroup(wide * (narrow + 1), count - wide, narrow));
        return groups;
    }
}
