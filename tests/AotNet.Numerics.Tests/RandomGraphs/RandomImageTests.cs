using System.Globalization;
using AotNet.Compiler;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;
using CsCheck;
using Xunit;

namespace AotNet.Numerics.Tests.RandomGraphs;

/// <summary>Random networks over images and sequences, the same ones at every run, on every instruction set against the reference.</summary>
public sealed class RandomImageTests
{
    const int SmallGraphs = 100, LargeGraphs = 12, Together = 15;
    const ulong Seed = 20_170_804;
    const double Tolerance = 1e-4, DistanceFromKinks = 1e-5;

    [Fact]
    public void Small_networks_agree_with_the_reference() => Compare(Small, "Small");

    [Fact]
    public void Large_networks_agree_with_the_reference() => Compare(Large, "Large");

    [Fact]
    public void They_cover_every_op_and_form()
    {
        List<RandomImageNetwork> networks = [.. Small];
        List<Graph> graphs = [.. networks.Select(GraphOf)];
        foreach (string method in (string[])["Conv", "Conv1D", "DepthwiseConv", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool",
            "BatchRms", "BatchNorm", "GroupNorm", "LayerNorm", "Add", "Concat", "Dropout", "Pad", "Upsample", "Flatten"])
            Assert.True(graphs.Count(graph => graph.Nodes.Any(node => node.Op.Method == method)) >= 4, method + " is rare");
        Assert.True(graphs.Count(static graph => graph.Nodes.Any(static node => node.Op is ConvOp { Window.DilationX: > 1 })) >= 4, "dilation is rare");
        foreach (int form in Enumerable.Range(0, 6))
            Assert.True(networks.Count(network => network.Curvature == form) >= 8, $"form {form} is rare");
        IEnumerable<CurvatureForm> forms = graphs.SelectMany(static graph => Planner.Plan(graph).Curvatures).Select(static curvature => curvature.Form);
        foreach (CurvatureForm form in (CurvatureForm[])[CurvatureForm.Channels, CurvatureForm.Patches, CurvatureForm.PatchesDual,
            CurvatureForm.ChannelsBlocked, CurvatureForm.PatchesTwoSided])
            Assert.True(forms.Count(other => other == form) >= 8, $"{form} is rare");
    }

    [Fact]
    public void Large_ones_cover_kinds_of_sequences()
    {
        List<RandomImageNetwork> networks = [.. Large];
        List<SampleSequence> sequences = [.. networks.SelectMany(Sequences)];
        Assert.Contains(sequences, static sequence => sequence.Portions > 0);
        Assert.Contains(sequences, static sequence => sequence is { Portions: 0, Folded.Count: > 0 });
        Assert.Contains(networks, static network => network.IsSequence);
        Assert.Contains(networks, static network => network.Decorrelates);
        Assert.Contains(networks, static network => network.Rows < network.Batch);
    }

    static IEnumerable<RandomImageNetwork> Small => Drawn(RandomImageNetwork.Small).Take(SmallGraphs);

    /// <summary>Those of which some kernels run for a few samples at a time.</summary>
    static IEnumerable<RandomImageNetwork> Large => Drawn(RandomImageNetwork.Large).Where(static network => Sequences(network).Any()).Take(LargeGraphs);

    static IEnumerable<RandomImageNetwork> Drawn(Gen<RandomImageNetwork> generator)
    {
        for (uint index = 0; ; index++)
            yield return generator.Generate(new PCG(index, Seed), null, out _) with { Draw = index };
    }

    static Graph GraphOf(RandomImageNetwork network) => NetworkBuilder.GraphOf(network.Spec("Images"));

    static IEnumerable<SampleSequence> Sequences(RandomImageNetwork network) => Planner.Plan(GraphOf(network)).Step.OfType<SampleSequence>();

    static string Describe(RandomImageNetwork network)
    {
        Graph graph = GraphOf(network);
        return $"draw {network.Draw} of seed {Seed}, batch {network.Batch}, rows {network.Rows}, decorrelated {network.Decorrelates}\n"
            + string.Join("\n", graph.Nodes.Select(node => PlanPrinter.DescribeNode(node, graph)));
    }

    static void Compare(IEnumerable<RandomImageNetwork> all, string name)
    {
        foreach (RandomImageNetwork[] networks in all.Chunk(Together))
        {
            NetworkSpec[] specs = [.. networks.Select((network, index) => network.Spec(name + index.ToString(CultureInfo.InvariantCulture)))];
            using EmittedNetworks emitted = EmittedNetworks.Compile(specs);
            for (int i = 0; i < networks.Length; i++)
            {
                try
                {
                    Compare(networks[i], emitted, specs[i]);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    Assert.Fail($"{Describe(networks[i])}\n{error}");
                }
            }
        }
    }

    static void Compare(RandomImageNetwork network, EmittedNetworks emitted, NetworkSpec spec)
    {
        foreach (EmittedInstructions instructions in InstructionSets.Available)
        {
            using var run = new EngineRun(emitted, spec, instructions, seed: network.Channels, threads: 2);
            run.Engine.Optimizer = network.Decorrelates ? Optimizer.Sgd2(0.05f) : Optimizer.Sgd(0.05f);
            foreach (int rows in new[] { network.Rows, network.Batch })
            {
                run.CompareStep(Kinks.BatchOff(run, rows, DistanceFromKinks), Tolerance);
                run.CompareInference(Samples.Batch(run.Graph, rows, 99), Tolerance, compareCorrect: false);
            }
        }
    }
}
