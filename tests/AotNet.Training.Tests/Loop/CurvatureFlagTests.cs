using AotNet.Runtime;
using AotNet.Training.CommandLine;
using AotNet.Training.Loop;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Loop;

/// <summary>The flags of the decorrelation: what they mean, what they refuse, and that storing them loses nothing.</summary>
public sealed class CurvatureFlagTests
{
    static readonly NetworkInfo Averaged = Infos.Of(4, 3) with
    {
        AveragedCurvature = true,
        Layers =
        [
            new LayerInfo("dense1", "Dense", [4], [5], 25, "off", 0), new LayerInfo("relu1", "Relu", [5], [5], 0, null, 0),
            new LayerInfo("dense2", "Dense", [5], [3], 18, "primal", 6),
        ],
    };

    [Fact]
    public void EveryFlagReachesTheOptimizer()
    {
        Optimizer optimizer = Parse("--optimizer adam --decorrelate true --damping 0.3 --damping-scale trace --layer-damping dense2=2 --curvature dense1=off,dense2=on "
            + "--gram-average 0.95 --gram-interval 10 --factor-interval 20 --adapt-damping true --step-norm 2 --kl-clip 0.001");
        Assert.Equal(Optimizer.Adam() with
        {
            Decorrelate = true,
            Damping = 0.3f,
            DampingScale = DampingScale.Trace,
            Layers = LayerCurvatures.None.With("dense1", new() { Decorrelate = false }).With("dense2", new() { Decorrelate = true, Damping = 2f }),
            GramAverage = 0.95f,
            GramInterval = 10,
            FactorInterval = 20,
            AdaptsDamping = true,
            StepNorm = 2f,
            KlClip = 0.001f,
        }, optimizer);
        Assert.Equal(0.1f, Parse("--factor-interval auto").FactorDrift);
        Assert.Equal(0.4f, Parse("--factor-interval auto --factor-drift 0.4").FactorDrift);
        Assert.Equal(Optimizer.Adam() with { Layers = LayerCurvatures.None.With("dense2", new() { Decorrelate = true }), Damping = 0.5f },
            Parse("--optimizer adam --curvature dense2=on --damping 0.5"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--optimizer adam")]
    [InlineData("--optimizer adam --curvature dense2=on --layer-damping dense2=0.25")]
    [InlineData("--curvature dense2=off")]
    [InlineData("--adapt-damping true --step-norm 0.5 --kl-clip 0.001")]
    [InlineData("--damping 0.3 --damping-scale trace --gram-average 0.9 --factor-interval auto --factor-drift 0.2")]
    [InlineData("--gram-interval 3 --factor-interval 5")]
    public void StoringAndParsingGivesTheSame(string flags)
    {
        Optimizer optimizer = Parse(flags);
        var stored = new Dictionary<string, string>();
        OptimizerFlags.Store(optimizer, Averaged, stored);
        Assert.Equal(optimizer, OptimizerFlags.Parse(stored, Averaged));
        foreach ((string flag, string value) in stored)
            Assert.Equal(value, RunFlags.Canonical(flag, value));
    }

    [Fact]
    public void ListsHaveOneSpelling()
    {
        Assert.Equal("a=off,b=on", RunFlags.Canonical("curvature", "b=on, a=off"));
        Assert.Equal("a=0.5,b=1", RunFlags.Canonical("layer-damping", "b=1.0,a=.5"));
    }

    [Theory]
    [InlineData("--curvature dense1=on", "--curvature: layer dense1 was declared with Curvature.Off")]
    [InlineData("--layer-damping dense1=1", "--layer-damping: layer dense1 was declared with Curvature.Off")]
    [InlineData("--curvature relu1=off", "has no layer 'relu1' with weights; it has dense1, dense2")]
    [InlineData("--factor-drift 0.2", "--factor-drift: says when factors are renewed with --factor-interval auto")]
    [InlineData("--factor-interval 0", "--factor-interval: found '0', expected a whole number of steps from 1, or auto")]
    [InlineData("--kl-clip -1", "--kl-clip: found '-1', expected a number from 0")]
    [InlineData("--optimizer sgd --step-norm 1", "--step-norm: applies to decorrelated gradients")]
    [InlineData("--gram-average 1", "--gram-average: found '1', expected a number from 0 and below 1")]
    [InlineData("--optimizer adam --gram-average 0.5", "--gram-average: applies to decorrelated gradients")]
    public void WhatCannotBeIsRefused(string flags, string expected) =>
        Assert.Contains(expected, Assert.Throws<UsageException>(() => Parse(flags)).Message);

    [Theory]
    [InlineData("", true, ScheduleKind.Restart, 50)]
    [InlineData("--lr 0.1", true, ScheduleKind.Restart, 50)]
    [InlineData("--lr auto", true, ScheduleKind.Linear, 200)]
    [InlineData("--schedule linear", true, ScheduleKind.Linear, 200)]
    [InlineData("", false, ScheduleKind.Linear, 200)]
    [InlineData("--optimizer adam --decorrelate true", true, ScheduleKind.Constant, 0)]
    public void TheScheduleFollowsTheOptimizerAndTheNetwork(string flags, bool averaged, ScheduleKind kind, int warmup)
    {
        NetworkInfo network = Averaged with { AveragedCurvature = averaged };
        RunSettings settings = RunSettings.Parse(Flags("--data DIR " + flags), network), stored = RunSettings.Parse(settings.Flags, network);
        Assert.Equal((kind, warmup), (settings.Schedule, settings.WarmupSteps(4000)));
        Assert.Equal((kind, warmup), (stored.Schedule, stored.WarmupSteps(4000)));
        Assert.Equal(Math.Min(30, warmup), settings.WarmupSteps(90));
    }

    static Optimizer Parse(string line) => OptimizerFlags.Parse(Flags(line), Averaged);

    static Dictionary<string, string> Flags(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var flags = new Dictionary<string, string>();
        for (int i = 0; i < words.Length; i += 2)
            flags[words[i][2..]] = words[i + 1];
        return flags;
    }
}
