using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Planning;

/// <summary>How a layer's gradient is decorrelated.</summary>
public enum CurvatureForm
{
    /// <summary>Not at all.</summary>
    Off,

    /// <summary>By the Gram matrix of its inputs, solved for the gradient.</summary>
    Primal,

    /// <summary>By the Gram matrix of its inputs, solved for the inputs of each sample, with which the gradient is then formed.</summary>
    PrimalInputs,

    /// <summary>By the Gram matrix of the samples.</summary>
    Dual,

    /// <summary>By Gram matrices of random blocks of its inputs.</summary>
    Blocked,

    /// <summary>By the Gram matrices of its inputs and of its residuals.</summary>
    TwoSided,

    /// <summary>Of a convolution: by the Gram matrix of its input channels over all positions.</summary>
    Channels,

    /// <summary>Of a convolution: by the Gram matrix of its patches.</summary>
    Patches,

    /// <summary>As by channels, by way of the Gram matrix of the positions of all samples.</summary>
    ChannelsDual,

    /// <summary>As by patches, by way of the Gram matrix of the windows of all samples.</summary>
    PatchesDual,

    /// <summary>Of a convolution: by Gram matrices of random blocks of its input channels.</summary>
    ChannelsBlocked,

    /// <summary>Of a convolution: by Gram matrices of random blocks of its patches' values.</summary>
    PatchesBlocked,

    /// <summary>Of a convolution: by the Gram matrices of its patches and of the residuals of their windows.</summary>
    PatchesTwoSided,
}

/// <summary>The planner's choice for one layer.</summary>
/// <param name="Node">Layer.</param>
/// <param name="Form">Form.</param>
/// <param name="Order">Order of the systems solved, that of the inputs where there are two; 0 when off.</param>
public sealed record LayerCurvature(int Node, CurvatureForm Form, int Order)
{
    /// <summary>The form as users read it.</summary>
    public string FormName => Form switch
    {
        CurvatureForm.PrimalInputs => "primal-inputs",
        CurvatureForm.TwoSided => "two-sided",
        CurvatureForm.ChannelsDual => "channels-dual",
        CurvatureForm.PatchesDual => "patches-dual",
        CurvatureForm.ChannelsBlocked => "channels-blocked",
        CurvatureForm.PatchesBlocked => "patches-blocked",
        CurvatureForm.PatchesTwoSided => "patches-two-sided",
        _ => Form.ToString().ToLowerInvariant(),
    };
}

/// <summary>
/// Chooses each layer's curvature form and lays out its kernels. With X̂ the inputs and a 1 for the bias, G the gradient
/// and R the residual, both exact forms give D = G (X̂ X̂ᵀ/N + λI)⁻¹.
/// </summary>
static partial class CurvaturePlanner
{
    /// <summary>The form of a layer: an exact one where its order is within the budget, else blocks.</summary>
    /// <param name="op">Layer.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="spec">The network's batch, budget, and whether its Gram matrices are averaged, which those of samples cannot be.</param>
    internal static CurvatureForm Choose(DenseOp op, int inputs, NetworkSpec spec)
    {
        bool averaged = spec.AveragedCurvature;
        int order = op.Curvature switch
        {
            CurvatureRequest.TwoSided => Math.Max(inputs + 1, op.Outputs),
            CurvatureRequest.Dual when !averaged => 0,
            _ => averaged ? inputs + 1 : Math.Min(inputs + 1, spec.Batch),
        };
        return op.Curvature switch
        {
            CurvatureRequest.Off => CurvatureForm.Off,
            CurvatureRequest.Blocked => CurvatureForm.Blocked,
            CurvatureRequest.Primal => CurvatureCost.Default.CheapestPrimal(inputs, op.Outputs, spec.Batch),
            _ when order > spec.CurvatureBudget => CurvatureForm.Blocked,
            CurvatureRequest.TwoSided => CurvatureForm.TwoSided,
            _ when averaged => CurvatureCost.Default.CheapestPrimal(inputs, op.Outputs, spec.Batch),
            CurvatureRequest.Dual => CurvatureForm.Dual,
            _ => CurvatureCost.Default.Cheapest(inputs, op.Outputs, spec.Batch),
        };
    }

