namespace AotNet.Runtime.Tests.Optimization;

public sealed class OptimizerTests
{
    [Fact]
    public void Presets_are_valid()
    {
        Optimizer[] presets = [Optimizer.Sgd(), Optimizer.Sgd2(), Optimizer.Adam(), Optimizer.AdamW(), Optimizer.RmsProp(), Optimizer.Adagrad()];
        Assert.Equal(Enum.GetValues<OptimizerKind>(), presets.Select(preset => preset.Kind));
        Assert.All(presets, preset => preset.Validate());
    }

    public static TheoryData<string, Optimizer> Invalid => new()
    {
        { "Kind", Optimizer.Sgd() with { Kind = (OptimizerKind)99 } },
        { "LearningRate", Optimizer.Sgd(0f) },
        { "LearningRate", Optimizer.Sgd(-1f) },
        { "LearningRate", Optimizer.Sgd(float.NaN) },
        { "LearningRate", Optimizer.Sgd(float.PositiveInfinity) },
        { "Momentum", Optimizer.Sgd() with { Momentum = 1f } },
        { "Momentum", Optimizer.Sgd() with { Momentum = -0.1f } },
        { "Momentum", Optimizer.Sgd() with { Momentum = float.NaN } },
        { "SecondMomentum", Optimizer.Adam() with { SecondMomentum = 1f } },
        { "Epsilon", Optimizer.Adam() with { Epsilon = 0f } },
        { "WeightDecay", Optimizer.Adam() with { WeightDecay = -1e-4f } },
        { "WeightDecayKind", Optimizer.Adam() with { WeightDecayKind = (WeightDecayKind)7 } },
        { "WeightDecayKind", Optimizer.Sgd() with { WeightDecay = 1e-4f, WeightDecayKind = WeightDecayKind.Momentum } },
        { "WeightDecayKind", Optimizer.AdamW() with { WeightDecayKind = WeightDecayKind.L2 } },
        { "ClipNorm", Optimizer.Sgd() with { ClipNorm = -1f } },
        { "ClipValue", Optimizer.Sgd() with { ClipValue = float.NaN } },
        { "Damping", Optimizer.Sgd2() with { Damping = 0f } },
        { "Nesterov", Optimizer.Adam() with { Nesterov = true } },
        { "AuthorsForm", Optimizer.Sgd() with { AuthorsForm = true } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void A_setting_outside_its_range_is_named(string property, Optimizer optimizer)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(optimizer.Validate);
        Assert.Equal(property, error.ParamName);
        Assert.StartsWith($"{property} of the optimiser is ", error.Message, StringComparison.Ordinal);
        Assert.Contains(", expected ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_holds_the_value_found()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>((Optimizer.Sgd() with { Momentum = 1.5f }).Validate);
        Assert.StartsWith("Momentum of the optimiser is 1.5, expected a number from 0 up to but not including 1.", error.Message, StringComparison.Ordinal);
    }
}
