using AotNet.Compiler.Graphs;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Reference.Optimization;

namespace AotNet.Numerics.Tests.Properties;

/// <summary>Update rules under gradients for which the weights are known in closed form.</summary>
public sealed class UpdateTests
{
    const double Rate = 0.1, Start = 2, Gradient = -0.5;

    [Fact]
    public void Momentum_sums_a_constant_gradient_geometrically()
    {
        UpdateRule rule = new() { Kind = UpdateKind.Sgd, LearningRate = Rate, Momentum = 0.8 };
        double sum = Enumerable.Range(1, 6).Sum(static k => (1 - Math.Pow(0.8, k)) / (1 - 0.8));
        Assert.Equal(Start - Rate * Gradient * sum, After(6, rule), 1e-13);
        double ahead = Enumerable.Range(1, 6).Sum(static k => 1 + 0.8 * (1 - Math.Pow(0.8, k)) / (1 - 0.8));
        Assert.Equal(Start - Rate * Gradient * ahead, After(6, rule with { Nesterov = true }), 1e-13);
    }

    [Fact]
    public void Corrected_momentum_of_sgd2_moves_by_the_whole_gradient_from_the_first_step() =>
        Assert.Equal(Start - 6 * Rate * Gradient, After(6, new() { Kind = UpdateKind.Sgd2, LearningRate = Rate }), 1e-13);

    [Theory]
    [InlineData(UpdateKind.Adam)]
    [InlineData(UpdateKind.AdamW)]
    public void Adam_moves_by_the_rate(UpdateKind kind) =>
        Assert.Equal(Start + 6 * Rate, After(6, new() { Kind = kind, LearningRate = Rate, Epsilon = 1e-12 }), 1e-10);

    [Fact]
    public void Rmsprop_and_adagrad_shrink_as_their_second_moments_grow()
    {
        UpdateRule rms = new() { Kind = UpdateKind.RmsProp, LearningRate = Rate, Momentum = 0, SecondMomentum = 0.99, Epsilon = 1e-12 };
        Assert.Equal(Start + Rate * Enumerable.Range(1, 6).Sum(static k => 1 / Math.Sqrt(1 - Math.Pow(0.99, k))), After(6, rms), 1e-9);
        UpdateRule adagrad = new() { Kind = UpdateKind.Adagrad, LearningRate = Rate, Epsilon = 1e-12 };
        Assert.Equal(Start + Rate * Enumerable.Range(1, 6).Sum(static k => 1 / Math.Sqrt(k)), After(6, adagrad), 1e-10);
    }

    [Fact]
    public void Decay_alone_shrinks_weights_and_spares_the_rest()
    {
        UpdateRule decoupled = new() { Kind = UpdateKind.AdamW, LearningRate = Rate, WeightDecay = 0.2, DecayKind = DecayKind.Decoupled };
        Assert.Equal(Start * Math.Pow(1 - Rate * 0.2, 4), After(4, decoupled, gradient: 0), 1e-13);
        Assert.Equal(Start, After(4, decoupled, gradient: 0, decays: false));
        UpdateRule l2 = new() { Kind = UpdateKind.Sgd, LearningRate = Rate, Momentum = 0, WeightDecay = 0.2 };
        Assert.Equal(Start * Math.Pow(1 - Rate * 0.2, 4), After(4, l2, gradient: 0), 1e-13);
        UpdateRule inMomentum = new() { Kind = UpdateKind.Sgd2, LearningRate = Rate, Momentum = 0, WeightDecay = 0.2, DecayKind = DecayKind.Momentum };
        Assert.Equal(Start * Math.Pow(1 - Rate * 0.2, 4), After(4, inMomentum, gradient: 0), 1e-13);
    }

    [Fact]
    public void Clipping_bounds_the_norm_of_all_gradients_together_and_keeps_their_direction()
    {
        Graph graph = NetworkBuilder.GraphOf(OpCase.All[0].Spec(batch: 4));
        ReferenceNetwork free = new(graph), clipped = new(graph);
        Samples.Fill(free, 1);
        Samples.Fill(clipped, 1);
        Batch batch = Samples.Batch(graph, 4, 2);
        UpdateRule rule = new() { Kind = UpdateKind.Sgd, LearningRate = 1, Momentum = 0 };
        Dictionary<string, Matrix> before = free.Tensors.ToDictionary(static pair => pair.Key, static pair => pair.Value.Copy());
        double norm = Math.Sqrt(free.Step(batch, rule).Decorrelated.Values.Sum(static gradient => gradient.SquaredNorm()));
        clipped.Step(batch, rule with { ClipNorm = norm / 5 });
        foreach (string tensor in before.Keys)
        {
            Matrix full = free.Tensors[tensor] - before[tensor], part = clipped.Tensors[tensor] - before[tensor];
            Assert.True(Errors.Largest(full.Values, (5.0 * part).Values) < 1e-10);
        }
    }

    static double After(int steps, UpdateRule rule, double gradient = Gradient, bool decays = true)
    {
        Matrix tensor = Matrix.Of(1, 1, static (_, _) => Start);
        Moments moments = Moments.For(tensor);
        for (int t = 1; t <= steps; t++)
            Update.Apply(rule, t, decays, tensor, Matrix.Of(1, 1, (_, _) => gradient), moments);
        return tensor[0, 0];
    }
}
