using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Tests;

/// <summary>What the tables and costs of kernel selection say.</summary>
public sealed class SelectionTests
{
    [Theory]
    [InlineData(3, 128, 8)] // 24 sums
    [InlineData(3, 784, 8)]
    [InlineData(3, 17, 9)] // and a tile of eight rows, in place of two and one of a single row
    [InlineData(3, 10, 8)]
    [InlineData(3, 3, 3)]
    [InlineData(2, 512, 12)]
    [InlineData(1, 512, 16)]
    public void TilesOf512Bits(int vectors, int rows, int height) => Assert.Equal(height, InstructionSet.Avx512.TileRows(vectors, rows));

    [Theory]
    [InlineData(3, 128, 4)] // 12 sums
    [InlineData(3, 10, 4)]
    [InlineData(2, 120, 6)]
    [InlineData(1, 120, 12)]
    public void TilesOf256Bits(int vectors, int rows, int height) => Assert.Equal(height, InstructionSet.Avx2.TileRows(vectors, rows));

    [Fact]
    public void TilesNeverNeedMoreRegistersThanThereAre()
    {
        foreach (InstructionSet set in new[] { InstructionSet.Avx512, InstructionSet.Avx2 })
            for (int vectors = 1; vectors <= set.TileVectors; vectors++)
                for (int rows = 1; rows <= 200; rows++)
                    Assert.InRange(set.TileRows(vectors, rows) * vectors + vectors + 1, 3, set.Registers);
    }

    [Theory]
    [InlineData(32, 512, 512, true)] // a batch is less to transpose than the weights
    [InlineData(64, 512, 512, true)]
    [InlineData(128, 512, 512, false)]
    [InlineData(300, 512, 512, false)]
    [InlineData(512, 512, 512, false)]
    [InlineData(32, 512, 10, false)]
    public void InputGradientsTransposeTheLesserOperand(int rows, int inputs, int outputs, bool residual) =>
        Assert.Equal(residual, InputGradientPlanner.TransposesResidual(rows, inputs, outputs));

    [Theory]
    [InlineData(32, 100, 3, true)]
    [InlineData(512, 784, 4, true)]
    [InlineData(8, 100, 3, false)] // too few rows to transpose the weights for
    [InlineData(512, 16, 2, false)] // sums too short to add up lanes for
    [InlineData(512, 100, 5, false)]
    [InlineData(512, 2000, 3, false)] // weights beyond the first-level cache
    public void ForwardOfFewOutputsLiesAlongTheInputs(int rows, int inputs, int outputs, bool byLanes) =>
        Assert.Equal(byLanes, ForwardPlanner.SumsByLanes(rows, inputs, outputs));

    [Theory]
    [InlineData(128, 1)]
    [InlineData(304, 1)]
    [InlineData(320, 16)]
    [InlineData(528, 16)]
    public void SingleRowsWriteOutTermsOfRowsThatLieFarApart(int stride, int terms) =>
        Assert.Equal(terms, InstructionSet.Avx512.RowTerms(stride));

    [Theory]
    [InlineData(128, 128, 128, false)]
    [InlineData(784, 128, 128, false)]
    [InlineData(512, 512, 512, true)]
    public void TilesFetchFromFarWhatTheSecondLevelCacheCannotHold(int rows, int inputs, int outputs, bool far) =>
        Assert.Equal(far, InstructionSet.Avx512.FetchesFromFar(rows, inputs, outputs));

    [Theory]
    [InlineData(128, 512, 10, true)] // 10 of 16 lanes
    [InlineData(128, 100, 3, true)]
    [InlineData(128, 512, 16, false)]
    [InlineData(128, 784, 512, false)]
    [InlineData(1, 512, 10, false)]
    public void WeightGradientsOfFewOutputsLieAlongTheInputs(int rows, int inputs, int outputs, bool transposed) =>
        Assert.Equal(transposed, WeightGradientPlanner.IsTransposed(rows, inputs, outputs));

    [Theory]
    [InlineData(10, 1, 0)]
    [InlineData(8, 1, 1)]
    [InlineData(100, 7, 1)]
    [InlineData(112, 7, 0)]
    [InlineData(33, 3, 1)]
    public void PanelsLeaveOutHalfAVectorOfPadding(int columns, int vectors, int endsInPadding)
    {
        IReadOnlyList<Emission.Kernels.PanelGroup> groups = Emission.Kernels.PanelSplit.Cut(InstructionSet.Avx512, columns);
        Assert.Equal(vectors, groups.Sum(static group => group.Count * group.Vectors));
        Assert.Equal(endsInPadding, groups.Count(static group => group.EndsInPadding));
        IReadOnlyList<Emission.Kernels.PanelGroup> narrow = Emission.Kernels.PanelSplit.Cut(InstructionSet.Avx2, columns);
        Assert.Equal(2 * vectors - endsInPadding, narrow.Sum(static group => group.Count * group.Vectors));
    }

    [Theory]
    [InlineData(128, 784, 512, true)]
    [InlineData(16, 16, 65, true)]
    [InlineData(15, 784, 512, false)] // too few rows for lists
    [InlineData(128, 8, 512, false)] // and too few inputs
    [InlineData(128, 20, 512, false)] // tiles do not divide the inputs
    [InlineData(128, 784, 64, false)] // too few multiply-adds for each input
    public void ProductsOverInputsLeaveOutZeros(int rows, int inputs, int outputs, bool leavesOut)
    {
        var b = new NetworkBuilder("N", rows);
        Plan plan = Planner.Plan(NetworkBuilder.GraphOf(
            b.SoftmaxCrossEntropy(b.Input("x", inputs).Dense(outputs).Relu().Dense(outputs), b.Labels(outputs))));
        Assert.Equal(leavesOut ? ["dense1", "dense1 dW"] : [], plan.Step.OfType<NonzeroTerms>().Select(static kernel => kernel.Name).Distinct());
        Assert.Equal(leavesOut, plan.Forward.OfType<MatrixProduct>().Any(static product => product.Terms is not null));
        Assert.Equal(leavesOut, plan.Backward.OfType<WeightGradient>().Any(static gradient => gradient.Terms is not null));
    }

    [Fact]
    public void PlansSayWhatTheCostsDecided()
    {
        var b = new NetworkBuilder("N", batch: 128);
        Plan plan = Planner.Plan(NetworkBuilder.GraphOf(
            b.SoftmaxCrossEntropy(b.Input("x", 784).Dense(512).Relu().Dense(10), b.Labels(10))));
        Assert.Contains("dense1: tiles Avx512 8x48, Avx2 4x24; dW as it is 3211.3", PlanPrinter.Print(plan), StringComparison.Ordinal);
    }
}
