namespace AotNet.Compiler.Planning;

/// <summary>
/// Lays out Y = X W + b: with vectors along the outputs, which is one chain of multiply-adds for each; or, where so few
/// outputs would leave most of each vector empty, along the inputs. A single row by so many weights that threads may share
/// them is summed in portions.
/// </summary>
static class ForwardPlanner
{
    /// <summary>Outputs whose lanes are added up side by side.</summary>
    internal const int FewOutputs = 4;

    /// <summary>Inputs up to which the transposed weights stay in the first-level cache, in scratch on the stack.</summary>
    const int MostInputs = 1024;

    /// <summary>Weights from which on a single row is summed in portions.</summary>
    const int SharedWeights = 1 << 17;

    /// <summary>Portions of the inputs, and inputs from which on each has enough of them to outweigh adding up the portions.</summary>
    const int Portions = 8, PortionedInputs = 32 * Portions;

    /// <summary>The kernel of one layer.</summary>
    /// <param name="name">Layer.</param>
    /// <param name="x">Inputs, batch x inputs.</param>
    /// <param name="weight">Weights, inputs x outputs.</param>
    /// <param name="bias">Bias; null for none.</param>
    /// <param name="y">Result, batch x outputs.</param>
    /// <param name="scratch">Makes a buffer of a name, rows and columns that the kernel has to itself; null where it must do without.</param>
    /// <param name="terms">The terms to sum; null for all.</param>
    internal static Product Kernel(string name, Buffer x, Buffer weight, Buffer? bias, Buffer y, Func<string, int, int, Buffer>? scratch,
        Buffer? terms = null) =>
        scratch is not null && y.Rows == 1 && weight.Rows >= PortionedInputs && weight.Length >= SharedWeights
        ? new RowProduct(name, x, weight, bias, y, scratch(name + " portions", Portions, weight.Columns))
        : new MatrixProduct(name, x, weight, y, M: Extent.Rows, K: Extent.Of(weight.Rows))
        {
            Bias = bias,
            SumsByLanes = SumsByLanes(y.Rows, weight.Rows, weight.Columns),
            Terms = terms,
        };

    /// <summary>Whether vectors lie along the inputs.</summary>
    internal static bool SumsByLanes(int rows, int inputs, int outputs)
    {
        (double asItIs, double byLanes) = ProductCost.Forward(rows, inputs, outputs);
        return outputs <= FewOutputs && inputs <= MostInputs && byLanes < asItIs;
    }
}
