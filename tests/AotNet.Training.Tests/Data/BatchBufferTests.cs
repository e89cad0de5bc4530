using AotNet.Runtime;
using AotNet.Training.Data;
using AotNet.Training.Data.Augmenting;
using AotNet.Training.Loop;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

/// <summary>What is loaded when several threads load it.</summary>
public sealed class BatchBufferTests
{
    const int Rows = 30, Samples = 70, Side = 36;

    [Theory]
    [InlineData("")]
    [InlineData("crop:2,flip,brightness:0.1,contrast:0.1,cutout:2")]
    [InlineData("crop:3,mixup:0.4")]
    public void Batches_do_not_depend_on_the_number_of_threads(string augment)
    {
        (float[] inputs, int[] labels, int[] partners, float[] weights) one = Load(augment, threads: 1);
        Assert.Equal(Rows * Side * Side, one.inputs.Length);
        Assert.Equal(augment.Contains("mixup", StringComparison.Ordinal) ? Rows : 0, one.partners.Length);
        foreach (int threads in new[] { 2, 3, 7 })
        {
            (float[] inputs, int[] labels, int[] partners, float[] weights) several = Load(augment, threads);
            Assert.Equal(one.inputs, several.inputs);
            Assert.Equal(one.labels, several.labels);
            Assert.Equal(one.partners, several.partners);
            Assert.Equal(one.weights, several.weights);
        }
    }

    [Fact]
    public void Samples_as_they_are_follow_those_of_an_epoch()
    {
        NetworkInfo info = Infos.OfImages(Side, Side, 1, 3, Rows);
        ByteDataset data = Data();
        using ITrainable network = FakeNetwork.Factory(info).Create(1, 3);
        var batch = new BatchBuffer(Rows, data.Measure([0, 1]), info, network, new Augmenter(Augmentation.Parse("flip,mixup:1"), info, 1, 3));
        batch.Load(data, new SampleOrder([.. Enumerable.Range(0, Samples)], 1), 0, 0);
        batch.Load(data, [4, 2]);
        Assert.Equal(2 * Side * Side, batch.Inputs.Length);
        Assert.Equal([data.Labels[4], data.Labels[2]], batch.Labels.ToArray());
        Assert.Equal(0, batch.Partners.Length);
        var plain = new BatchBuffer(Rows, data.Measure([0, 1]), info);
        plain.Load(data, [4, 2]);
        Assert.Equal(plain.Inputs, batch.Inputs);
    }

    [Theory]
    [InlineData(Rows, true)]
    [InlineData(Rows - 1, false)]
    public void Rows_are_loaded_where_the_network_has_them_if_there_is_room(int room, bool serves)
    {
        NetworkInfo info = Infos.OfImages(Side, Side, 1, 3, Rows);
        ByteDataset data = Data();
        var inputs = new float[room * Side * Side];
        using ITrainable network = FakeNetwork.Factory(info).Create(1, 3);
        ((FakeNetwork)network).Inputs = inputs;
        var batch = new BatchBuffer(Rows, data.Measure([0, 1]), info, network);
        int[] samples = [.. Enumerable.Range(5, Rows)];
        batch.Load(data, samples);
        Assert.Equal(serves, batch.Inputs.Overlaps(inputs));
        var plain = new BatchBuffer(Rows, data.Measure([0, 1]), info);
        plain.Load(data, samples);
        Assert.Equal(plain.Inputs, batch.Inputs);
    }

    static (float[] Inputs, int[] Labels, int[] Partners, float[] Weights) Load(string augment, int threads)
    {
        NetworkInfo info = Infos.OfImages(Side, Side, 1, 3, Rows);
        ByteDataset data = Data();
        using ITrainable network = FakeNetwork.Factory(info).Create(1, threads);
        Augmenter? augmenter = augment.Length == 0 ? null : new Augmenter(Augmentation.Parse(augment), info, 1, threads);
        var batch = new BatchBuffer(Rows, data.Measure([0, 1, 2]), info, network, augmenter);
        var order = new SampleOrder([.. Enumerable.Range(0, Samples)], 1);
        order.ShuffleFor(2);
        batch.Load(data, order, 5, 2);
        return (batch.Inputs.ToArray(), batch.Labels.ToArray(), batch.Partners.ToArray(), batch.Weights.ToArray());
    }

    static ByteDataset Data()
    {
        var values = new byte[Samples * Side * Side];
        new System.Random(1).NextBytes(values);
        return new ByteDataset
        {
            Source = "made up",
            Count = Samples,
            Features = Side * Side,
            Values = values,
            Labels = [.. Enumerable.Range(0, Samples).Select(static sample => sample % 3)],
        };
    }
}
