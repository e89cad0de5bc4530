using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

public sealed class OuterProductTests
{
    /// <summary>The weight gradient of one row is exact: each element is one product, whoever computes it.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(20, 10)]
    [InlineData(7, 130)]
    [InlineData(300, 256)]
    public void WeightGradientOfOneRow(int inputs, int outputs)
    {
        using var arena = new TestArena();
        Buffer x = arena.Add("x", 1, inputs), residual = arena.Add("residual", 1, outputs), gradient = arena.Add("gradient", inputs, outputs);
        arena.Randomize(x, 1, 1);
        arena.Randomize(residual, 1, 2);
        var kernel = new WeightGradient("dW", x, residual, gradient, null);
        foreach (InstructionSet set in Engines.Available)
        {
            EmittedKernel.Pass pass = arena.Compile(set, kernel);
            foreach (int workers in new[] { 1, 2, 3, 8 })
            {
                arena.Fill(gradient, float.NaN);
                arena.Run(pass, 1, workers);
                for (int i = 0; i < inputs; i++)
                    for (int j = 0; j < Buffer.RoundUp(outputs, 16); j++)
                        Assert.Equal(j < outputs ? arena.At(x, 0, i) * arena.At(residual, 0, j) : 0, arena.At(gradient, i, j));
            }
        }
    }
}
