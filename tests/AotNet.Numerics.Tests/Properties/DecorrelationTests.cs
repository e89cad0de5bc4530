using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Reference.Curvature;

namespace AotNet.Numerics.Tests.Properties;

/// <summary>What must hold of decorrelated gradients whatever computes them.</summary>
public sealed class DecorrelationTests
{
    [Fact]
    public void Strong_damping_leaves_the_gradient()
    {
        (Matrix x, Matrix residual) = Draw(rows: 9, inputs: 6, outputs: 4, seed: 1);
        const double damping = 1e9;
        Matrix gradient = Gradient(x, residual);
        Assert.True(Errors.Largest(gradient.Values, (damping * Decorrelation.Primal(x, gradient, damping)).Values) < 1e-7);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 12, 5)]
    [InlineData(12, 3, 5)]
    [InlineData(7, 7, 1)]
    public void Primal_equals_dual(int rows, int inputs, int outputs)
    {
        foreach (double damping in new[] { 1e-3, 1, 30 })
        {
            (Matrix x, Matrix residual) = Draw(rows, inputs, outputs, seed: rows);
            Matrix primal = Decorrelation.Primal(x, Gradient(x, residual), damping);
            Assert.True(Errors.Largest(primal.Values, Decorrelation.Dual(x, residual, damping).Values) < 1e-11);
        }
    }

    [Fact]
    public void Without_damping_mixing_the_inputs_does_not_change_the_outputs_move()
    {
        const double damping = 1e-13;
        (Matrix x, Matrix residual) = Draw(rows: 20, inputs: 6, outputs: 3, seed: 2);
        var random = new Random(3);
        Matrix mixing = Matrix.Of(x.Columns, x.Columns, (r, c) => Samples.Normal(random) + (r == c ? 3 : 0));
        Matrix mixed = x * mixing;
        Matrix move = x * Decorrelation.Primal(x, Gradient(x, residual), damping);
        Matrix mixedMove = mixed * Decorrelation.Primal(mixed, Gradient(mixed, residual), damping);
        Assert.True(Errors.Largest(move.Values, mixedMove.Values) < 1e-9);
    }

    [Theory]
    [InlineData("constant")]
    [InlineData("duplicated")]
    [InlineData("zero")]
    [InlineData("all zero")]
    public void Degenerate_features_give_finite_and_equal_forms(string kind)
    {
        (Matrix drawn, Matrix residual) = Draw(rows: 6, inputs: 5, outputs: 3, seed: 4);
        Matrix x = Matrix.Of(drawn.Rows, drawn.Columns, (r, c) => kind switch
        {
            "constant" => c == 2 ? 3 : drawn[r, c],
            "duplicated" => c == 2 ? drawn[r, 1] : drawn[r, c],
            "zero" => c == 2 ? 0 : drawn[r, c],
            _ => 0,
        });
        Matrix gradient = Gradient(x, residual), primal = Decorrelation.Primal(x, gradient, 1e-4);
        Assert.All(primal.Values, static value => Assert.True(double.IsFinite(value)));
        Assert.True(Errors.Largest(primal.Values, Decorrelation.Dual(x, residual, 1e-4).Values) < 1e-9);

        // The defining equation: (Gram + λ I) D = G.
        Matrix gram = Decorrelation.Gram(x);
        Assert.True(Errors.Largest(gradient.Values, (gram * primal + 1e-4 * primal).Values) < 1e-10);
        if (kind == "zero")
            Assert.All(Enumerable.Range(0, 3), c => Assert.Equal(0, primal[2, c]));
        if (kind == "duplicated")
            Assert.All(Enumerable.Range(0, 3), c => Assert.Equal(primal[1, c], primal[2, c], 1e-9));
    }

    [Fact]
    public void One_row_is_normalised_least_mean_squares()
    {
        (Matrix x, Matrix residual) = Draw(rows: 1, inputs: 5, outputs: 3, seed: 5);
        const double damping = 0.7;
        double scale = 1 / (x.SquaredNorm() + damping);
        Matrix expected = Matrix.Of(5, 3, (r, c) => scale * x[0, r] * residual[0, c]);
        Assert.True(Errors.Largest(expected.Values, Decorrelation.Primal(x, Gradient(x, residual), damping).Values) < 1e-13);
    }

    [Fact]
    public void One_block_is_the_whole_and_blocks_of_one_are_divisions()
    {
        (Matrix x, Matrix residual) = Draw(rows: 8, inputs: 5, outputs: 3, seed: 6);
        Matrix gradient = Gradient(x, residual), gram = Decorrelation.Gram(x);
        Matrix whole = Decorrelation.Blocked(x, gradient, static _ => 0.5, [3, 1, 4, 0, 2], 5);
        Assert.True(Errors.Largest(Decorrelation.Primal(x, gradient, 0.5).Values, whole.Values) < 1e-13);
        Matrix single = Decorrelation.Blocked(x, gradient, static _ => 0.5, [3, 1, 4, 0, 2], 1);
        Matrix divided = Matrix.Of(5, 3, (r, c) => gradient[r, c] / (gram[r, r] + 0.5));
        Assert.True(Errors.Largest(divided.Values, single.Values) < 1e-13);
    }

    static (Matrix X, Matrix Residual) Draw(int rows, int inputs, int outputs, int seed)
    {
        var random = new Random(seed);
        return (Matrix.Of(rows, inputs, (_, _) => Samples.Normal(random)), Matrix.Of(rows, outputs, (_, _) => Samples.Normal(random)));
    }

    static Matrix Gradient(Matrix x, Matrix residual) => 1.0 / x.Rows * (x.Transpose() * residual);
}
