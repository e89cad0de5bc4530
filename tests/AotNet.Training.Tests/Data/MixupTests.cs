using AotNet.Training.Data;
using AotNet.Training.Data.Augmenting;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

/// <summary>What samples are mixed with, at what weights, and what becomes of a batch.</summary>
public sealed class MixupTests
{
    const int Count = 40, Batch = 8;

    static readonly NetworkInfo Images = Infos.OfImages(3, 4, 1, 5, Batch), Table = Infos.Of(12, 2, ObjectiveKind.MeanSquaredError, Batch);

    static Augmenter Of(string operations, NetworkInfo network, ulong seed = 1) => new(Augmentation.Parse(operations), network, seed);

    static FloatDataset Data(NetworkInfo network)
    {
        var random = new Random(1);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        return new FloatDataset
        {
            Source = "",
            Count = Count,
            Features = 12,
            Values = Draw(Count * 12),
            Labels = network.Target.IsClass ? [.. Enumerable.Range(0, Count).Select(_ => random.Next(5))] : [],
            Targets = network.Target.IsClass ? [] : Draw(Count * 2),
            TargetWidth = network.Target.IsClass ? 0 : 2,
        };
    }

    static BatchBuffer Buffer(NetworkInfo network, string? operations, int rows = Batch) => new(rows, Standardization.Uniform(12, 0.1f, 3f), network,
        augmenter: operations is null ? null : Of(operations, network));

    static SampleOrder Order(long epoch)
    {
        var order = new SampleOrder([.. Enumerable.Range(0, Count)], 3);
        order.ShuffleFor(epoch);
        return order;
    }

    [Fact]
    public void AnyOtherSampleIsAsLikelyAPartner()
    {
        Augmenter augmenter = Of("mixup:0.2", Images);
        int[] all = [4, 9, 2, 7, 5]; // some of a larger set
        foreach (int sample in all)
        {
            var counts = new Dictionary<int, int>();
            for (int epoch = 0; epoch < 4000; epoch++)
            {
                int partner = augmenter.Partner(epoch, sample, all).Sample;
                counts[partner] = counts.GetValueOrDefault(partner) + 1;
            }
            Assert.Equal(all.Where(other => other != sample).Order(), counts.Keys.Order());
            Assert.All(counts.Values, static count => Assert.InRange(count, 1000 - 137, 1000 + 137)); // five standard deviations
        }
        Assert.Equal((9, 1f), augmenter.Partner(0, 9, [9]));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(4)]
    public void WeightsHaveTheMeanAndVarianceOfTheBetaDistribution(double alpha)
    {
        Augmenter augmenter = Of($"mixup:{alpha}", Images);
        const int many = 50_000;
        int[] all = [.. Enumerable.Range(0, many)];
        double sum = 0, squares = 0;
        foreach (int sample in all)
        {
            float weight = augmenter.Partner(0, sample, all).Weight;
            Assert.InRange(weight, 0f, 1f);
            sum += weight;
            squares += (weight - 0.5) * (weight - 0.5);
        }
        double variance = 1 / (4 * (2 * alpha + 1));
        Assert.Equal(0.5, sum / many, 5 * Math.Sqrt(variance / many));
        Assert.Equal(variance, squares / many, 0.02 * variance);
    }

    [Fact]
    public void APartnerDependsOnSeedEpochAndSampleAlone()
    {
        int[] all = [.. Enumerable.Range(0, 1000)];
        Augmenter augmenter = Of("mixup:0.2", Images);
        Assert.Equal(augmenter.Partner(2, 7, all), Of("flip,mixup:0.2", Images).Partner(2, 7, all));
        Assert.NotEqual(augmenter.Partner(2, 7, all), augmenter.Partner(3, 7, all));
        Assert.NotEqual(augmenter.Partner(2, 7, all), augmenter.Partner(2, 8, all));
        Assert.NotEqual(augmenter.Partner(2, 7, all), Of("mixup:0.2", Images, seed: 2).Partner(2, 7, all));
    }

    /// <summary>Rows of classes: each sample and its partner as the other operations leave them in rows of their own.</summary>
    [Theory]
    [InlineData("mixup:0.7", null)]
    [InlineData("crop:1,flip,brightness:0.2,contrast:0.3,cutout:1,mixup:0.7", "crop:1,flip,brightness:0.2,contrast:0.3,cutout:1")]
    public void RowsAreMixturesOfTheirSampleAndItsPartner(string operations, string? others)
    {
        FloatDataset data = Data(Images);
        SampleOrder order = Order(5);
        BatchBuffer mixed = Buffer(Images, operations), plain = Buffer(Images, others, Count);
        plain.Load(data, order, 0, 5);
        var rowOf = new Dictionary<int, int>();
        for (int row = 0; row < Count; row++)
            rowOf[order.Samples[row]] = row;
        for (int start = 0; start < Count; start += Batch)
        {
            mixed.Load(data, order, start, 5);
            Assert.Equal((Batch, Batch, Batch, 0), (mixed.Labels.Length, mixed.Partners.Length, mixed.Weights.Length, mixed.Targets.Length));
            for (int row = 0; row < Batch; row++)
            {
                (int partner, float weight) = Of(operations, Images).Partner(5, order.Samples[start + row], order.Samples);
                Assert.Equal((weight, plain.Labels[start + row], plain.Labels[rowOf[partner]]), (mixed.Weights[row], mixed.Labels[row], mixed.Partners[row]));
                for (int i = 0; i < 12; i++)
                {
                    float own = plain.Inputs[(start + row) * 12 + i], other = plain.Inputs[rowOf[partner] * 12 + i];
                    Assert.Equal(weight * own + (1 - weight) * other, mixed.Inputs[row * 12 + i], 1e-6f);
                }
            }
        }
        mixed.Load(data, order.Samples[..3]);
        Assert.Equal((3, 0, 0), (mixed.Labels.Length, mixed.Partners.Length, mixed.Weights.Length));
    }

    [Fact]
    public void TargetsAreMixedLikeInputs()
    {
        FloatDataset data = Data(Table);
        SampleOrder order = Order(0);
        BatchBuffer mixed = Buffer(Table, "mixup:0.7");
        mixed.Load(data, order, 0, 0);
        Assert.Equal((0, 0, 0, 2 * Batch), (mixed.Labels.Length, mixed.Partners.Length, mixed.Weights.Length, mixed.Targets.Length));
        for (int row = 0; row < Batch; row++)
        {
            int sample = order.Samples[row];
            (int partner, float weight) = Of("mixup:0.7", Table).Partner(0, sample, order.Samples);
            for (int i = 0; i < 2; i++)
                Assert.Equal(weight * data.Targets[sample * 2 + i] + (1 - weight) * data.Targets[partner * 2 + i], mixed.Targets[row * 2 + i], 1e-6f);
        }
    }

    [Fact]
    public void ABatchDependsOnNeitherItsSizeNorTheOnesBefore()
    {
        FloatDataset data = Data(Images);
        BatchBuffer small = Buffer(Images, "flip,mixup:0.7", rows: 3), whole = Buffer(Images, "flip,mixup:0.7", Count);
        whole.Load(data, Order(2), 0, 2);
        for (int start = Count - 1; start >= 0; start--)
        {
            small.Load(data, Order(2), start, 2);
            int rows = Math.Min(3, Count - start);
            Assert.Equal(whole.Inputs.Slice(start * 12, rows * 12), small.Inputs);
            Assert.Equal(whole.Weights.Slice(start, rows), small.Weights);
            Assert.Equal(whole.Partners.Slice(start, rows), small.Partners);
        }
    }
}
