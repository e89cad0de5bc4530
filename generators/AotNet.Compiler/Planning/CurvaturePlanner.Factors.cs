using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Compiler.Planning;

/// <summary>Gram matrices of a layer's inputs and residuals, their averages and factors, and the form that uses both.</summary>
static partial class CurvaturePlanner
{
    /// <summary>A Gram matrix: sums over the rows of a call, or an average.</summary>
    /// <param name="Upper">Its upper triangle.</param>
    /// <param name="Border">Means of the inputs, its last row and column; null without a bias.</param>
    /// <param name="Factored">Where an average is kept as it was factored; null for sums.</param>
    internal sealed record Gram(Buffer Upper, Buffer? Border, Gram? Factored = null);

    /// <summary>A Cholesky factor.</summary>
    /// <param name="Triangle">Right of its diagonal blocks.</param>
    /// <param name="Diagonal">Those.</param>
    internal sealed record Factor(Buffer Triangle, Buffer Diagonal);

    /// <summary>
    /// K-FAC: D = (G + √λ/π I)⁻¹ Ĝ (A + π√λ I)⁻¹, A = X̂X̂ᵀ/N and G = RRᵀ/N, π² = (tr A / dim A) / (tr G / dim G). The residual
    /// takes G's part; with it in the residual's place, what remains is the form with a Gram of the inputs.
    /// </summary>
    static void AddTwoSided(PlanBuilder plan, Node node, DenseOp op)
    {
        const KernelCondition when = KernelCondition.Decorrelated;
        int batch = plan.Graph.Spec.Batch, inputs = plan.Graph.Nodes[node.Inputs[0]].Width;
        Buffer residual = plan.Residual(node);
        Gram input = AddInputGram(plan, node, op), output = AddGram(plan, node, residual, null, "residual ");
        Factor outputs = AddFactor(plan, node, output, "residual ", input), first = AddInputFactor(plan, node, op, input, output);

        Buffer transposed = plan.Curvature(node.Name + " residual transposed", op.Outputs, batch);
        Buffer solved = plan.Curvature(node.Name + " residual decorrelated", batch, op.Outputs);
        plan.Add(new Transpose(node.Name + " residual solve", residual, transposed, Extent.Rows), node, when);
        plan.Add(new CholeskySolve(node.Name + " residual solve", outputs.Triangle, outputs.Diagonal, transposed, transposed, Extent.Of(op.Outputs)), node, when);
        plan.Add(new Transpose(node.Name + " residual solve", transposed, solved, Extent.Of(op.Outputs)), node, when);
        if (CurvatureCost.Default.CheapestPrimal(inputs, op.Outputs, batch) == CurvatureForm.PrimalInputs)
        {
            AddPrimalInputs(plan, node, op, solved, first);
            return;
        }
        AddWeightProduct(plan, node, solved, null, when);
        AddBiasGradient(plan, node, op, solved, KernelCondition.BiasDecorrelated);
        AddGradient(plan, node, op, residual, KernelCondition.Plain, KernelCondition.BiasPlain);
        AddPrimal(plan, node, op, first);
    }

    static Gram AddInputGram(PlanBuilder plan, Node node, DenseOp op)
    {
        Buffer x = plan.Flat(node.Inputs[0]);
        return AddGram(plan, node, x, op.Bias ? plan.Curvature(node.Name + " input means", 1, x.Columns) : null, "");
    }

    static Factor AddInputFactor(PlanBuilder plan, Node node, DenseOp op, Gram gram, Gram? other = null) => AddFactor(plan, node, gram, "", other);

    /// <summary>The Gram of a matrix of one row a sample; of its average, where the network keeps them.</summary>
    static Gram AddGram(PlanBuilder plan, Node node, Buffer x, Buffer? means, string side)
    {
        bool averaged = plan.Graph.Spec.AveragedCurvature;
        KernelCondition when = averaged ? KernelCondition.GramRenewed : KernelCondition.Decorrelated;
        string name = $"{node.Name} {side}";
        Buffer gram = plan.Curvature(name + "gram", x.Columns, x.Columns);
        plan.Add(new MatrixProduct(name + "gram", x, x, gram, Extent.Of(x.Columns), Extent.Rows)
        {
            TransposesA = true,
            UpperOnly = true,
        }, node, when);
        if (means is not null)
            plan.Add(new ColumnMean(name + "gram", x, means), node, when);
        return AddAverage(plan, node, new Gram(gram, means), side);
    }

    /// <summary>The average that a Gram enters, where the network keeps them; else the Gram itself.</summary>
    internal static Gram AddAverage(PlanBuilder plan, Node node, Gram present, string side)
    {
        if (!plan.Graph.Spec.AveragedCurvature)
            return present;
        const KernelCondition when = KernelCondition.GramRenewed;
        string name = $"{node.Name} {side}";
        (Buffer gram, Buffer? means, _) = present;
        var factored = new Gram(Kept("gram factored", gram.Columns), means is null ? null : Kept("input means factored", 1));
        var average = new Gram(Kept("gram average", gram.Columns), means is null ? null : Kept("input means average", 1), factored);
        plan.Add(new AverageGram(name + "average", gram, means, average.Upper, average.Border), node, when);
        plan.Add(new GramDrift(name + "drift", average.Upper, average.Border, factored.Upper, factored.Border, plan.Curvature(name + "drift", 2, gram.Columns)), node, when);
        return average;

        Buffer Kept(string what, int rows) => plan.CurvatureState(name + what, rows, gram.Columns);
    }

    /// <summary>The factor of a Gram, kept where its average is.</summary>
    internal static Factor AddFactor(PlanBuilder plan, Node node, Gram gram, string side, Gram? other)
    {
        bool averaged = plan.Graph.Spec.AveragedCurvature;
        int order = gram.Upper.Columns, padded = Buffer.RoundUp(order + (gram.Border is null ? 0 : 1), 16);
        string name = $"{node.Name} {side}";
        var factor = new Factor(plan.CurvatureState(name + "factor", padded, padded), plan.CurvatureState(name + "diagonal blocks", padded, 16));
        if (gram.Factored is { } factored)
            plan.Add(new KeepGram(name + "factored", gram.Upper, gram.Border, factored.Upper, factored.Border), node, KernelCondition.FactorRenewed);
        plan.Add(new CholeskyFactor(name + "factor", gram.Upper, gram.Border, factor.Triangle, factor.Diagonal, Extent.Of(order), false)
        {
            Averaged = averaged,
            Other = other?.Upper,
            OtherIsBordered = other?.Border is not null,
        }, node, averaged ? KernelCondition.FactorRenewed : KernelCondition.Decorrelated);
        return factor;
    }
}
