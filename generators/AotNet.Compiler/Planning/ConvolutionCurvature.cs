using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Planning;

/// <summary>
/// Decorrelated gradients of convolutions. By channels, as the authors have it: with X̂ the channels of every position and a
/// 1 for the bias, the gradient of each tap is solved with the Gram of X̂, the bias gradient once beside each; the bias is
/// then the mean of these. By patches: the gradient is solved with the Gram of the patches, as that of a dense layer over
/// them. Gram matrices are means over positions of all samples. Where these are fewer than channels or values of a patch,
/// the Gram of the samples does the same; beyond the budget random blocks are solved apart, as those of dense layers.
/// </summary>
static class ConvolutionCurvature
{
    /// <summary>Part of the layer's own products that the Gram of its patches may cost before that of its channels takes its place.</summary>
    internal const double Affordable = 0.25;

    /// <summary>The form of a layer.</summary>
    /// <param name="op">Layer.</param>
    /// <param name="input">Shape of one sample going in.</param>
    /// <param name="output">Shape of one sample going out.</param>
    /// <param name="spec">The network's batch and budget, and whether its Gram matrices are averaged, which those of samples cannot be.</param>
    internal static CurvatureForm Choose(ConvOp op, Shape input, Shape output, NetworkSpec spec)
    {
        if (op.Curvature == CurvatureRequest.Off || op.GroupsOf(input) > 1)
            return CurvatureForm.Off;
        var cost = ConvolutionCurvatureCost.Of(op, input, output, spec);
        bool dualPatches = HasDual(cost.Windows, cost.Terms), dualChannels = HasDual(cost.Positions, Math.Max(cost.Channels, cost.Width));
        CurvatureForm blocked = IsAffordable(CurvatureForm.PatchesBlocked) ? CurvatureForm.PatchesBlocked : CurvatureForm.ChannelsBlocked;
        return op.Curvature switch
        {
            CurvatureRequest.Blocked => blocked,
            CurvatureRequest.Channels => Cheaper(CurvatureForm.Channels, CurvatureForm.ChannelsDual, dualChannels, int.MaxValue)!.Value,
            CurvatureRequest.Patches => Cheaper(CurvatureForm.Patches, CurvatureForm.PatchesDual, dualPatches, int.MaxValue)!.Value,
            CurvatureRequest.Primal => cost.Terms < spec.CurvatureBudget ? CurvatureForm.Patches : CurvatureForm.Channels,
            CurvatureRequest.Dual when dualPatches => CurvatureForm.PatchesDual,
            CurvatureRequest.TwoSided => Math.Max(cost.Terms + 1, cost.Outputs) <= spec.CurvatureBudget ? CurvatureForm.PatchesTwoSided : blocked,
            _ => Cheapest(),
        };

        CurvatureForm Cheapest()
        {
            CurvatureForm? patches = Cheaper(CurvatureForm.Patches, CurvatureForm.PatchesDual, dualPatches, spec.CurvatureBudget);
            CurvatureForm? channels = Cheaper(CurvatureForm.Channels, CurvatureForm.ChannelsDual, dualChannels, spec.CurvatureBudget);
            return patches is { } form && (IsAffordable(form) || channels is not { } other
                || form == CurvatureForm.PatchesDual && cost.Of(form).Total < cost.Of(other).Total) ? form : channels ?? blocked;
        }

        // The samples' Gram stands for that of the inputs where both are of all columns; these then lie in memory as one matrix.
        bool HasDual(long columns, long values) =>
            !spec.AveragedCurvature && columns <= PatchGram.MostColumns && columns * values <= GraphBuilder.MaxTensorSize;

        bool IsAffordable(CurvatureForm form) => cost.Of(form).Total <= Affordable * cost.Products;

        CurvatureForm? Cheaper(CurvatureForm primal, CurvatureForm dual, bool hasDual, int budget)
        {
            bool primalFits = (IsByPatches(primal) ? cost.Terms : cost.Channels) < budget, dualFits = hasDual && cost.OrderOf(dual) <= budget;
            return dualFits && (!primalFits || cost.Of(dual).Total < cost.Of(primal).Total) ? dual : primalFits ? primal : null;
        }
    }

