using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>A parameter of type Labels or Targets.</summary>
/// <param name="IsClass">Whether it holds one class index per sample; its shape is then the number of classes.</param>
public sealed record TargetOp(bool IsClass) : Op
{
    /// <inheritdoc/>
    public override string Method => "Target";

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs) => null;

    internal override void Forward(PlanBuilder plan, Node node) => plan.SupplyTarget(node, IsClass);

    internal override void Backward(PlanBuilder plan, Node node)
    {
    }
}
