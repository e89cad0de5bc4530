using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>A parameter of type Tensor: values that the caller supplies.</summary>
public sealed record InputOp : Op
{
    /// <inheritdoc/>
    public override string Method => "Input";

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs) => null;

    internal override void Forward(PlanBuilder plan, Node node) => plan.Supply(node);

    internal override void Backward(PlanBuilder plan, Node node)
    {
    }
}
