namespace AotNet.Runtime.Tests.Optimization;

public sealed class SelectiveRateTests
{
    static readonly SelectiveRate Three = new() { Candidates = [1f, 0.1f, 0.01f] };

    [Theory]
    [InlineData(3f, 2f, 1f, 0.01f)]
    [InlineData(2f, 2f, 2f, 1f)]
    [InlineData(3f, 2f, 2f, 0.1f)]
    [InlineData(float.NaN, 2f, 3f, 0.1f)]
    [InlineData(float.PositiveInfinity, float.NaN, 3f, 0.01f)]
    public void The_smallest_loss_wins_the_first_of_equals_and_never_NaN(float first, float second, float third, float expected)
    {
        float[] losses = [first, second, third];
        RateSelection selection = Three.Select(candidate => losses[candidate]);
        Assert.Equal(expected, selection.Rate);
        Assert.Equal(losses, selection.Losses);
    }

    [Fact]
    public void Candidates_above_the_limit_are_not_tried()
    {
        var tried = new List<int>();
        RateSelection selection = Three.Select(candidate =>
        {
            tried.Add(candidate);
            return candidate;
        }, limit: 0.1f);
        Assert.Equal([1, 2], tried);
        Assert.Equal(0.1f, selection.Rate);
        Assert.True(float.IsNaN(selection.Losses[0]));
    }

    [Fact]
    public void There_may_be_no_rate() => Assert.Null(Three.Select(static _ => float.NaN).Rate);

    [Fact]
    public void Candidates_of_the_other_kinds_are_a_tenth_of_those_of_SGD()
    {
        Assert.Equal(SelectiveRate.For(OptimizerKind.Sgd).Candidates, SelectiveRate.For(OptimizerKind.Sgd2).Candidates);
        Assert.Equal([1f, 0.5f, 0.1f, 0.05f, 0.01f, 0.005f, 0.001f, 0.0005f], SelectiveRate.For(OptimizerKind.Sgd).Candidates);
        foreach (OptimizerKind kind in (OptimizerKind[])[OptimizerKind.Adam, OptimizerKind.AdamW, OptimizerKind.RmsProp, OptimizerKind.Adagrad])
            Assert.All(SelectiveRate.For(kind).Candidates.Zip(SelectiveRate.For(OptimizerKind.Sgd).Candidates), static pair => Assert.Equal(pair.Second / 10, pair.First, 1e-9));
    }

    [Fact]
    public void A_search_is_due_at_the_first_epoch_of_each_interval() =>
        Assert.Equal([0, 10, 20], Enumerable.Range(0, 25).Where(Three.IsDueAt));

    [Theory]
    [InlineData(0f, 10, 30, "Candidates")]
    [InlineData(float.NaN, 10, 30, "Candidates")]
    [InlineData(1f, 0, 30, "Interval")]
    [InlineData(1f, 10, 0, "Steps")]
    public void Settings_out_of_range_are_refused(float candidate, int interval, int steps, string property)
    {
        var search = new SelectiveRate { Candidates = [candidate], Interval = interval, Steps = steps };
        Assert.Equal(property, Assert.Throws<ArgumentOutOfRangeException>(() => search.Select(static _ => 1f)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SelectiveRate { Candidates = [] }.Validate());
    }
}
