namespace AotNet.Peers.Products;

/// <summary>Inputs and outputs of a dense layer.</summary>
readonly record struct LayerShape(int Inputs, int Outputs)
{
    public override string ToString() => $"{Inputs}x{Outputs}";
}

/// <summary>The grid that products are measured on.</summary>
static class ProductShapes
{
    internal static int[] Rows { get; } = [1, 8, 32, 100, 128, 500, 512];

    internal static LayerShape[] Layers { get; } =
    [
        new(784, 128), new(784, 512), new(128, 128), new(300, 100), new(512, 512), new(1024, 1024), new(512, 10), new(128, 10),
        new(100, 3), new(17, 33),
    ];

    /// <summary>Whether arithmetic bounds a product of this size, so that it should come close to the peak.</summary>
    internal static bool ArithmeticBounds(int rows, LayerShape layer) => rows >= 32 && layer.Inputs >= 128 && layer.Outputs >= 128;
}
