using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Compiler.Tests.Harness;
using CsCheck;

namespace AotNet.Compiler.Tests;

/// <summary>What recomputation promises of plans; that it changes no number is tested where networks run.</summary>
public sealed class RecomputationTests
{
    const int RandomPlans = 300;

    static NetworkSpec Convolutions(int layers)
    {
        var b = new NetworkBuilder("Convolutions", batch: 16);
        Value x = b.Input("image", 16, 16, 3);
        for (int i = 0; i < layers; i++)
            x = x.Conv(16, "3x3").BatchNorm().Relu();
        return b.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(10), b.Labels(10));
    }

    static NetworkSpec Shallow()
    {
        var b = new NetworkBuilder("Shallow", batch: 8);
        return b.SoftmaxCrossEntropy(b.Input("x", 20).Dense(10), b.Labels(10));
    }

    static Plan PlanOf(NetworkSpec spec, bool recompute) => Planner.Plan(NetworkBuilder.GraphOf(spec with { Recompute = recompute }));

    /// <summary>The deeper, the larger the part that is saved: memory grows with the root of the depth.</summary>
    [Fact]
    public void DeepNetworksNeedAFraction()
    {
        foreach ((NetworkSpec spec, double most) in new[] { (Convolutions(6), 0.6), (Convolutions(24), 0.3), (Networks.Deep(16), 0.6), (Networks.Deep(64), 0.3) })
        {
            Plan kept = PlanOf(spec, recompute: false), recomputed = PlanOf(spec, recompute: true);
            RecomputationFigures figures = kept.Recomputation!;
            Assert.InRange((double)figures.Recomputed / figures.Kept, 0, most);
            Assert.Equal(figures, recomputed.Recomputation);
            Assert.Equal(figures.Kept - figures.Recomputed, (kept.Memory.Length - recomputed.Memory.Length) * sizeof(float));
            Assert.Equal(figures.Kept, (kept.Memory.Length - kept.Memory.Transient) * sizeof(float));
        }
    }

    [Fact]
    public void NoKernelRunsMoreThanTwice()
    {
        Plan plan = PlanOf(Convolutions(12), recompute: true);
        List<string> repeated = [.. plan.Backward.Where(static kernel => kernel.Repeats).Select(static kernel => string.Join(",", kernel.Writes))];
        Assert.NotEmpty(repeated);
        Assert.Equal(repeated.Count, repeated.Distinct().Count());
        Assert.Equal(plan.Forward, PlanOf(Convolutions(12), recompute: false).Forward);
        Assert.DoesNotContain(plan.Forward, static kernel => kernel.Repeats);
    }

    [Fact]
    public void TheWorkIsThatOfTheKernelsThatRunAgain()
    {
        NetworkSpec spec = Convolutions(12);
        Plan plan = PlanOf(spec, recompute: true);
        long products = plan.Backward.Where(static kernel => kernel.Repeats).Sum(kernel => kernel.Flops(spec.Batch)) / spec.Batch;
        // Norms, counted five operations a value, come on top.
        Assert.InRange(plan.Recomputation!.Flops, products, 1.1 * products);
        Assert.Equal(Emission.NetworkFigures.Of(PlanOf(spec, recompute: false)), Emission.NetworkFigures.Of(plan));
    }

    [Fact]
    public void NothingIsDroppedWhereNothingIsSaved()
    {
        Plan plan = PlanOf(Shallow(), recompute: true);
        Assert.DoesNotContain(plan.Step, static kernel => kernel.Repeats);
        Assert.Equal(PlanOf(Shallow(), recompute: false).Memory, plan.Memory);
        Assert.Equal(plan.Recomputation!.Kept, plan.Recomputation.Recomputed);
        Assert.Equal(0, plan.Recomputation.Flops);
    }

    /// <summary>Norms with running averages run again without moving them.</summary>
    [Fact]
    public void WhatLivesBetweenStepsIsNotTouchedAgain()
    {
        var b = new NetworkBuilder("Norms", batch: 32);
        Value x = b.Input("x", 64);
        for (int i = 0; i < 12; i++)
            x = (i % 2 == 0 ? x.BatchNorm() : x.BatchRms()).Gelu().Dense(64, curvature: Curvature.Off);
        Plan plan = PlanOf(b.SoftmaxCrossEntropy(x, b.Labels(64)), recompute: true);
        List<Kernel> repeated = [.. plan.Backward.Where(static kernel => kernel.Repeats)];
        Assert.Contains(repeated, static kernel => kernel is BatchNormRepeat);
        Assert.Contains(repeated, static kernel => kernel is ScaleColumns);
        Assert.DoesNotContain(repeated, static kernel => kernel is BatchNormForward or BatchRmsForward);
        Assert.All(repeated, static kernel => Assert.DoesNotContain(kernel.Updates.Concat(kernel.Writes), static buffer => buffer.Persists));
    }

    /// <summary>Planning verifies every plan; figures of plans that are not in force are those of plans that are.</summary>
    [Fact]
    public void RandomNetworksNeverNeedMore()
    {
        int saved = 0;
        RandomNetworks.Gen.Sample(spec =>
        {
            Plan kept = PlanOf(spec, recompute: false), recomputed = PlanOf(spec, recompute: true);
            Assert.True(recomputed.Memory.Length <= kept.Memory.Length);
            Assert.Equal(kept.Recomputation, recomputed.Recomputation);
            Assert.Equal(recomputed.Memory.Length < kept.Memory.Length, recomputed.Step.Any(static kernel => kernel.Repeats));
            if (recomputed.Memory.Length < kept.Memory.Length)
                Interlocked.Increment(ref saved);
        }, iter: RandomPlans);
        Assert.InRange(saved, RandomPlans / 20, RandomPlans);
    }

    [Fact]
    public void RecomputationAddsCallsAndNoCode()
    {
        NetworkSpec spec = Networks.Deep(30);
        foreach (string suffix in new[] { ".Avx512", ".Avx2" })
            Assert.Equal(Bodies(spec, suffix), Bodies(spec with { Recompute = true }, suffix));
    }

    /// <summary>Everything behind the passes.</summary>
    static string Bodies(NetworkSpec spec, string suffix)
    {
        string text = NetworkCompiler.Compile(spec).Sources.Single(source => source.Suffix == suffix).Text;
        return text[text.IndexOf("internal static string? FirstNonFinite", StringComparison.Ordinal)..].Split("\n\n", 2)[1];
    }
}
