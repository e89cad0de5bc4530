namespace AotNet.Compiler.Planning;

/// <summary>
/// Lays out Y = X W + b: with vectors along the outputs, which is one chain of multiply-adds for each; or, where so few
/// outputs would leave most of each vector empty, along the inputs.
/// </summary>
static class ForwardPlanner
{
    /// <summary>Outputs whose lanes are added up side by side.</summary>
    internal const int FewOutputs = 4;

    /// <summary>Inputs up to which the transposed weights stay in the first-level cache, in scratch on the stack.</summary>
    const int MostInputs = 1024;

    /// <summary>The kernel of one layer.</summary>
    /// <param name="name">Layer.</param>
    /// <param name="x">Inputs, batch x inputs.</param>
    /// <param name="weight">Weights, inputs x outputs.</param>
    /// <param name="bias">Bias; null for none.</param>
    /// <param name="y">Result, batch x outputs.</param>
    internal static MatrixProduct Kernel(string name, Buffer x, Buffer weight, Buffer? bias, Buffer y) =>
        new(name, x, weight, y, M: Extent.Rows, K: Extent.Of(weight.Rows))
        {
            Bias = bias,
            SumsByLanes = SumsByLanes(y.Rows, weight.Rows, weight.Columns),
        };

    /// <summary>Whether vectors lie along the inputs.</summary>
    internal static bool SumsByLanes(int rows, int inputs, int outputs)
    {
        (double asItIs, double byLanes) = ProductCost.Forward(rows, inputs, outputs);
        return outputs <= FewOutputs && inputs <= MostInputs && byLanes < asItIs;
    }
}
