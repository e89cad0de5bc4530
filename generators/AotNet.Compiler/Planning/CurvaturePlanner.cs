using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Graphs;

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

    /// <summary>Of a convolution: by the Gram matrix of its input channels over all positions.</summary>
    Channels,

    /// <summary>Of a convolution: by the Gram matrix of its patches.</summary>
    Patches,
}

/// <summary>The planner's choice for one layer.</summary>
/// <param name="Node">Layer.</param>
/// <param name="Form">Form.</param>
/// <param name="Order">Order of the systems solved; 0 when off.</param>
public sealed record LayerCurvature(int Node, CurvatureForm Form, int Order)
{
    /// <summary>The form as users read it.</summary>
    public string FormName => Form == CurvatureForm.PrimalInputs ? "primal-inputs" : Form.ToString().ToLowerInvariant();
}

/// <summary>
/// Chooses each layer's curvature form and lays out its kernels. With X̂ the inputs and a 1 for the bias, G the gradient
/// and R the residual, both exact forms give D = G (X̂ X̂ᵀ/N + λI)⁻¹.
/// </summary>
static class CurvaturePlanner
{
    /// <summary>Order above which neither exact form is affordable.</summary>
    internal const int LargestExactOrder = 4096;

    /// <summary>The form of a layer.</summary>
    /// <param name="op">Layer.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="batch">Rows of a full batch.</param>
    /// <param name="averaged">Whether Gram matrices are averaged over steps, which those of samples cannot be.</param>
    internal static CurvatureForm Choose(DenseOp op, int inputs, int batch, bool averaged = false) => op.Curvature switch
    {
        CurvatureRequest.Off => CurvatureForm.Off,
        CurvatureRequest.Blocked => CurvatureForm.Blocked,
        CurvatureRequest.Primal => CurvatureCost.Default.CheapestPrimal(inputs, op.Outputs, batch),
        _ when (averaged ? inputs + 1 : op.Curvature == CurvatureRequest.Dual ? 0 : Math.Min(inputs + 1, batch)) > LargestExactOrder => CurvatureForm.Blocked,
        _ when averaged => CurvatureCost.Default.CheapestPrimal(inputs, op.Outputs, batch),
        CurvatureRequest.Dual => CurvatureForm.Dual,
        _ => CurvatureCost.Default.Cheapest(inputs, op.Outputs, batch),
    };

