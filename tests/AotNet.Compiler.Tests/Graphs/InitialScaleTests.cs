using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Tests;

/// <summary>Initial weights that a declaration leaves open follow what the layer's output becomes.</summary>
public sealed class InitialScaleTests
{
    [Theory]
    [InlineData("Relu", "He")]
    [InlineData("LeakyRelu", "He")]
    [InlineData("Gelu", "He")]
    [InlineData("Silu", "He")]
    [InlineData("ModU", "LeCun")]
    [InlineData("Tanh", "LeCun")]
    [InlineData("Sigmoid", "LeCun")]
    [InlineData("BatchRms", "LeCun")]
    public void Layers_left_open_start_as_their_activation_wants(string activation, string expected)
    {
        DenseOp[] layers = Layers(activation, null);
        Assert.Equal(new Start(expected), layers[0].Start);
        Assert.Equal(new Start("LeCun"), layers[1].Start);
    }

    [Theory]
    [InlineData("He", 0)]
    [InlineData("Zero", 0)]
    [InlineData("Normal", 0.5)]
    public void What_a_declaration_says_is_kept(string initializer, double sigma) =>
        Assert.Equal(new Start(initializer, sigma), Layers("ModU", new Constant(sigma, initializer))[0].Start);

    static DenseOp[] Layers(string activation, Constant? initializer)
    {
        var b = new NetworkBuilder("N", 4);
        Value hidden = b.Add("Dense", [b.Input("x", 3)], new Constant(5), new Constant(1), initializer ?? new Constant(0), new Constant(0), new Constant(0));
        Constant[] settings = activation switch
        {
            "LeakyRelu" => [new Constant(0.25)],
            "BatchRms" => [new Constant(0.1), new Constant(0), new Constant(0)],
            _ => [],
        };
        Value output = b.Add("Dense", [b.Add(activation, [hidden], settings)], new Constant(2), new Constant(1), new Constant(0), new Constant(0), new Constant(0));
        (Graph? graph, _) = GraphBuilder.Build(b.SoftmaxCrossEntropy(output, b.Labels(2)));
        return [.. graph!.Nodes.Select(static node => node.Op).OfType<DenseOp>()];
    }
}
