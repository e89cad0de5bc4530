using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Tests;

public sealed class CurvatureCostTests
{
    /// <summary>Inputs, outputs, rows, and the form that was fastest when all three were timed, by a margin of 15 to 80 %.</summary>
    [Theory]
    [InlineData(8, 128, 512, CurvatureForm.Primal)]
    [InlineData(32, 64, 100, CurvatureForm.Primal)]
    [InlineData(200, 10, 256, CurvatureForm.Primal)]
    [InlineData(300, 400, 512, CurvatureForm.Primal)]
    [InlineData(400, 64, 512, CurvatureForm.Primal)]
    [InlineData(400, 400, 512, CurvatureForm.Primal)]
    [InlineData(8, 400, 64, CurvatureForm.PrimalInputs)]
    [InlineData(8, 1024, 256, CurvatureForm.PrimalInputs)]
    [InlineData(16, 1024, 512, CurvatureForm.PrimalInputs)]
    [InlineData(100, 400, 256, CurvatureForm.PrimalInputs)]
    [InlineData(200, 512, 256, CurvatureForm.PrimalInputs)]
    [InlineData(16, 32, 8, CurvatureForm.Dual)]
    [InlineData(64, 512, 16, CurvatureForm.Dual)]
    [InlineData(100, 128, 64, CurvatureForm.Dual)]
    [InlineData(200, 400, 100, CurvatureForm.Dual)]
    [InlineData(300, 128, 256, CurvatureForm.Dual)]
    [InlineData(512, 1024, 256, CurvatureForm.Dual)]
    public void Picks_what_was_measured_to_be_fastest(int inputs, int outputs, int rows, CurvatureForm fastest) =>
        Assert.Equal(fastest, CurvatureCost.Default.Cheapest(inputs, outputs, rows));

    [Theory]
    [InlineData(784, 400, 128, CurvatureForm.PrimalInputs)]
    [InlineData(400, 360, 512, CurvatureForm.Primal)]
    [InlineData(784, 10, 128, CurvatureForm.Primal)]
    public void Solves_for_the_fewer_columns(int inputs, int outputs, int rows, CurvatureForm form) =>
        Assert.Equal(form, CurvatureCost.Default.CheapestPrimal(inputs, outputs, rows));

    [Fact]
    public void Costs_grow_with_every_extent()
    {
        foreach (Func<int, int, int, double> cost in new Func<int, int, int, double>[]
            { CurvatureCost.Default.Primal, CurvatureCost.Default.PrimalInputs, CurvatureCost.Default.Dual })
        {
            double before = cost(64, 64, 64);
            Assert.True(cost(128, 64, 64) > before);
            Assert.True(cost(64, 64, 128) > before);
            Assert.True(cost(64, 128, 64) >= before);
        }
    }

    [Fact]
    public void A_cost_is_at_least_its_multiply_adds()
    {
        var cost = CurvatureCost.Default;
        Assert.InRange(cost.Dual(784, 400, 128), 128 * 128 * 784 / 2 + 128 * 128 * 128 / 6 + 128 * 128 * 400, 20e6);
        Assert.InRange(cost.Primal(400, 360, 512), 512 * 401 * 401 / 2 + 401 * 401 * 401 / 6 + 401 * 401 * 360, 140e6);
    }

    [Fact]
    public void Prints_every_constant() => Assert.Equal(
        typeof(CurvatureCost).GetProperties().Count(static property => property.PropertyType == typeof(double)),
        CurvatureCost.Default.ToString().Split('\n').Length);
}
