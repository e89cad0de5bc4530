using AotNet.Compiler.Graphs;

namespace AotNet.Compiler.Planning;

/// <summary>
/// Lays out dX = dY Wᵀ, whose right operand no layout of the weights offers as it is: either W is transposed, or dY is, and
/// dXᵀ = W dYᵀ is transposed back tile by tile. Sums and their order are the same. A single row takes the rows of W as they lie.
/// </summary>
static class InputGradientPlanner
{
    /// <summary>Terms of a panel of the transposed weights that stays in the second-level cache, in scratch on the stack.</summary>
    const int PanelTerms = 1280;

    internal static void Add(PlanBuilder plan, Node node, Buffer dX)
    {
        foreach (Kernel kernel in Kernels(node.Name, plan.Tensor(node, "weight"), plan.Residual(node), dX, plan.Scratch))
            plan.Add(kernel);
    }

    /// <summary>The kernels of one layer.</summary>
    /// <param name="name">Layer.</param>
    /// <param name="weight">Weights, inputs x outputs.</param>
    /// <param name="residual">Residual of the outputs, batch x outputs.</param>
    /// <param name="dX">Result, batch x inputs.</param>
    /// <param name="scratch">Makes a buffer of a name, rows and columns that lives between two kernels.</param>
    internal static IEnumerable<Kernel> Kernels(string name, Buffer weight, Buffer residual, Buffer dX, Func<string, int, int, Buffer> scratch)
    {
        Extent inputs = Extent.Of(weight.Rows), outputs = Extent.Of(weight.Columns);
        if (residual.Rows == 1)
        {
            yield return new RowInputGradient(name + " dX", weight, residual, dX);
        }
        else if (TransposesResidual(residual.Rows, weight.Rows, weight.Columns))
        {
            Buffer transposed = scratch(name + " residual transposed", weight.Columns, residual.Rows);
            yield return new Transpose(name + " backward", residual, transposed, Extent.Rows);
            yield return new TransposedProduct(name + " dX", weight, transposed, dX);
        }
        else if (weight.Columns <= PanelTerms)
        {
            yield return new MatrixProduct(name + " dX", residual, weight, dX, M: Extent.Rows, K: outputs) { TransposesB = true };
        }
        else
        {
            Buffer transposed = scratch(name + " weight transposed", weight.Columns, weight.Rows);
            yield return new Transpose(name + " backward", weight, transposed, inputs);
            yield return new MatrixProduct(name + " dX", residual, transposed, dX, M: Extent.Rows, K: outputs);
        }
    }

    /// <summary>Whether transposing dY and dX costs less, padding included, than transposing W.</summary>
    internal static bool TransposesResidual(int rows, int inputs, int outputs)
    {
        (double byResidual, double byWeight) = ProductCost.InputGradient(rows, inputs, outputs);
        return byResidual < byWeight;
    }
}
