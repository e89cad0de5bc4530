using System.Text.Json;
using AotNet.Runtime;
using AotNet.Training.Reporting;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Loop;

/// <summary>What a run says of its decorrelation before the first step.</summary>
public sealed class CurvatureTableTests : IDisposable
{
    static readonly NetworkInfo Network = Infos.Of(4, 3);

    readonly TemporaryDirectory directory = new();

    public CurvatureTableTests() => directory.WritePair("train", 20);

    public void Dispose() => directory.Dispose();

    [Fact]
    public void TextHasOneLineALayer()
    {
        string text = Train("--optimizer sgd2");
        Assert.Contains("layer   curvature      order  damping         Gram            factor            step\n", text);
        // 6 of 3 + 6 parts of a step.
        Assert.Contains("dense1  dual               8  1               each step       each step         66.7 %\n", text);
    }

    [Fact]
    public void RunsThatDecorrelateNothingPrintNoTable()
    {
        Assert.DoesNotContain("curvature", Train("--optimizer adam"));
        Assert.DoesNotContain("curvature", Train("--curvature dense1=off"));
    }

    [Fact]
    public void JsonHasTheSameFigures()
    {
        JsonElement begin = JsonDocument.Parse(Train("--damping 0.3 --damping-scale trace --json").Split('\n')[0]).RootElement;
        JsonElement layer = Assert.Single(begin.GetProperty("curvature").EnumerateArray());
        Assert.Equal(("dense1", "dual", 8, "trace", 1), (layer.GetProperty("layer").GetString(), layer.GetProperty("form").GetString(),
            layer.GetProperty("order").GetInt32(), layer.GetProperty("damping_scale").GetString(), layer.GetProperty("gram_interval").GetInt32()));
        Assert.Equal(0.3, layer.GetProperty("damping").GetDouble(), 6);
        Assert.Equal(6 / 9.0, layer.GetProperty("share_of_step").GetDouble(), 6);
        Assert.Equal(JsonValueKind.Null, layer.GetProperty("factor_drift").ValueKind);
    }

    [Fact]
    public void PartsCountAtTheirIntervals()
    {
        NetworkInfo averaged = Network with { AveragedCurvature = true };
        string Line(Optimizer optimizer) => new CurvatureTable(averaged, optimizer).Lines().Last();
        // Gram 3 parts in 10 steps, factor 2 in 20, solve 1, beside 3 of the step itself.
        Assert.EndsWith("each 10 steps   each 20 steps     31.8 %", Line(Optimizer.Sgd2() with { GramInterval = 10, FactorInterval = 20 }));
        Assert.EndsWith("each 10 steps   when moved 0.1    at most 33.3 %", Line(Optimizer.Sgd2() with { GramInterval = 10, FactorDrift = 0.1f }));
    }

    [Fact]
    public void BlocksKeepNothingAndLongNamesWidenTheirColumn()
    {
        NetworkInfo blocked = Network with { AveragedCurvature = true, Layers = [Network.Layers[0] with { CurvatureForm = "channels-blocked" }] };
        Assert.Equal(
        [
            "layer   curvature         order  damping         Gram            factor            step",
            "dense1  channels-blocked      8  1               each step       each step         66.7 %",
        ], new CurvatureTable(blocked, Optimizer.Sgd2() with { GramInterval = 10, FactorInterval = 20 }).Lines());
    }

    string Train(string flags) => Trainer.Succeed(Network, $"train --data {directory.Path} --epochs 1 --run {directory["run" + Guid.NewGuid()]} {flags}");
}
