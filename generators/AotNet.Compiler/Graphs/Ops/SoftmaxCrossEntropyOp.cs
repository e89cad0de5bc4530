using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>-log softmax(logits)[label], in nats.</summary>
public sealed record SoftmaxCrossEntropyOp : ObjectiveOp
{
    /// <inheritdoc/>
    public override string Method => "SoftmaxCrossEntropy";

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => 5 * input.Size;

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Size == inputs[1].Extents[0])
            return Shape.Vector(1);
        call.ReportOperand(GraphError.ClassesDoNotMatch, 0, CallReader.Format(inputs[0].Size), CallReader.Format(inputs[1].Extents[0]));
        return null;
    }

    internal override void Forward(PlanBuilder plan, Node node) => plan.AddLoss(
        new SoftmaxLoss(node.Name, plan.Flat(node.Inputs[0]), plan.Flat(node.Inputs[1]), plan.OutputResidual(node.Inputs[0]), plan.RowLosses),
        new SoftmaxLink(node.Name + " probabilities", plan.Flat(node.Inputs[0]), plan.Predictions));
}
