using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Planning;

/// <summary>
/// Decorrelated gradients of convolutions. By channels, as the authors have it: with X̂ the channels of every position and a
/// 1 for the bias, the gradient of each tap is solved with the Gram of X̂, the bias gradient once beside each; the bias is
/// then the mean of these. By patches: the gradient is solved with the Gram of the patches, as that of a dense layer over
/// them. Gram matrices are means over positions of all samples.
/// </summary>
static class ConvolutionCurvature
{
    /// <summary>Part of the layer's own products that the Gram of its patches may cost before that of its channels takes its place.</summary>
    internal const double Affordable = 0.25;

    /// <summary>The form of a layer.</summary>
    /// <param name="op">Layer.</param>
    /// <param name="input">Shape of one sample going in.</param>
    /// <param name="output">Shape of one sample going out.</param>
    /// <param name="spec">The network's batch and budget.</param>
    internal static CurvatureForm Choose(ConvOp op, Shape input, Shape output, NetworkSpec spec)
    {
        long order = (long)op.WindowOver(input).Taps * input.Channels + 1;
        if (op.Curvature == CurvatureRequest.Off || op.GroupsOf(input) > 1)
            return CurvatureForm.Off;
        if (op.Curvature is CurvatureRequest.Channels or CurvatureRequest.Patches)
            return op.Curvature == CurvatureRequest.Channels ? CurvatureForm.Channels : CurvatureForm.Patches;
        if (input.Channels + 1 > spec.CurvatureBudget)
            return CurvatureForm.Off;
        bool patches = op.Curvature == CurvatureRequest.Primal
            || Patches((int)order, output, spec.Batch) <= Affordable * Products((int)order, output, spec.Batch);
        return order <= spec.CurvatureBudget && patches ? CurvatureForm.Patches : CurvatureForm.Channels;
    }

    /// <summary>Multiply-adds that a step's decorrelation by patches costs.</summary>
    static double Patches(int order, Shape output, int batch)
    {
        CurvatureCost cost = CurvatureCost.Default;
        int columns = (int)PatchGram.ColumnsOf((long)batch * output.Positions);
        return cost.Gram(order, columns) + cost.StreamedValue * order * columns + cost.Factor(order) + cost.Solve(order, output.Channels);
    }

    /// <summary>Multiply-adds of the three products of a step.</summary>
    static double Products(int order, Shape output, int batch) =>
        3.0 * batch * output.Positions * order * Buffer.RoundUp(output.Channels, 8);

    /// <summary>Adds dW, db and the kernels that decorrelate them; a plan to be looked into has none.</summary>
    internal static void AddWeightGradient(PlanBuilder plan, Node node, ConvOp op)
    {
        if (plan.Probes)
            return;
        Shape input = plan.Graph.Nodes[node.Inputs[0]].Shape;
        CurvatureForm form = Choose(op, input, node.Shape, plan.Graph.Spec);
        ConvolutionPlanner.AddWeightGradient(plan, node, op);
        PatchGrid grid = ConvolutionPlanner.GridOf(plan, node, op);
        int order = (form == CurvatureForm.Patches ? grid.Terms : input.Channels) + (op.Bias ? 1 : 0);
        plan.Curvatures.Add(new LayerCurvature(node.Id, form, form == CurvatureForm.Off ? 0 : order));
        if (form == CurvatureForm.Off)
            return;
        Buffer gradient = plan.Gradient(node, "weight");
        Buffer? bias = op.Bias ? plan.Gradient(node, "bias") : null;
        (Buffer raw, Buffer? rawBias) = (Copy(gradient)!, Copy(bias));
        if (form == CurvatureForm.Patches)
            AddPatches(plan, node, gradient, bias, AddFactor(plan, node, op, grid), order);
        else
            AddChannels(plan, node, op, input, grid, order);
        plan.Add(new SlopeBetween(node.Name + " slope", raw, rawBias, gradient, bias), node, KernelCondition.Measured);

        Buffer? Copy(Buffer? values)
        {
            if (values is null)
                return null;
            Buffer copy = plan.Curvature(values.Name + " before", values.Rows, values.Columns);
            plan.Add(new CopyColumns(node.Name + " slope", values, 0, copy, 0, values.Columns) { FixedRows = values.Rows, PadsTo = copy.Stride },
                node, KernelCondition.Measured);
            return copy;
        }
    }

    /// <summary>D = G A⁻¹ solved in place: the gradient, bias row last, is the right side.</summary>
    static void AddPatches(PlanBuilder plan, Node node, Buffer gradient, Buffer? bias, CurvaturePlanner.Factor factor, int order) =>
        plan.Add(new CholeskySolve(node.Name + " solve", factor.Triangle, factor.Diagonal, gradient, gradient, Extent.Of(order)) { BiasRow = bias },
            node, KernelCondition.Decorrelated);

    /// <summary>The gradients of all taps side by side, each with the bias gradient below, are the right sides.</summary>
    static void AddChannels(PlanBuilder plan, Node node, ConvOp op, Shape input, PatchGrid grid, int order)
    {
        const KernelCondition when = KernelCondition.Decorrelated;
        int taps = grid.KernelHeight * grid.KernelWidth;
        CurvaturePlanner.Factor factor = AddFactor(plan, node, op,
            PatchGrid.Of(new WindowShape(1, 1, 1, 1, 1, 1, default), input, ConvolutionPlanner.InputOf(plan, node, op)));
        Buffer gradient = plan.Gradient(node, "weight");
        Buffer? bias = op.Bias ? plan.Gradient(node, "bias") : null;
        Buffer right = plan.Curvature(node.Name + " gradient by channels", Buffer.RoundUp(order, 16), taps * Buffer.RoundUp(node.Shape.Channels, 16));
        plan.Add(new ArrangeTaps(node.Name + " solve", gradient, bias, right, taps, Returns: false), node, when);
        plan.Add(new CholeskySolve(node.Name + " solve", factor.Triangle, factor.Diagonal, right, right, Extent.Of(order)), node, when);
        plan.Add(new ArrangeTaps(node.Name + " solve", gradient, null, right, taps, Returns: true), node, when);
        if (bias is not null)
            plan.Add(new TapMean(node.Name + " solve", right, bias, order - 1, taps), node, KernelCondition.BiasDecorrelated);
    }

    static CurvaturePlanner.Factor AddFactor(PlanBuilder plan, Node node, ConvOp op, PatchGrid grid)
    {
        Buffer gram = plan.Curvature(node.Name + " gram", grid.Terms, grid.Terms);
        Buffer? means = op.Bias ? plan.Curvature(node.Name + " input means", 1, grid.Terms) : null;
        plan.Add(new PatchGram(node.Name + " gram", ConvolutionPlanner.InputOf(plan, node, op), gram, means, grid), node,
            plan.Graph.Spec.AveragedCurvature ? KernelCondition.GramRenewed : KernelCondition.Decorrelated);
        return CurvaturePlanner.AddFactor(plan, node, CurvaturePlanner.AddAverage(plan, node, new CurvaturePlanner.Gram(gram, means), ""), "", null);
    }
}