    /// <summary>Adds dW, db and the kernels that decorrelate them; a plan to be looked into has none.</summary>
    internal static void AddWeightGradient(PlanBuilder plan, Node node, DenseOp op)
    {
        if (plan.Probes)
            return;
        int inputs = plan.Graph.Nodes[node.Inputs[0]].Width;
        int batch = plan.Graph.Spec.Batch;
        CurvatureForm form = Choose(op, inputs, plan.Graph.Spec);
        int order = inputs + (op.Bias ? 1 : 0);
        switch (form)
        {
            case CurvatureForm.Dual:
                plan.Curvatures.Add(new LayerCurvature(node.Id, form, batch));
                AddDual(plan, node, op);
                break;
            case CurvatureForm.Primal:
                plan.Curvatures.Add(new LayerCurvature(node.Id, form, order));
                AddWholeGradient(plan, node, op);
                AddPrimal(plan, node, op, AddInputFactor(plan, node, op, AddInputGram(plan, node, op)));
                break;
            case CurvatureForm.PrimalInputs:
                plan.Curvatures.Add(new LayerCurvature(node.Id, form, order));
                AddPrimalInputs(plan, node, op, plan.Residual(node), AddInputFactor(plan, node, op, AddInputGram(plan, node, op)));
                break;
            case CurvatureForm.TwoSided:
                plan.Curvatures.Add(new LayerCurvature(node.Id, form, order));
                AddTwoSided(plan, node, op);
                break;
            case CurvatureForm.Blocked:
                int block = Math.Min(order, plan.Graph.Spec.CurvatureBlock);
                plan.Curvatures.Add(new LayerCurvature(node.Id, form, block));
                AddWholeGradient(plan, node, op);
                AddBlocked(plan, node, op, order, block);
                break;
            default:
                plan.Curvatures.Add(new LayerCurvature(node.Id, form, 0));
                AddGradient(plan, node, op, plan.Residual(node), KernelCondition.Always, KernelCondition.Always);
                return;
        }
        AddSlope(plan, node, op);
    }

    /// <summary>What limits of a step and the adaptation of damping ask for.</summary>
    static void AddSlope(PlanBuilder plan, Node node, DenseOp op) => plan.Add(new SlopeAlong(node.Name + " slope", plan.Flat(node.Inputs[0]),
        plan.Residual(node), plan.Gradient(node, "weight"), op.Bias ? plan.Gradient(node, "bias") : null,
        plan.Curvature(node.Name + " slopes", 1, plan.Graph.Spec.Batch)), node, KernelCondition.Measured);

    static void AddGradient(PlanBuilder plan, Node node, DenseOp op, Buffer residual, KernelCondition weights, KernelCondition biases)
    {
        AddWeightProduct(plan, node, residual, plan.Tensor(node, "weight"), weights);
        AddBiasGradient(plan, node, op, residual, biases);
    }

    static void AddWeightProduct(PlanBuilder plan, Node node, Buffer residual, Buffer? weight, KernelCondition when)
    {
        foreach (Kernel kernel in WeightGradientPlanner.Kernels(node.Name + " dW", plan.Flat(node.Inputs[0]), residual,
            plan.Gradient(node, "weight"), weight, plan.Scratch))
            plan.Add(kernel, node, when);
    }

    static void AddBiasGradient(PlanBuilder plan, Node node, DenseOp op, Buffer residual, KernelCondition when)
    {
        if (op.Bias)
            plan.Add(new ColumnMean(node.Name + " db", residual, plan.Gradient(node, "bias")), node, when);
    }

    /// <summary>The gradient for forms that transform it as a whole: stored when it is to be decorrelated.</summary>
    static void AddWholeGradient(PlanBuilder plan, Node node, DenseOp op)
    {
        Buffer residual = plan.Residual(node);
        AddWeightProduct(plan, node, residual, null, KernelCondition.Decorrelated);
        AddWeightProduct(plan, node, residual, plan.Tensor(node, "weight"), KernelCondition.Plain);
        AddBiasGradient(plan, node, op, residual, KernelCondition.Always);
    }

    /// <summary>Whether the layer's backward pass is that of a single row.</summary>
    internal static bool TakesRows(PlanBuilder plan, Node node, DenseOp op) => plan.Graph.Spec.Batch == 1 && !plan.Probes
        && Choose(op, plan.Graph.Nodes[node.Inputs[0]].Width, plan.Graph.Spec) is CurvatureForm.Off or CurvatureForm.Dual;

