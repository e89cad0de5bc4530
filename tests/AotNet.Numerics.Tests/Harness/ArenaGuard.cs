using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>
/// Fills everything of an arena that need not outlive a call with NaN, so that a value read before it is written shows,
/// and finds writes outside of buffers: the gaps between them hold NaNs whose payload nothing computes.
/// </summary>
public sealed unsafe class ArenaGuard
{
    const uint Sentinel = 0x7FC5_A5A5;

    readonly Arena arena;
    readonly List<(long First, long End)> gaps = [];
    readonly long transient;

    /// <summary>Guards the arena of a network of this graph.</summary>
    public ArenaGuard(CompiledNetwork network, Graph graph)
    {
        arena = network.Memory;
        MemoryPlan memory = Planner.Plan(graph).Memory;
        transient = memory.Placements.Where(static place => !place.Buffer.Persists).Min(static place => place.Offset);
        long end = 0;
        foreach ((long first, long next) in Occupied(memory).Order())
        {
            if (first > end)
                gaps.Add((end, first));
            end = Math.Max(end, next);
        }
        gaps.Add((end, memory.Length));
    }

    /// <summary>Floats in all gaps.</summary>
    public long GapLength => gaps.Sum(static gap => gap.End - gap.First);

    /// <summary>Fills transient buffers with NaN and gaps with sentinels.</summary>
    public void Poison()
    {
        arena.Fill(transient * sizeof(float), arena.Length - transient * sizeof(float), float.NaN);
        foreach ((long first, long end) in gaps)
            new Span<uint>((uint*)arena.Base + first, (int)(end - first)).Fill(Sentinel);
    }

    /// <summary>Fails when a sentinel was overwritten since <see cref="Poison"/>.</summary>
    public void Check()
    {
        foreach ((long first, long end) in gaps)
        {
            for (long i = first; i < end; i++)
                Assert.True(((uint*)arena.Base)[i] == Sentinel, $"Float {i} of the arena, in the gap from {first} to {end}, was written.");
        }
    }

    static IEnumerable<(long First, long End)> Occupied(MemoryPlan memory)
    {
        // Learned values, gradients and both moments are runs of their own, padding rows of primal solves included.
        long length = memory.ParameterLength;
        foreach (long start in new[] { memory.Parameters, memory.Gradients, memory.Moments, memory.SecondMoments })
            yield return (start, start + length);
        foreach (Placement place in memory.Placements)
            yield return (place.Offset, place.Offset + (place.Buffer.Length + 15) / 16 * 16);
    }
}
