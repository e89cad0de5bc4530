using AotNet.Compiler.Graphs;

namespace AotNet.Compiler.Planning;

/// <summary>
/// Lays out dX = dY Wᵀ, whose right operand no layout of the weights offers as it is: either W is transposed, or dY is, and
/// dXᵀ = W dYᵀ is transposed back. Sums and their order are the same.
/// </summary>
static class InputGradientPlanner
{
    /// <summary>Least rows that fill a tile of columns.</summary>
    const int LeastRows = 16;

    internal static void Add(PlanBuilder plan, Node node, Buffer dX)
    {
        Buffer weight = plan.Tensor(node, "weight"), residual = plan.Residual(node);
        if (TransposesResidual(plan.Graph.Spec.Batch, weight.Rows, weight.Columns))
            AddByResidual(plan, node.Name, weight, residual, dX);
        else
            AddByWeight(plan, node.Name, weight, residual, dX);
    }

    /// <summary>Whether there is less to transpose in dY and dX than in W.</summary>
    internal static bool TransposesResidual(int rows, int inputs, int outputs) =>
        rows >= LeastRows && (long)rows * (inputs + outputs) < (long)inputs * outputs;

    static void AddByWeight(PlanBuilder plan, string name, Buffer weight, Buffer residual, Buffer dX)
    {
        Buffer transposed = plan.Scratch(name + " weight transposed", weight.Columns, weight.Rows);
        plan.Add(new Transpose(name + " backward", weight, transposed, Extent.Of(weight.Rows)));
        plan.Add(new MatrixProduct(name + " dX", residual, transposed, dX, M: Extent.Rows, K: Extent.Of(weight.Columns)));
    }

    static void AddByResidual(PlanBuilder plan, string name, Buffer weight, Buffer residual, Buffer dX)
    {
        int batch = plan.Graph.Spec.Batch;
        Buffer transposed = plan.Scratch(name + " residual transposed", weight.Columns, batch);
        Buffer product = plan.Scratch(name + " dX transposed", weight.Rows, batch);
        plan.Add(new Transpose(name + " backward", residual, transposed, Extent.Rows));
        plan.Add(new MatrixProduct(name + " dX", weight, transposed, product, M: Extent.Of(weight.Rows), K: Extent.Of(weight.Columns)));
        plan.Add(new Transpose(name + " dX", product, dX, Extent.Of(weight.Rows)));
    }
}
