using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Tests;

/// <summary>What a declaration leaves open follows what stands before and behind a layer.</summary>
public sealed class LayerDefaultsTests
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

    [Theory]
    [InlineData(CurvatureRequest.Auto, CurvatureRequest.Off, 4, 3)]
    [InlineData(CurvatureRequest.Auto, CurvatureRequest.Auto, 12)]
    [InlineData(CurvatureRequest.Primal, CurvatureRequest.Primal, 4, 3)]
    public void A_dense_layer_on_an_image_is_left_out_of_the_decorrelation(CurvatureRequest declared, CurvatureRequest expected, params int[] shape)
    {
        foreach (bool flattened in new[] { false, true })
        {
            var b = new NetworkBuilder("N", 4);
            Value x = b.Input("x", shape);
            if (flattened)
                x = b.Add("Flatten", [x]);
            Value hidden = Dense(b, x, 5, declared);
            (Graph? graph, _) = GraphBuilder.Build(b.SoftmaxCrossEntropy(Dense(b, hidden, 2, CurvatureRequest.Auto), b.Labels(2)));
            Assert.Equal([expected, CurvatureRequest.Auto], graph!.Nodes.Select(static node => node.Op).OfType<DenseOp>().Select(static op => op.Curvature));
        }
    }

    static Value Dense(NetworkBuilder b, Value x, int outputs, CurvatureRequest curvature) =>
        b.Add("Dense", [x], new Constant(outputs), new Constant(1), new Constant(0), new Constant((int)curvature), new Constant(0));

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