    /// <summary>The whole backward pass of a layer in a network of one row.</summary>
    internal static void AddRowBackward(PlanBuilder plan, Node node, DenseOp op, Buffer? inputResidual)
    {
        bool dual = op.Curvature != CurvatureRequest.Off;
        plan.Curvatures.Add(new LayerCurvature(node.Id, dual ? CurvatureForm.Dual : CurvatureForm.Off, dual ? 1 : 0));
        Buffer residual = plan.Residual(node);
        if (!dual)
        {
            Add(residual, KernelCondition.Always, KernelCondition.Always);
            return;
        }
        Add(AddDualSolve(plan, node, op), KernelCondition.Decorrelated, KernelCondition.BiasDecorrelated);
        Add(residual, KernelCondition.Plain, KernelCondition.BiasPlain);
        AddSlope(plan, node, op);

        void Add(Buffer direction, KernelCondition weights, KernelCondition biases)
        {
            plan.Add(new RowBackward(node.Name + " backward", plan.Flat(node.Inputs[0]), direction, residual, inputResidual,
                plan.Gradient(node, "weight"), plan.Tensor(node, "weight")), node, weights);
            AddBiasGradient(plan, node, op, direction, biases);
        }
    }

    /// <summary>D = (1/N) [R (X̂ᵀX̂/N + λI)⁻¹] X̂ᵀ: the residual is transformed, then the ordinary product runs.</summary>
    static void AddDual(PlanBuilder plan, Node node, DenseOp op)
    {
        Buffer solution = AddDualSolve(plan, node, op);
        AddGradient(plan, node, op, solution, KernelCondition.Decorrelated, KernelCondition.BiasDecorrelated);
        AddGradient(plan, node, op, plan.Residual(node), KernelCondition.Plain, KernelCondition.BiasPlain);
    }

    static Buffer AddDualSolve(PlanBuilder plan, Node node, DenseOp op)
    {
        Buffer x = plan.Flat(node.Inputs[0]);
        return AddDualSolve(plan, node, x, AddSampleFactor(plan, node, x, x.Columns, op.Bias).Factor);
    }

    /// <summary>The factor of X̂ᵀX̂/N + λI, and the transpose of the inputs that it is made with.</summary>
    /// <param name="plan">Takes the kernels.</param>
    /// <param name="node">Layer.</param>
    /// <param name="x">A row for each of the N.</param>
    /// <param name="inputs">Columns of it that are inputs.</param>
    /// <param name="bias">Whether a 1 beside them stands for a bias.</param>
    /// <param name="dividesByDamping">Whether what is solved is divided by λ afterwards.</param>
    internal static (Factor Factor, Buffer Transposed) AddSampleFactor(PlanBuilder plan, Node node, Buffer x, int inputs, bool bias,
        bool dividesByDamping = false)
    {
        const KernelCondition when = KernelCondition.Decorrelated;
        int padded = Buffer.RoundUp(x.Rows, 16);
        Buffer transposed = plan.Curvature(node.Name + " inputs transposed", x.Columns, x.Rows);
        Buffer gram = plan.Curvature(node.Name + " gram", x.Rows, x.Rows, x.PerSample);
        var factor = new Factor(plan.Curvature(node.Name + " factor", padded, padded), plan.Curvature(node.Name + " diagonal blocks", padded, 16));
        plan.Add(new Transpose(node.Name + " gram", x, transposed, Extent.Rows), node, when);
        plan.Add(new MatrixProduct(node.Name + " gram", x, transposed, gram, Extent.Rows, Extent.Of(inputs)) { UpperOnly = true }, node, when);
        plan.Add(new CholeskyFactor(node.Name + " factor", gram, null, factor.Triangle, factor.Diagonal, Extent.Rows, bias)
        {
            TraceOrder = inputs,
            DividesByDamping = dividesByDamping,
        }, node, when);
        return (factor, transposed);
    }