    /// <summary>Whether what a form decorrelates is the values of patches, not channels.</summary>
    internal static bool IsByPatches(CurvatureForm form) =>
        form is CurvatureForm.Patches or CurvatureForm.PatchesDual or CurvatureForm.PatchesBlocked or CurvatureForm.PatchesTwoSided;

    /// <summary>Adds dW, db and the kernels that decorrelate them; a plan to be looked into has none.</summary>
    internal static void AddWeightGradient(PlanBuilder plan, Node node, ConvOp op)
    {
        if (plan.Probes)
            return;
        Shape input = plan.Graph.Nodes[node.Inputs[0]].Shape;
        CurvatureForm form = Choose(op, input, node.Shape, plan.Graph.Spec);
        int order = ConvolutionCurvatureCost.Of(op, input, node.Shape, plan.Graph.Spec).OrderOf(form);
        plan.Curvatures.Add(new LayerCurvature(node.Id, form, order));
        // The dual form makes the decorrelated gradient without the other one, which the slope alone then asks for.
        KernelCondition whole = form == CurvatureForm.PatchesDual ? KernelCondition.Measured : KernelCondition.Always;
        ConvolutionPlanner.AddWeightGradient(plan, node, op, plan.Residual(node), whole, whole);
        if (form == CurvatureForm.Off)
            return;
        Buffer gradient = plan.Gradient(node, "weight");
        Buffer? bias = op.Bias ? plan.Gradient(node, "bias") : null;
        (Buffer raw, Buffer? rawBias) = (Copy(gradient)!, Copy(bias));
        PatchGrid grid = ConvolutionPlanner.GridOf(plan, node, op);
        switch (form)
        {
            case CurvatureForm.Patches:
                AddPatches(plan, node, gradient, bias, AddFactor(plan, node, op, grid), order);
                break;
            case CurvatureForm.PatchesTwoSided:
                AddTwoSided(plan, node, op, gradient, bias, grid, order);
                break;
            case CurvatureForm.PatchesDual:
                AddDual(plan, node, op, grid);
                break;
            case CurvatureForm.PatchesBlocked:
                AddBlocked(plan, node, op, gradient, bias, grid, order);
                break;
            default:
                AddChannels(plan, node, op, form, order);
                break;
        }
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

    /// <summary>
    /// K-FAC for convolutions: D = A⁻¹ Ĝ G⁻¹ with A the Gram of the patches and G that of the residuals of all windows, each
    /// with its part of the damping. Windows are many, so the gradient is solved from both sides, and not the residuals.
    /// </summary>
    static void AddTwoSided(PlanBuilder plan, Node node, ConvOp op, Buffer gradient, Buffer? bias, PatchGrid grid, int order)
    {
        const KernelCondition when = KernelCondition.Decorrelated;
        const string side = "residual ";
        Buffer residual = plan.Residual(node);
        CurvaturePlanner.Gram input = AddGram(plan, node, ConvolutionPlanner.InputOf(plan, node, op), grid, op.Bias, "");
        CurvaturePlanner.Gram output = AddGram(plan, node, residual, PatchGrid.Of(WindowShape.Position, node.Shape, residual), false, side);
        CurvaturePlanner.Factor outputs = CurvaturePlanner.AddFactor(plan, node, output, side, input);
        CurvaturePlanner.Factor inputs = CurvaturePlanner.AddFactor(plan, node, input, "", output);
        AddPatches(plan, node, gradient, bias, inputs, order);
        Buffer transposed = plan.Curvature(node.Name + " gradient transposed", Buffer.RoundUp(node.Shape.Channels, 16), order);
        Buffer? kept = bias is null ? null : plan.Curvature(node.Name + " bias gradient kept", 1, bias.Columns);
        if (kept is not null)
            plan.Add(new CopyColumns(node.Name + " residual solve", bias!, 0, kept, 0, kept.Columns) { FixedRows = 1 });
        plan.Add(new Transpose(node.Name + " residual solve", gradient, transposed, Extent.Of(order)) { SourceBias = bias }, node, when);
        plan.Add(new CholeskySolve(node.Name + " residual solve", outputs.Triangle, outputs.Diagonal, transposed, transposed,
            Extent.Of(node.Shape.Channels)), node, when);
        plan.Add(new Transpose(node.Name + " residual solve", transposed, gradient, Extent.Of(node.Shape.Channels)) { TargetBias = bias }, node, when);
        if (kept is not null)
            plan.Add(new CopyColumns(node.Name + " residual solve", kept, 0, bias!, 0, kept.Columns) { FixedRows = 1 }, node, KernelCondition.BiasPlain);
    }

    /// <summary>As the dual form of a dense layer over the patches: the residual is transformed, then the ordinary product runs.</summary>
    static void AddDual(PlanBuilder plan, Node node, ConvOp op, PatchGrid grid)
    {
        Buffer patches = AddPatchMatrix(plan, node, op, grid, addsOnes: false);
        CurvaturePlanner.Factor factor = CurvaturePlanner.AddSampleFactor(plan, node, patches, grid.Terms, op.Bias).Factor;
        Buffer solution = CurvaturePlanner.AddDualSolve(plan, node, patches, factor);
        ConvolutionPlanner.AddWeightGradient(plan, node, op, solution, KernelCondition.Decorrelated, KernelCondition.BiasDecorrelated);
        ConvolutionPlanner.AddWeightGradient(plan, node, op, plan.Residual(node), KernelCondition.Plain, KernelCondition.BiasPlain);
    }

    /// <summary>The windows of all samples as the rows of a matrix.</summary>
    static Buffer AddPatchMatrix(PlanBuilder plan, Node node, ConvOp op, PatchGrid grid, bool addsOnes)
    {
        int columns = grid.Terms + (addsOnes ? 1 : 0);
        Buffer patches = plan.Curvature(node.Name + " patches", plan.Graph.Spec.Batch * grid.Positions, columns + PatchGrid.Slack, grid.Positions)
            with { Columns = columns };
        plan.Add(new GatherPatches(node.Name + " gram", ConvolutionPlanner.InputOf(plan, node, op), patches, grid) { AddsOnes = addsOnes },
            node, KernelCondition.Decorrelated);
        return patches;
    }

    /// <summary>The gradients of all taps side by side, each with the bias gradient below, are the right sides.</summary>
    static void AddChannels(PlanBuilder plan, Node node, ConvOp op, CurvatureForm form, int order)
    {
        const KernelCondition when = KernelCondition.Decorrelated;
        Shape input = plan.Graph.Nodes[node.Inputs[0]].Shape;
        int taps = op.WindowOver(input).Taps, inputs = input.Channels + (op.Bias ? 1 : 0);
        PatchGrid grid = PatchGrid.Of(WindowShape.Position, input, ConvolutionPlanner.InputOf(plan, node, op));
        CurvaturePlanner.Factor? factor = form == CurvatureForm.Channels ? AddFactor(plan, node, op, grid) : null;
        Buffer gradient = plan.Gradient(node, "weight");
        Buffer? bias = op.Bias ? plan.Gradient(node, "bias") : null;
        Buffer right = plan.Curvature(node.Name + " gradient by channels", Buffer.RoundUp(inputs, 16), taps * Buffer.RoundUp(node.Shape.Channels, 16));
        plan.Add(new ArrangeTaps(node.Name + " solve", gradient, bias, right, taps, Returns: false), node, when);
        if (factor is not null)
            plan.Add(new CholeskySolve(node.Name + " solve", factor.Triangle, factor.Diagonal, right, right, Extent.Of(order)), node, when);
        else if (form == CurvatureForm.ChannelsDual)
            AddWoodbury(plan, node, op, grid, right);
        else
            AddBlocked(plan, node, op, right, null, grid, order);
        plan.Add(new ArrangeTaps(node.Name + " solve", gradient, null, right, taps, Returns: true), node, when);
        if (bias is not null)
            plan.Add(new TapMean(node.Name + " solve", right, bias, inputs - 1, taps), node, KernelCondition.BiasDecorrelated);
    }

    /// <summary>
    /// D = (Ĝ - Ĝ X̂ (X̂ᵀX̂/N + λI)⁻¹ X̂ᵀ / N) / λ: the identity of Woodbury, because the gradients of the taps, over a padded
    /// image with the bias gradient beside each, are no combinations of the columns of X̂.
    /// </summary>
    static void AddWoodbury(PlanBuilder plan, Node node, ConvOp op, PatchGrid grid, Buffer right)
    {
        const KernelCondition when = KernelCondition.Decorrelated;
        Buffer x = AddPatchMatrix(plan, node, op, grid, addsOnes: op.Bias);
        (CurvaturePlanner.Factor factor, Buffer transposed) = CurvaturePlanner.AddSampleFactor(plan, node, x, grid.Terms, op.Bias, dividesByDamping: true);
        Buffer seen = plan.Curvature(node.Name + " gradient by samples", Buffer.RoundUp(x.Rows, 16), right.Columns, x.PerSample);
        Buffer taken = plan.Curvature(node.Name + " gradient taken out", right.Rows, right.Columns);
        plan.Add(new MatrixProduct(node.Name + " solve", x, right, seen, Extent.Rows, Extent.Of(x.Columns)), node, when);
        plan.Add(new CholeskySolve(node.Name + " solve", factor.Triangle, factor.Diagonal, seen, seen, Extent.Rows), node, when);
        plan.Add(new MatrixProduct(node.Name + " solve", transposed, seen, taken, Extent.Of(x.Columns), Extent.Rows), node, when);
        plan.Add(new WoodburyDifference(node.Name + " solve", taken, right, x.Columns, grid.Positions), node, when);
    }

    /// <summary>Blocks of channels, or of the values of patches.</summary>
    static void AddBlocked(PlanBuilder plan, Node node, ConvOp op, Buffer right, Buffer? bias, PatchGrid grid, int block)
    {
        int padded = Buffer.RoundUp(block, 16);
        plan.Add(new BlockedDecorrelation(node.Name + " blocks", ConvolutionPlanner.InputOf(plan, node, op), right, bias,
            plan.Curvature(node.Name + " permutation", 1, grid.Terms + (op.Bias ? 1 : 0)), null,
            plan.Curvature(node.Name + " block gram", block, block),
            plan.Curvature(node.Name + " block factor", padded, padded),
            plan.Curvature(node.Name + " diagonal blocks", padded, 16),
            plan.Curvature(node.Name + " block gradient", padded, right.Columns), block, node.Id)
        {
            Windows = grid,
            EndsInBias = op.Bias && bias is null,
        }, node, KernelCondition.Decorrelated);
    }

    static CurvaturePlanner.Factor AddFactor(PlanBuilder plan, Node node, ConvOp op, PatchGrid grid)
    {
        CurvaturePlanner.Gram gram = AddGram(plan, node, ConvolutionPlanner.InputOf(plan, node, op), grid, op.Bias, "");
        return CurvaturePlanner.AddFactor(plan, node, gram, "", null);
    }

    /// <summary>The Gram of the patches of a buffer; of its average, where the network keeps them.</summary>
    static CurvaturePlanner.Gram AddGram(PlanBuilder plan, Node node, Buffer x, PatchGrid grid, bool bias, string side)
    {
        string name = $"{node.Name} {side}";
        Buffer gram = plan.Curvature(name + "gram", grid.Terms, grid.Terms);
        Buffer? means = bias ? plan.Curvature(name + "input means", 1, grid.Terms) : null;
        plan.Add(new PatchGram(name + "gram", x, gram, means, grid), node,
            plan.Graph.Spec.AveragedCurvature ? KernelCondition.GramRenewed : KernelCondition.Decorrelated);
        return CurvaturePlanner.AddAverage(plan, node, new CurvaturePlanner.Gram(gram, means), side);
    }
}
