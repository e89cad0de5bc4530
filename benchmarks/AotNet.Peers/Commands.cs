using AotNet.Benchmarks.Harness;
using AotNet.Peers.Harness;
using AotNet.Peers.Products;
using ConsoleAppFramework;

namespace AotNet.Peers;

/// <summary>Every verb with its flags; the comments are the help texts.</summary>
sealed class Commands
{
    /// <summary>Forward, dW and dX of dense layers: ours, OpenBLAS, libtorch and the bound. One thread.</summary>
    /// <param name="rows">Rows of the batch, with commas (default: 1,8,32,100,128,500,512).</param>
    /// <param name="layers">Layers as INPUTSxOUTPUTS, with commas (default: the ten of the grid).</param>
    /// <param name="kinds">forward, dW, dX, with commas (default: all).</param>
    /// <param name="repeats">Samples of each contestant, at least 1.</param>
    /// <param name="sampleMs">Least length of a sample in milliseconds.</param>
    /// <param name="output">Folder to write CPU/products.md into; none when empty.</param>
    public void Products([HideDefaultValue] string rows = "", [HideDefaultValue] string layers = "", [HideDefaultValue] string kinds = "",
        int repeats = 7, double sampleMs = 4, string output = "")
    {
        new ProductComparison(Arguments.Sampling(repeats, sampleMs))
            .Run(Arguments.Choose("kinds", kinds, Enum.GetValues<ProductKind>(), ProductComparison.Name), Arguments.Integers("rows", rows, ProductShapes.Rows), Arguments.Layers(layers, ProductShapes.Layers))
            .Save(output, "products");
    }
}
