using AotNet.Runtime;
using AotNet.Training.Tests.Support;
using AotNet.Training.Verbs;

namespace AotNet.Training.Tests.Loop;

/// <summary>What the self-test's check of gradients makes of a kink near the point it checks at, and of a wrong gradient.</summary>
public sealed class GradientCheckTests : IDisposable
{
    const double FarAway = 0.25;

    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void AGradientFarFromKinksIsRight() => Assert.Null(Check(KinkedNetwork.Create(1, 1), FarAway));

    /// <summary>The first step goes as far as is said, each further one an eighth of the last: a kink behind all of them is met by none.</summary>
    [Theory]
    [InlineData(0.5)] // met by the first
    [InlineData(0.05)] // by the first and the second
    public void AKinkThatAStepMeetsIsSettledByAShorterOne(double stepsAway) =>
        Assert.Null(Check(KinkedNetwork.Create(1, 1), stepsAway * FirstStep()));

    [Fact]
    public void AKinkThatEveryStepMeetsIsReported() =>
        Assert.StartsWith("dense1.weight: the loss changes by ", Check(KinkedNetwork.Create(1, 1), 0.005 * FirstStep()));

    [Theory]
    [InlineData("dense1.weight", 1.2f)]
    [InlineData("dense1.weight", -1f)]
    [InlineData("dense1.bias", 0.95f)]
    [InlineData("dense1.bias", 1.05f)]
    [InlineData("dense1.bias", -1f)]
    [InlineData("dense2.bias", 1.05f)]
    public void AWrongGradientIsReportedForAllThatStepsGetShorter(string tensor, float factor)
    {
        string expected = tensor + ": the loss changes by ";
        Assert.StartsWith(expected, Check(KinkedNetwork.Wrong(tensor, factor), FarAway));
        Assert.StartsWith(expected, Check(KinkedNetwork.Wrong(tensor, factor), 0.5 * FirstStep()));
    }

    /// <summary>How far the ReLU's input moves in the first step of the check along any gradient of the layer before it.</summary>
    static double FirstStep()
    {
        using KinkedNetwork network = KinkedNetwork.Create(1, 1);
        network.KeepsGradients = true;
        RandomBatch batch = Place(network, 0.001);
        network.StepBatch(batch.Inputs, batch.Labels, batch.Targets);
        // The step changes the loss by 0.002, of which this is the derivative by that input.
        return 2e-3 / Math.Abs(network.Gradients["dense1.bias"][0, 0]);
    }

    string? Check(KinkedNetwork network, double aboveKink)
    {
        using (network)
        {
            Place(network, aboveKink);
            return new GradientCheck(network, Path.Combine(directory.Path, "state")).Run();
        }
    }

    /// <summary>Moves the ReLU's input to so far above its kink, and the output to 1 less than its target there.</summary>
    /// <returns>The batch that the check takes.</returns>
    static RandomBatch Place(KinkedNetwork network, double aboveKink)
    {
        var batch = new RandomBatch(network.Info, 1, seed: 7);
        ReadOnlySpan<float> weights = [0.5f, -0.25f, 0.5f];
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
            sum += (double)weights[i] * batch.Inputs[i];
        network.Parameters["dense1.weight"].CopyFrom(weights);
        network.Parameters["dense1.bias"][0, 0] = (float)(aboveKink - sum);
        network.Parameters["dense2.weight"][0, 0] = 1;
        network.Parameters["dense2.bias"][0, 0] = batch.Targets[0] - 1;
        return batch;
    }
}