    /// <summary>Adds the kernel that transforms the residual; returns the result.</summary>
    /// <param name="plan">Takes the kernel.</param>
    /// <param name="node">Layer.</param>
    /// <param name="x">What the factor was made of.</param>
    /// <param name="factor">The factor of the samples.</param>
    internal static Buffer AddDualSolve(PlanBuilder plan, Node node, Buffer x, Factor factor)
    {
        Buffer residual = plan.Residual(node);
        Buffer solution = plan.Curvature(node.Name + " residual decorrelated", Buffer.RoundUp(x.Rows, 16), residual.Columns, x.PerSample);
        plan.Add(new CholeskySolve(node.Name + " solve", factor.Triangle, factor.Diagonal, residual, solution, Extent.Rows), node, KernelCondition.Decorrelated);
        return solution;
    }

    /// <summary>D = G A⁻¹ solved in place: the gradient, bias row last, is the right side.</summary>
    static void AddPrimal(PlanBuilder plan, Node node, DenseOp op, Factor factor)
    {
        Buffer gradient = plan.Gradient(node, "weight");
        plan.Add(new CholeskySolve(node.Name + " solve", factor.Triangle, factor.Diagonal, gradient, gradient, Extent.Of(gradient.Rows + (op.Bias ? 1 : 0)))
        {
            BiasRow = op.Bias ? plan.Gradient(node, "bias") : null,
        }, node, KernelCondition.Decorrelated);
    }

    /// <summary>
    /// D = (1/N) R [A⁻¹ X̂]ᵀ: cheaper than to solve for the gradient where rows are fewer than outputs, and an ordinary
    /// product comes last. An input row of ones, solved like the others, stands for the bias.
    /// </summary>
    /// <param name="plan">Takes the kernels.</param>
    /// <param name="node">Layer.</param>
    /// <param name="op">Its op.</param>
    /// <param name="residual">R, or what the other side of the curvature made of it.</param>
    /// <param name="factor">Of A.</param>
    static void AddPrimalInputs(PlanBuilder plan, Node node, DenseOp op, Buffer residual, Factor factor)
    {
        const KernelCondition when = KernelCondition.Decorrelated;
        int inputs = plan.Graph.Nodes[node.Inputs[0]].Width, order = inputs + (op.Bias ? 1 : 0);
        Buffer x = plan.Flat(node.Inputs[0]);
        Buffer solution = plan.Curvature(node.Name + " inputs decorrelated", order, plan.Graph.Spec.Batch);
        plan.Add(new Transpose(node.Name + " solve", x, solution, Extent.Rows) { AddsOnes = op.Bias }, node, when);
        plan.Add(new CholeskySolve(node.Name + " solve", factor.Triangle, factor.Diagonal, solution, solution, Extent.Of(order)), node, when);
        // Weights are updated in place in every step or in none, whether it decorrelates or not.
        bool inPlace = !WeightGradientPlanner.IsTransposed(plan.Graph.Spec.Batch, inputs, op.Outputs);
        plan.Add(new WeightGradient(node.Name + " dW", solution, residual, plan.Gradient(node, "weight"),
            inPlace ? plan.Tensor(node, "weight") : null)
        {
            TakesTransposed = true,
        }, node, when);
        if (op.Bias)
            plan.Add(new MatrixProduct(node.Name + " db", solution, residual, plan.Gradient(node, "bias"), Extent.Of(1), Extent.Rows)
            {
                FirstRow = inputs,
                DividesByRows = true,
            }, node, KernelCondition.BiasDecorrelated);
        AddGradient(plan, node, op, plan.Residual(node), KernelCondition.Plain, KernelCondition.BiasPlain);
    }

    static void AddBlocked(PlanBuilder plan, Node node, DenseOp op, int order, int block)
    {
        int padded = Buffer.RoundUp(block, 16);
        plan.Add(new BlockedDecorrelation(node.Name + " blocks", plan.Flat(node.Inputs[0]), plan.Gradient(node, "weight"),
            op.Bias ? plan.Gradient(node, "bias") : null,
            plan.Curvature(node.Name + " permutation", 1, order),
            plan.Curvature(node.Name + " block inputs", plan.Graph.Spec.Batch, block),
            plan.Curvature(node.Name + " block gram", block, block),
            plan.Curvature(node.Name + " block factor", padded, padded),
            plan.Curvature(node.Name + " diagonal blocks", padded, 16),
            plan.Curvature(node.Name + " block gradient", padded, op.Outputs), block, node.Id), node, KernelCondition.Decorrelated);
    }
}
