using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;

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
    /// <param name="batch">Rows of a full batch.</param>
    internal static CurvatureForm Choose(ConvOp op, Shape input, Shape output, int batch)
    {
        int taps = op.WindowOver(input).Taps;
        long order = (long)taps * input.Channels + 1;
        if (op.Curvature == CurvatureRequest.Off || op.GroupsOf(input) > 1)
            return CurvatureForm.Off;
        if (op.Curvature is CurvatureRequest.Channels or CurvatureRequest.Patches)
            return op.Curvature == CurvatureRequest.Channels ? CurvatureForm.Channels : CurvatureForm.Patches;
        if (input.Channels + 1 > CurvaturePlanner.LargestExactOrder)
            return CurvatureForm.Off;
        return order <= CurvaturePlanner.LargestExactOrder
            && Patches((int)order, output, batch) <= Affordable * Products((int)order, output, batch)
                ? CurvatureForm.Patches
                : CurvatureForm.Channels;
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

    /// <summary>Adds dW, db and the kernels that decorrelate them.</summary>
    internal static void AddWeightGradient(PlanBuilder plan, Node node, ConvOp op)
    {
        Shape input = plan.Graph.Nodes[node.Inputs[0]].Shape;
        CurvatureForm form = Choose(op, input, node.Shape, plan.Graph.Spec.Batch);
        ConvolutionPlanner.AddWeightGradient(plan, node, op);
        PatchGrid grid = ConvolutionPlanner.GridOf(plan, node, op);
        int order = (form == CurvatureForm.Patches ? grid.Terms : input.Channels) + (op.Bias ? 1 : 0);
        plan.Curvatures.Add(new LayerCurvature(node.Id, form, form == CurvatureForm.Off ? 0 : order));
        if (form == CurvatureForm.Patches)
            AddPatches(plan, node, op, grid, order);
        else if (form == CurvatureForm.Channels)
            AddChannels(plan, node, op, input, grid, order);
    }

    /// <summary>D = G A⁻¹ solved in place: the gradient, bias row last, is the right side.</summary>
    static void AddPatches(PlanBuilder plan, Node node, ConvOp op, PatchGrid grid, int order)
    {
        (Buffer factor, Buffer diagonal) = AddFactor(plan, node, op, grid);
        Buffer gradient = plan.Gradient(node, "weight");
        plan.Add(new CholeskySolve(node.Name + " solve", factor, diagonal, gradient, gradient, Extent.Of(order))
        {
            BiasRow = op.Bias ? plan.Gradient(node, "bias") : null,
            Condition = KernelCondition.Decorrelated,
        });
    }

    /// <summary>The gradients of all taps side by side, each with the bias gradient below, are the right sides.</summary>
    static void AddChannels(PlanBuilder plan, Node node, ConvOp op, Shape input, PatchGrid grid, int order)
    {
        const KernelCondition when = KernelCondition.Decorrelated;
        int taps = grid.KernelHeight * grid.KernelWidth;
        PatchGrid positions = PatchGrid.Of(new WindowShape(1, 1, 1, 1, 1, 1, default), input, ConvolutionPlanner.InputOf(plan, node, op));
        (Buffer factor, Buffer diagonal) = AddFactor(plan, node, op, positions);
        Buffer gradient = plan.Gradient(node, "weight");
        Buffer? bias = op.Bias ? plan.Gradient(node, "bias") : null;
        Buffer right = plan.Curvature(node.Name + " gradient by channels", Buffer.RoundUp(order, 16), taps * Buffer.RoundUp(node.Shape.Channels, 16));
        plan.Add(new ArrangeTaps(node.Name + " solve", gradient, bias, right, taps, Returns: false) { Condition = when });
        plan.Add(new CholeskySolve(node.Name + " solve", factor, diagonal, right, right, Extent.Of(order)) { Condition = when });
        plan.Add(new ArrangeTaps(node.Name + " solve", gradient, bias, right, taps, Returns: true) { Condition = when });
    }

    static (Buffer Factor, Buffer Diagonal) AddFactor(PlanBuilder plan, Node node, ConvOp op, PatchGrid grid)
    {
        bool averaged = plan.Graph.Spec.AveragedCurvature;
        KernelCondition when = averaged ? KernelCondition.Refreshed : KernelCondition.Decorrelated;
        int terms = grid.Terms, padded = Buffer.RoundUp(terms + (op.Bias ? 1 : 0), 16);
        Buffer gram = plan.Curvature(node.Name + " gram", terms, terms);
        Buffer? means = op.Bias ? plan.Curvature(node.Name + " input means", 1, terms) : null;
        Buffer factor = plan.CurvatureState(node.Name + " factor", padded, padded);
        Buffer diagonal = plan.CurvatureState(node.Name + " diagonal blocks", padded + 1, 16);
        plan.Add(new PatchGram(node.Name + " gram", ConvolutionPlanner.InputOf(plan, node, op), gram, means, grid) { Condition = when });
        plan.Add(new CholeskyFactor(node.Name + " factor", gram, means, factor, diagonal, Extent.Of(terms), false)
        {
            Average = averaged
                ? new GramAverage(plan.CurvatureState(node.Name + " gram average", terms, terms),
                    op.Bias ? plan.CurvatureState(node.Name + " input means average", 1, terms) : null)
                : null,
            Condition = when,
        });
        return (factor, diagonal);
    }
}
