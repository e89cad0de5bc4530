using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>What training minimises. Its backward kernel is its forward kernel: loss and residual come in one pass.</summary>
public abstract record ObjectiveOp : Op
{
    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Size == inputs[1].Size && inputs[0].Size <= int.MaxValue)
            return Shape.Vector(1);
        call.ReportOperand(GraphError.TargetsDoNotMatch, 0, inputs[0].ToString(), inputs[1].ToString());
        return null;
    }

    internal override void Backward(PlanBuilder plan, Node node) => plan.TakeOutputResidual(node.Inputs[0]);
}
