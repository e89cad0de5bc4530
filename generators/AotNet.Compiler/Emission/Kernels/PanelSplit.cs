namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Neighbouring panels of equal width.</summary>
/// <param name="First">First vector.</param>
/// <param name="Count">Number of panels.</param>
/// <param name="Vectors">Vectors across each.</param>
readonly record struct PanelGroup(int First, int Count, int Vectors);

/// <summary>Cuts the columns of a result into panels.</summary>
static class PanelSplit
{
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
