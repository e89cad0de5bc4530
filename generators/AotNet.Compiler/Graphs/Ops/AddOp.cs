using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>Element-wise sum of two tensors of equal shape.</summary>
public sealed record AddOp : Op
{
    /// <inheritdoc/>
    public override string Method => "Add";

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => output.Size;

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs)
    {
        if (inputs[0] == inputs[1])
            return inputs[0];
        call.Report(GraphError.ShapesDoNotMeet, inputs[0].ToString(), inputs[1].ToString());
        return null;
    }

    internal override void Forward(PlanBuilder plan, Node node) =>
        plan.Elementwise(node.Name, "{0} + {1}", plan.Value(node), false, plan.Value(node.Inputs[0]), plan.Value(node.Inputs[1]));

    internal override void Backward(PlanBuilder plan, Node node)
    {
        foreach (int input in node.Inputs)
            plan.PassResidual(node, input);
    }
}
