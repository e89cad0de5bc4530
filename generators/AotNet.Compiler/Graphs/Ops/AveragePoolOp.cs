using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;

/// <summary>The mean of what lies under the window; padding takes no part.</summary>
/// <param name="Window">The window; null for the whole image.</param>
public sealed record AveragePoolOp(WindowShape? Window) : PoolOp(Window)
{
    internal override string Shrinking => "AveragePool";

    internal static Op? Parse(CallReader call) => ReadWindow(call) is { } window ? new AveragePoolOp(window) : null;

    internal override void Forward(PlanBuilder plan, Node node) =>
        plan.Add(new AveragePool(node.Name, plan.Value(node.Inputs[0]), plan.Value(node), Grid(plan, node)));

    internal override void Backward(PlanBuilder plan, Node node) => plan.Contribute(node.Inputs[0], dX => plan.Add(
        new AveragePoolBackward(node.Name + " backward", plan.Residual(node), dX, Grid(plan, node))));
}
