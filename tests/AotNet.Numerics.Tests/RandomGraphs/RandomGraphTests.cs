using System.Globalization;
using AotNet.Compiler;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;
using CsCheck;

namespace AotNet.Numerics.Tests.RandomGraphs;

/// <summary>
/// Three hundred random networks, the same ones at every run, on every instruction set against the reference. A failing
/// one is shrunk by CsCheck before it is reported.
/// </summary>
public abstract class RandomGraphTests(int share)
{
    const int Graphs = 300, Shares = 4, Together = 15;
    const int ShrinkingAttempts = 60;
    const ulong Seed = 20_170_803;
    const double Tolerance = 1e-4, DistanceFromKinks = 1e-5;

    /// <summary>Seeds of this share's networks.</summary>
    internal static IEnumerable<string> Seeds(int share) => Enumerable.Range(0, Graphs)
        .Where(index => index % Shares == share)
        .Select(static index => new PCG((uint)index, Seed).ToString());

    [Fact]
    public void Random_networks_agree_with_the_reference()
    {
        foreach (string[] seeds in Seeds(share).Chunk(Together))
        {
            RandomNetwork[] networks = [.. seeds.Select(Draw)];
            NetworkSpec[] specs = [.. networks.Select(static (network, index) => network.Spec("Random" + index.ToString(CultureInfo.InvariantCulture)))];
            using EmittedNetworks emitted = EmittedNetworks.Compile(specs);
            for (int i = 0; i < seeds.Length; i++)
            {
                try
                {
                    Compare(networks[i], emitted, specs[i]);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    Shrink(seeds[i], error);
                }
            }
        }
    }

    /// <summary>The network of a seed.</summary>
    internal static RandomNetwork Draw(string seed) => RandomNetwork.Generator.Generate(PCG.Parse(seed), null, out _);

    static void Shrink(string seed, Exception error)
    {
        RandomNetwork.Generator.Sample(
            static network =>
            {
                NetworkSpec spec = network.Spec("Shrunk");
                using EmittedNetworks emitted = EmittedNetworks.Compile(spec);
                Compare(network, emitted, spec);
            },
            seed: seed, iter: ShrinkingAttempts, threads: 1, print: Describe);
        Assert.Fail($"Failed once and not again, seed {seed}:\n{Describe(Draw(seed))}\n{error}");
    }

    static string Describe(RandomNetwork network)
    {
        Graph graph = NetworkBuilder.GraphOf(network.Spec("Random"));
        return $"batch {network.Batch}, rows {network.Rows}, decorrelated {network.Decorrelates}\n"
            + string.Join("\n", graph.Nodes.Select(node => PlanPrinter.DescribeNode(node, graph)));
    }

    static void Compare(RandomNetwork network, EmittedNetworks emitted, NetworkSpec spec)
    {
        foreach (EmittedInstructions instructions in InstructionSets.Available)
        {
            using var run = new EngineRun(emitted, spec, instructions, seed: network.InputWidth);
            run.Engine.Optimizer = network.Decorrelates ? Optimizer.Sgd2(0.05f) : Optimizer.Sgd(0.05f);
            foreach (int rows in new[] { network.Rows, network.Batch })
            {
                Batch batch = Kinks.BatchOff(run, rows, DistanceFromKinks);
                run.CompareStep(batch, Tolerance);
                run.CompareInference(Samples.Batch(run.Graph, rows, 99), Tolerance, compareCorrect: false);
            }
        }
    }
}

/// <summary>The first quarter; shares run beside each other.</summary>
public sealed class RandomGraphTests1() : RandomGraphTests(0);

/// <summary>The second quarter.</summary>
public sealed class RandomGraphTests2() : RandomGraphTests(1);

/// <summary>The third quarter.</summary>
public sealed class RandomGraphTests3() : RandomGraphTests(2);

/// <summary>The last quarter, and what all of them cover.</summary>
public sealed class RandomGraphTests4() : RandomGraphTests(3)
{
    [Fact]
    public void They_cover_every_op_objective_and_form()
    {
        List<RandomNetwork> networks = [.. Enumerable.Range(0, 4).SelectMany(Seeds).Select(Draw)];
        Assert.Equal(300, networks.Count);
        List<Graph> graphs = [.. networks.Select(static network => NetworkBuilder.GraphOf(network.Spec("Random")))];
        foreach (string method in (string[])["Dense", "Relu", "LeakyRelu", "ModU", "Tanh", "Sigmoid", "Gelu", "Silu", "BatchRms",
            "RmsNorm", "LayerNorm", "BatchNorm", "Dropout", "Add", "Concat", "Flatten", "SoftmaxCrossEntropy", "MeanSquaredError",
            "BinaryCrossEntropy", "Huber"])
        {
            Assert.True(graphs.Count(graph => graph.Nodes.Any(node => node.Op.Method == method)) >= 10, method + " is rare");
        }
        foreach (int form in Enumerable.Range(0, 5))
            Assert.True(networks.Count(network => network.Curvature == form) >= 10, $"form {form} is rare");
        IEnumerable<CurvatureForm> forms = graphs.SelectMany(static graph => Planner.Plan(graph).Curvatures).Select(static curvature => curvature.Form);
        foreach (CurvatureForm form in (CurvatureForm[])[CurvatureForm.Primal, CurvatureForm.Dual, CurvatureForm.Blocked, CurvatureForm.TwoSided, CurvatureForm.Off])
            Assert.True(forms.Count(other => other == form) >= 10, $"{form} is rare");
        Assert.True(networks.Count(static network => network.Rows < network.Batch) >= 50);
        Assert.True(graphs.Count(static graph => graph.Inputs.Count() == 2) >= 30);
    }
}
