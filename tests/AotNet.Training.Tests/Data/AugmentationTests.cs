using AotNet.Training.Data;
using AotNet.Training.Data.Augmenting;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

/// <summary>Each operation against the set of images that it may give, written out point by point.</summary>
public sealed class AugmentationTests
{
    const int Height = 5, Width = 7, Channels = 3, Features = Height * Width * Channels, Many = 4000;

    static readonly NetworkInfo Network = Infos.OfImages(Height, Width, Channels, 2);
    static readonly float[] Image = [.. Enumerable.Range(1, Features).Select(static value => value * 0.25f)];

    static float[] Apply(string operations, int sample, long epoch = 0, ulong seed = 1, float[]? image = null)
    {
        float[] changed = [.. image ?? Image];
        new Augmenter(Augmentation.Parse(operations), Network, seed).Apply(epoch, [sample], changed);
        return changed;
    }

    static float At(float[] image, int row, int column, int channel) => row is >= 0 and < Height && column is >= 0 and < Width
        ? image[(row * Width + column) * Channels + channel] : 0;

    static float[] Make(Func<int, int, int, float> value) => [.. from row in Enumerable.Range(0, Height) from column in Enumerable.Range(0, Width)
        from channel in Enumerable.Range(0, Channels) select value(row, column, channel)];

    /// <summary>Counts how often each of some images is given; all others fail.</summary>
    static int[] Count(string operation, float[][] possible)
    {
        Dictionary<string, int> numbers = possible.Select(static (image, number) => (image, number))
            .ToDictionary(static pair => Text(pair.image), static pair => pair.number);
        var counts = new int[possible.Length];
        for (int sample = 0; sample < Many; sample++)
        {
            Assert.True(numbers.TryGetValue(Text(Apply(operation, sample)), out int number), $"{operation} made another image of sample {sample}.");
            counts[number]++;
        }
        return counts;

        static string Text(float[] image) => string.Join(' ', image);
    }

    [Fact]
    public void CropMovesByUpToSoManyPointsAndFillsWithZeros()
    {
        float[][] moved = [.. from down in Enumerable.Range(-2, 5) from right in Enumerable.Range(-2, 5)
            select Make((row, column, channel) => At(Image, row - down, column - right, channel))];
        // 25 equally likely images; five standard deviations of a binomial count.
        Assert.All(Count("crop:2", moved), static count => Assert.InRange(count, Many / 25 - 62, Many / 25 + 62));
    }

