using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Compiler.Tests.Harness;
using CsCheck;

namespace AotNet.Compiler.Tests;

/// <summary>What the arena's layout promises, over random networks.</summary>
public sealed class MemoryPlannerTests
{
    const int Networks = 300;

    /// <summary>Of each network with and without recomputation.</summary>
    static void ForRandomPlans(Action<Plan> check) => RandomNetworks.Gen.Sample(spec =>
    {
        foreach (bool recompute in new[] { false, true })
            check(Planner.Plan(NetworkBuilder.GraphOf(spec with { Recompute = recompute })));
    }, iter: Networks, print: Print);

    [Fact]
    public void BuffersNeededTogetherShareNothing() => ForRandomPlans(plan =>
    {
        // Derived here from the kernels alone, apart from the ranges that the planner noted down.
        List<HashSet<int>> touched = [.. plan.Step.Select(static kernel =>
            kernel.Reads.Concat(kernel.Updates).Concat(kernel.Writes).Select(static buffer => buffer.Id).ToHashSet())];
        int turn = plan.Step.Count() - plan.Backward.Count;
        List<Kernel> step = [.. plan.Step];
        List<(Placement Place, bool[] Needed)> places = [.. plan.Memory.Placements.Select(place => (place, Needed(step, touched, turn, place.Buffer)))];
        foreach ((Placement a, bool[] neededOfA) in places)
        {
            foreach ((Placement b, bool[] neededOfB) in places.Where(other => other.Place.Buffer.Id > a.Buffer.Id))
            {
                bool apart = a.Offset + a.Buffer.Length <= b.Offset || b.Offset + b.Buffer.Length <= a.Offset;
                Assert.True(apart || !neededOfA.Zip(neededOfB).Any(static both => both.First && both.Second), $"{a.Buffer} and {b.Buffer} overlap");
            }
        }
    });

    [Fact]
    public void BuffersStartAtCacheLinesAndLeaveOneFree() => ForRandomPlans(plan =>
    {
        List<Placement> places = [.. plan.Memory.Placements];
        Assert.All(places, place => Assert.Equal(0, place.Offset % 16));
        Assert.All(places, place => Assert.Equal(0, place.Buffer.Stride % 16));
        // Behind every buffer that does not persist lies a line that no buffer alive with it touches.
        foreach (Placement a in places.Where(static place => !place.Buffer.Persists))
        {
            foreach (Placement b in places.Where(b => b.Live.Meets(a.Live) && b.Offset > a.Offset))
                Assert.True(b.Offset >= a.Offset + a.Buffer.Length + 16, $"{b.Buffer} follows {a.Buffer} without a gap");
            Assert.True(a.Offset + a.Buffer.Length + 16 <= plan.Memory.Length, $"{a.Buffer} ends with the arena");
        }
    });

    [Fact]
    public void TheArenaIsNotLargerThanItsParts() => ForRandomPlans(plan =>
    {
        const int gap = 16, blockOfRows = 16;
        long transient = plan.Memory.Placements.Where(static place => !place.Buffer.Persists || place.Buffer.Kind == BufferKind.Statistic)
            .Sum(static place => (place.Buffer.Length + 15) / 16 * 16 + gap);
        long persistent = 4 * MemoryPlanner.Spacing(plan.Memory.ParameterLength);
        Assert.True(plan.Memory.Length <= transient + persistent, $"{plan.Memory.Length} > {transient} + {persistent}");
        // Parameters are padded to whole blocks of rows, no further.
        long parameters = plan.Memory.Runs.Sum(static run => run.Length);
        long padding = plan.Graph.Nodes.Where(static node => node.Op.Method == "Dense")
            .Sum(static node => (blockOfRows - 1L) * Buffer.StrideOf(node.Width));
        Assert.InRange(plan.Memory.ParameterLength, parameters, parameters + padding);
    });

    [Fact]
    public void GradientsRepeatTheLayoutOfParameters() => ForRandomPlans(plan =>
    {
        Dictionary<string, Placement> places = plan.Memory.Placements.Where(static place => place.Buffer.Persists)
            .ToDictionary(static place => place.Buffer.Name);
        foreach (Placement parameter in places.Values.Where(static place => place.Buffer.Kind == BufferKind.Parameter))
        {
            Placement gradient = places[parameter.Buffer.Name + " gradient"];
            Assert.Equal(plan.Memory.Gradients, gradient.Offset - parameter.Offset);
            Assert.Equal((parameter.Buffer.Rows, parameter.Buffer.Stride), (gradient.Buffer.Rows, gradient.Buffer.Stride));
            Assert.Contains(plan.Memory.Runs, run => run.Offset == parameter.Offset && run.Length == parameter.Buffer.Length);
        }
    });

    [Fact]
    public void LongNetworksReuseMemory()
    {
        Plan plan = Planner.Plan(NetworkBuilder.GraphOf(Harness.Networks.Deep(layers: 20)));
        long curvature = plan.Memory.Placements.Where(static place => place.Buffer.Kind == BufferKind.Curvature)
            .Sum(static place => place.Buffer.Length);
        long transient = plan.Memory.Length - plan.Memory.SecondMoments - plan.Memory.ParameterLength;
        Assert.True(transient < curvature, $"{transient} floats are no less than the {curvature} of curvature buffers alone");
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(224, 224)]
    [InlineData(256, 272)]
    [InlineData(784, 784)]
    [InlineData(1024, 1040)]
    [InlineData(1536, 1552)]
    public void WideRowsAreAnOddNumberOfCacheLinesApart(int columns, int stride) => Assert.Equal(stride, Buffer.StrideOf(columns));

    /// <summary>At which kernels, and after the last, a buffer must hold what it holds.</summary>
    static bool[] Needed(List<Kernel> step, List<HashSet<int>> touched, int turn, Buffer buffer)
    {
        bool Touches(int kernel) => touched[kernel].Contains(buffer.Id);
        bool lasts = buffer.Kind is BufferKind.Parameter or BufferKind.Statistic or BufferKind.Gradient;
        var needed = new bool[step.Count + 1];
        int first = lasts || buffer.Kind == BufferKind.Input ? 0 : Enumerable.Range(0, step.Count).First(Touches);
        int last = lasts || buffer.Kind == BufferKind.Result ? step.Count : Enumerable.Range(0, step.Count).LastOrDefault(Touches);
        needed.AsSpan(first, last - first + 1).Fill(true);
        int back = Enumerable.Range(turn, step.Count - turn).FirstOrDefault(Touches, -1);
        if (back < 0 || first >= turn || buffer.Kind != BufferKind.Activation || !step[back].Repeats || !step[back].Writes.Contains(buffer))
            return needed;
        int dropped = Enumerable.Range(0, turn).Last(Touches);
        needed.AsSpan(dropped + 1, back - dropped - 1).Clear();
        return needed;
    }

    static string Print(NetworkSpec spec) => string.Join("\n",
        NetworkBuilder.GraphOf(spec) is var graph ? graph.Nodes.Select(node => PlanPrinter.DescribeNode(node, graph)) : []);
}
