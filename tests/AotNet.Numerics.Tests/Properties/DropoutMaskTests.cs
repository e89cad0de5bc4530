using AotNet.Compiler;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;

namespace AotNet.Numerics.Tests.Properties;

/// <summary>The masks that compiled networks are known to draw (see the op tests) are good masks.</summary>
public sealed class DropoutMaskTests
{
    const int Rows = 400, Width = 70;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_share_dropped_is_the_rate_in_every_row_and_column(double rate)
    {
        Matrix mask = Draw(rate, seed: 1, step: 0);
        double deviation = Math.Sqrt(rate * (1 - rate));
        Assert.InRange(1 - (mask.Values.Sum() / mask.Values.Length), rate - (4 * deviation / Math.Sqrt(Rows * Width)), rate + (4 * deviation / Math.Sqrt(Rows * Width)));
        Assert.All(mask.ColumnMeans().Values, kept => Assert.InRange(1 - kept, rate - (5 * deviation / Math.Sqrt(Rows)), rate + (5 * deviation / Math.Sqrt(Rows))));
        Assert.All(mask.Transpose().ColumnMeans().Values, kept => Assert.InRange(1 - kept, rate - (5 * deviation / Math.Sqrt(Width)), rate + (5 * deviation / Math.Sqrt(Width))));
    }

    [Fact]
    public void Steps_and_seeds_have_unrelated_masks_and_the_same_ones_again()
    {
        Matrix mask = Draw(0.5, seed: 1, step: 0);
        Assert.Equal(mask.Values, Draw(0.5, seed: 1, step: 0).Values);
        foreach (Matrix other in new[] { Draw(0.5, seed: 1, step: 1), Draw(0.5, seed: 2, step: 0), Draw(0.5, seed: 1, step: 0, node: 3) })
        {
            double agreeing = mask.Values.Zip(other.Values).Count(static pair => pair.First == pair.Second);
            Assert.InRange(agreeing / mask.Values.Length, 0.48, 0.52);
        }
    }

    [Fact]
    public void A_rate_of_zero_keeps_everything() => Assert.All(Draw(0, seed: 1, step: 0).Values, static kept => Assert.Equal(1, kept));

    static Matrix Draw(double rate, ulong seed, long step, int node = 2) =>
        DropoutMasks.Draw(new Node(node, "dropout1", new DropoutOp((float)rate, false), EquatableArray<int>.Empty, Shape.Vector(Width)), Rows, seed, step);
}
