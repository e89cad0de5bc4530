using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>A mean over outputs of a function of each output and its target.</summary>
public abstract record PointwiseObjectiveOp : ObjectiveOp
{
    /// <summary>The loss of one output as an expression of <c>{0}</c> = output, <c>{1}</c> = target.</summary>
    internal abstract string Loss { get; }

    /// <summary>Its derivative by the output, likewise.</summary>
    internal abstract string Gradient { get; }

    /// <summary>The prediction as an expression of <c>{0}</c> = output.</summary>
    internal virtual string Link => "{0}";

    /// <summary>Whether an output counts as correct when it is above 0 exactly where its target is above one half.</summary>
    internal virtual bool CountsCorrect => false;

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => 4 * input.Size;

    internal override void Forward(PlanBuilder plan, Node node) => plan.AddLoss(
        new PointwiseLoss(node.Name, plan.Flat(node.Inputs[0]), plan.Flat(node.Inputs[1]), plan.OutputResidual(node.Inputs[0]),
            plan.RowLosses, Loss, Gradient, CountsCorrect),
        new Elementwise(node.Name + " prediction", [plan.Flat(node.Inputs[0])], plan.Predictions, Link, MaskPadding: Link != "{0}"));
}
