using System.Globalization;
using AotNet.Compiler;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;
using CsCheck;
using Xunit;

namespace AotNet.Numerics.Tests.RandomGraphs;

/// <summary>Random networks over images, the same ones at every run, on every instruction set against the reference.</summary>
public sealed class RandomImageTests
{
    const int Graphs = 90, Together = 15;
    const ulong Seed = 20_170_804;
    const double Tolerance = 1e-4, DistanceFromKinks = 1e-5;

    [Fact]
    public void Random_networks_agree_with_the_reference()
    {
        foreach (string[] seeds in Seeds.Chunk(Together))
        {
            RandomImageNetwork[] networks = [.. seeds.Select(Draw)];
            NetworkSpec[] specs = [.. networks.Select(static (network, index) => network.Spec("Images" + index.ToString(CultureInfo.InvariantCulture)))];
            using EmittedNetworks emitted = EmittedNetworks.Compile(specs);
            for (int i = 0; i < seeds.Length; i++)
            {
                try
                {
                    Compare(networks[i], emitted, specs[i]);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    Assert.Fail($"Seed {seeds[i]}:\n{Describe(networks[i])}\n{error}");
                }
            }
        }
    }

    [Fact]
    public void They_cover_every_op_and_form()
    {
        List<RandomImageNetwork> networks = [.. Seeds.Select(Draw)];
        List<Graph> graphs = [.. networks.Select(static network => NetworkBuilder.GraphOf(network.Spec("Images")))];
        foreach (string method in (string[])["Conv", "DepthwiseConv", "MaxPool", "AveragePool", "GlobalAveragePool", "BatchRms", "BatchNorm",
            "GroupNorm", "LayerNorm", "Add", "Concat", "Dropout", "Pad", "Upsample", "Flatten"])
            Assert.True(graphs.Count(graph => graph.Nodes.Any(node => node.Op.Method == method)) >= 4, method + " is rare");
        foreach (int form in Enumerable.Range(0, 6))
            Assert.True(networks.Count(network => network.Curvature == form) >= 8, $"form {form} is rare");
        IEnumerable<CurvatureForm> forms = graphs.SelectMany(static graph => Planner.Plan(graph).Curvatures).Select(static curvature => curvature.Form);
        foreach (CurvatureForm form in (CurvatureForm[])[CurvatureForm.Channels, CurvatureForm.Patches, CurvatureForm.PatchesDual,
            CurvatureForm.ChannelsBlocked, CurvatureForm.PatchesTwoSided])
            Assert.True(forms.Count(other => other == form) >= 8, $"{form} is rare");
    }

    static IEnumerable<string> Seeds => Enumerable.Range(0, Graphs).Select(static index => new PCG((uint)index, Seed).ToString());

    static RandomImageNetwork Draw(string seed) => RandomImageNetwork.Generator.Generate(PCG.Parse(seed), null, out _);

    static string Describe(RandomImageNetwork network)
    {
        Graph graph = NetworkBuilder.GraphOf(network.Spec("Images"));
        return $"batch {network.Batch}, rows {network.Rows}, decorrelated {network.Decorrelates}\n"
            + string.Join("\n", graph.Nodes.Select(node => PlanPrinter.DescribeNode(node, graph)));
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