    [Fact]
    public void FlipMirrorsEveryOther()
    {
        int[] counts = Count("flip", [Image, Make(static (row, column, channel) => At(Image, row, Width - 1 - column, channel))]);
        Assert.All(counts, static count => Assert.InRange(count, Many / 2 - 158, Many / 2 + 158));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CutoutClearsASquareAroundAnyPoint(int side)
    {
        float[][] cut = [.. from y in Enumerable.Range(0, Height) from x in Enumerable.Range(0, Width)
            select Make((row, column, channel) => row >= y - side / 2 && row < y - side / 2 + side && column >= x - side / 2 && column < x - side / 2 + side
                ? 0 : At(Image, row, column, channel))];
        Assert.All(Count($"cutout:{side}", cut), static count => Assert.InRange(count, Many / 35 - 53, Many / 35 + 53));
    }

    [Fact]
    public void BrightnessAddsOneNumberToAllValues()
    {
        float[] added = [.. Enumerable.Range(0, Many).Select(static sample =>
        {
            float[] changed = Apply("brightness:0.5", sample);
            float difference = changed[0] - Image[0];
            Assert.All(Enumerable.Range(0, Features), i => Assert.Equal(Image[i] + difference, changed[i], 1e-4f));
            return difference;
        })];
        AreEven(added, 0.5f);
    }

    [Fact]
    public void ContrastStretchesAroundTheMean()
    {
        float mean = Image.Average();
        float[] stretched = [.. Enumerable.Range(0, Many).Select(sample =>
        {
            float[] changed = Apply("contrast:0.5", sample);
            float factor = (changed[0] - mean) / (Image[0] - mean);
            Assert.All(Enumerable.Range(0, Features), i => Assert.Equal(mean + (Image[i] - mean) * factor, changed[i], 1e-4f));
            return factor - 1;
        })];
        AreEven(stretched, 0.5f);
    }

    /// <summary>Uniform from -most to most: the mean within five standard errors, the ends nearly reached.</summary>
    static void AreEven(float[] values, float most)
    {
        Assert.InRange(values.Average(), -5 * most / MathF.Sqrt(3 * Many), 5 * most / MathF.Sqrt(3 * Many));
        Assert.InRange(values.Max(), most * 0.99f, most * 1.0001f);
        Assert.InRange(values.Min(), -most * 1.0001f, -most * 0.99f);
    }

    [Fact]
    public void OperationsAreDoneInOneOrderEachWithItsOwnNumbers()
    {
        string[] operations = ["crop:1", "flip", "brightness:0.3", "contrast:0.2", "cutout:2"];
        for (int sample = 0; sample < 50; sample++)
        {
            float[] one = Image;
            foreach (string operation in operations)
                one = Apply(operation, sample, image: one);
            Assert.Equal(one, Apply("cutout:2, contrast:0.2,brightness:0.3,flip,crop:1", sample));
        }
    }

    [Fact]
    public void AnImageDependsOnSeedEpochAndSampleAlone()
    {
        const string all = "crop:2,flip,brightness:0.1,contrast:0.1,cutout:2";
        var augmenter = new Augmenter(Augmentation.Parse(all), Network, 1);
        int[] samples = [7, 3, 900];
        float[] batch = [.. Image, .. Image, .. Image];
        augmenter.Apply(4, samples, batch);
        for (int row = 0; row < 3; row++)
            Assert.Equal(Apply(all, samples[row], 4), batch[(row * Features)..((row + 1) * Features)]);
        Assert.NotEqual(Apply(all, 3, 4), Apply(all, 3, 5));
        Assert.NotEqual(Apply(all, 3, 4), Apply(all, 4, 4));
        Assert.NotEqual(Apply(all, 3, 4), Apply(all, 3, 4, seed: 2));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var augmenter = new Augmenter(Augmentation.Parse("crop:2,flip,brightness:0.1,contrast:0.1,cutout:2"), Network, 1);
        int[] samples = [1, 2];
        float[] batch = [.. Image, .. Image];
        augmenter.Apply(0, samples, batch);
        int epoch = 0;
        Assert.Equal(0, AllocationMeter.Measure(200, () => augmenter.Apply(++epoch, samples, batch)));
    }

    [Theory]
    [InlineData("crop:4", "crop:4")]
    [InlineData("flip,crop:04", "crop:4,flip")]
    [InlineData("cutout:8, contrast:1e-1,brightness:.25,flip", "flip,brightness:0.25,contrast:0.1,cutout:8")]
    [InlineData("mixup:.20", "mixup:0.2")]
    [InlineData("mixup:1,cutout:2", "cutout:2,mixup:1")]
    public void AListHasOneSpelling(string given, string stored) => Assert.Equal(stored, Augmentation.Parse(given).ToString());

    [Theory]
    [InlineData("", "found '', expected one or several of crop:POINTS, flip, brightness:MOST, contrast:MOST, cutout:POINTS, mixup:ALPHA")]
    [InlineData("cutmix:0.2", "found 'cutmix:0.2', expected one or several of crop")]
    [InlineData("flip:2", "found 'flip:2'")]
    [InlineData("flip,flip", "flip is given twice")]
    [InlineData("crop", "found 'crop', expected a whole number of points from 1")]
    [InlineData("crop:0", "found 'crop:0'")]
    [InlineData("crop:-1", "found 'crop:-1'")]
    [InlineData("contrast:1.5", "found 'contrast:1.5', expected a number above 0, at most 1")]
    [InlineData("brightness:nan", "found 'brightness:nan'")]
    [InlineData("brightness:inf", "found 'brightness:inf'")]
    [InlineData("mixup", "found 'mixup', expected a number above 0 behind the colon")]
    [InlineData("mixup:", "found 'mixup:', expected a number above 0 behind the colon")]
    [InlineData("mixup:0", "found 'mixup:0', expected a number above 0 behind the colon")]
    [InlineData("mixup:-0.2", "found 'mixup:-0.2'")]
    [InlineData("mixup:nan", "found 'mixup:nan'")]
    [InlineData("mixup:inf", "found 'mixup:inf'")]
    [InlineData("mixup:a", "found 'mixup:a'")]
    [InlineData("mixup:1,mixup:2", "mixup is given twice")]
    public void AWrongListIsRefused(string given, string expected) =>
        Assert.Contains(expected, Assert.Throws<UsageException>(() => Augmentation.Parse(given)).Message);

    [Fact]
    public void WhatTheNetworkDoesNotTakeIsRefused()
    {
        Assert.Contains("flip,mixup:1 changes images, inputs of height x width x channels; Toy takes x 4, for which there is mixup",
            Refusal("mixup:1,flip", Infos.Of(4, 2)));
        foreach (string operation in new[] { "crop:1", "flip", "brightness:1", "contrast:1", "cutout:1" })
            Assert.Contains(operation + " changes images", Refusal(operation, Infos.Of(4, 2)));
        Assert.Contains("crop:5 leaves nothing of images of 5x7; at most 4 points", Refusal("crop:5", Network));
        Assert.Contains("cutout:5 leaves nothing", Refusal("cutout:5", Network));

        static string Refusal(string operations, NetworkInfo network) =>
            Assert.Throws<UsageException>(() => new Augmenter(Augmentation.Parse(operations), network, 1)).Message;
    }
}