    /// <summary>Adds dW, db and the kernels that decorrelate them.</summary>
    internal static void AddWeightGradient(PlanBuilder plan, Node node, DenseOp op)
    {
        int inputs = plan.Graph.Nodes[node.Inputs[0]].Width;
        int batch = plan.Graph.Spec.Batch;
        CurvatureForm form = Choose(op, inputs, batch, plan.Graph.Spec.AveragedCurvature);
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
                AddPrimal(plan, node, op, inputs);
                break;
            case CurvatureForm.PrimalInputs:
                plan.Curvatures.Add(new LayerCurvature(node.Id, form, order));
                AddPrimalInputs(plan, node, op, inputs);
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
                break;
        }
    }

    static void AddGradient(PlanBuilder plan, Node node, DenseOp op, Buffer residual, KernelCondition weights, KernelCondition biases)
    {
        AddWeightProduct(plan, node, residual, plan.Tensor(node, "weight"), weights);
        AddBiasGradient(plan, node, op, residual, biases);
    }

    static void AddWeightProduct(PlanBuilder plan, Node node, Buffer residual, Buffer? weight, KernelCondition when)
    {
        foreach (Kernel kernel in WeightGradientPlanner.Kernels(node.Name + " dW", plan.Flat(node.Inputs[0]), residual,
            plan.Gradient(node, "weight"), weight, plan.Scratch))
            plan.Add(kernel with { Condition = when });
    }

    static void AddBiasGradient(PlanBuilder plan, Node node, DenseOp op, Buffer residual, KernelCondition when)
    {
        if (op.Bias)
            plan.Add(new ColumnMean(node.Name + " db", residual, plan.Gradient(node, "bias")) { Condition = when });
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
    internal static bool TakesRows(PlanBuilder plan, Node node, DenseOp op) => plan.Graph.Spec.Batch == 1
        && Choose(op, plan.Graph.Nodes[node.Inputs[0]].Width, 1, plan.Graph.Spec.AveragedCurvature) is CurvatureForm.Off or CurvatureForm.Dual;

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

        void Add(Buffer direction, KernelCondition weights, KernelCondition biases)
        {
            plan.Add(new RowBackward(node.Name + " backward", plan.Flat(node.Inputs[0]), direction, residual, inputResidual,
                plan.Gradient(node, "weight"), plan.Tensor(node, "weight")) { Condition = weights });
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

    /// <summary>Adds the kernels that transform the residual; returns the result.</summary>
    static Buffer AddDualSolve(PlanBuilder plan, Node node, DenseOp op)
    {
        const KernelCondition when = KernelCondition.Decorrelated;
        int batch = plan.Graph.Spec.Batch, padded = Buffer.RoundUp(batch, 16);
        Buffer x = plan.Flat(node.Inputs[0]), residual = plan.Residual(node);
        Buffer transposed = plan.Curvature(node.Name + " inputs transposed", x.Columns, batch);
        Buffer gram = plan.Curvature(node.Name + " gram", batch, batch);
        Buffer factor = plan.Curvature(node.Name + " factor", padded, padded);
        Buffer diagonal = plan.Curvature(node.Name + " diagonal blocks", padded + 1, 16);
        Buffer solution = plan.Curvature(node.Name + " residual decorrelated", padded, op.Outputs);
        plan.Add(new Transpose(node.Name + " gram", x, transposed, Extent.Rows) { Condition = when });
        plan.Add(new MatrixProduct(node.Name + " gram", x, transposed, gram, Extent.Rows, Extent.Of(x.Columns))
        {
            UpperOnly = true,
            Condition = when,
        });
        plan.Add(new CholeskyFactor(node.Name + " factor", gram, null, factor, diagonal, Extent.Rows, op.Bias) { Condition = when });
        plan.Add(new CholeskySolve(node.Name + " solve", factor, diagonal, residual, solution, Extent.Rows) { Condition = when });
        return solution;
    }

    /// <summary>D = G A⁻¹ solved in place: the gradient, bias row last, is the right side.</summary>
    static void AddPrimal(PlanBuilder plan, Node node, DenseOp op, int inputs)
    {
        (Buffer factor, Buffer diagonal) = AddPrimalFactor(plan, node, op, inputs);
        Buffer gradient = plan.Gradient(node, "weight");
        plan.Add(new CholeskySolve(node.Name + " solve", factor, diagonal, gradient, gradient, Extent.Of(inputs + (op.Bias ? 1 : 0)))
        {
            BiasRow = op.Bias ? plan.Gradient(node, "bias") : null,
            Condition = KernelCondition.Decorrelated,
        });
    }

    /// <summary>
    /// D = (1/N) R [A⁻¹ X̂]ᵀ: cheaper than to solve for the gradient where rows are fewer than outputs, and an ordinary
    /// product comes last. An input row of ones, solved like the others, stands for the bias.
    /// </summary>
    static void AddPrimalInputs(PlanBuilder plan, Node node, DenseOp op, int inputs)
    {
        const KernelCondition when = KernelCondition.Decorrelated;
        int order = inputs + (op.Bias ? 1 : 0);
        Buffer x = plan.Flat(node.Inputs[0]), residual = plan.Residual(node);
        (Buffer factor, Buffer diagonal) = AddPrimalFactor(plan, node, op, inputs);
        Buffer solution = plan.Curvature(node.Name + " inputs decorrelated", order, plan.Graph.Spec.Batch);
        plan.Add(new Transpose(node.Name + " solve", x, solution, Extent.Rows) { AddsOnes = op.Bias, Condition = when });
        plan.Add(new CholeskySolve(node.Name + " solve", factor, diagonal, solution, solution, Extent.Of(order)) { Condition = when });
        // Weights are updated in place in every step or in none, whether it decorrelates or not.
        bool inPlace = !WeightGradientPlanner.IsTransposed(plan.Graph.Spec.Batch, inputs, op.Outputs);
        plan.Add(new WeightGradient(node.Name + " dW", solution, residual, plan.Gradient(node, "weight"),
            inPlace ? plan.Tensor(node, "weight") : null)
        {
            TakesTransposed = true,
            Condition = when,
        });
        if (op.Bias)
            plan.Add(new MatrixProduct(node.Name + " db", solution, residual, plan.Gradient(node, "bias"), Extent.Of(1), Extent.Rows)
            {
                FirstRow = inputs,
                DividesByRows = true,
                Condition = when,
            });
        AddGradient(plan, node, op, residual, KernelCondition.Plain, KernelCondition.Plain);
    }

    static (Buffer Factor, Buffer Diagonal) AddPrimalFactor(PlanBuilder plan, Node node, DenseOp op, int inputs)
    {
        bool averaged = plan.Graph.Spec.AveragedCurvature;
        KernelCondition when = averaged ? KernelCondition.Refreshed : KernelCondition.Decorrelated;
        int padded = Buffer.RoundUp(inputs + (op.Bias ? 1 : 0), 16);
        Buffer x = plan.Flat(node.Inputs[0]);
        Buffer gram = plan.Curvature(node.Name + " gram", inputs, inputs);
        Buffer? border = op.Bias ? plan.Curvature(node.Name + " input means", 1, inputs) : null;
        Buffer factor = plan.CurvatureState(node.Name + " factor", padded, padded);
        Buffer diagonal = plan.CurvatureState(node.Name + " diagonal blocks", padded + 1, 16);
        plan.Add(new MatrixProduct(node.Name + " gram", x, x, gram, Extent.Of(inputs), Extent.Rows)
        {
            TransposesA = true,
            UpperOnly = true,
            Condition = when,
        });
        if (border is not null)
            plan.Add(new ColumnMean(node.Name + " gram", x, border) { Condition = when });
        plan.Add(new CholeskyFactor(node.Name + " factor", gram, border, factor, diagonal, Extent.Of(inputs), false)
        {
            Average = averaged
                ? new GramAverage(plan.CurvatureState(node.Name + " gram average", inputs, inputs),
                    op.Bias ? plan.CurvatureState(node.Name + " input means average", 1, inputs) : null)
                : null,
            Condition = when,
        });
        return (factor, diagonal);
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
            plan.Curvature(node.Name + " diagonal blocks", padded + 1, 16),
            plan.Curvature(node.Name + " block gradient", padded, op.Outputs), block, node.Id)
        {
            Condition = KernelCondition.Decorrelated,
        });
    }
}
