using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;

/// <summary>The largest value under the window; the residual goes to its first occurrence, row by row.</summary>
/// <param name="Window">The window; null for the whole image.</param>
/// <param name="Paper">Whether padding takes part as zeros, and the first occurrence is sought column by column.</param>
public sealed record MaxPoolOp(WindowShape? Window, bool Paper) : PoolOp(Window)
{
    internal override string Shrinking => "MaxPool";

    internal override string Signature => Paper ? base.Signature.Replace(")", ", paper)") : base.Signature;

    internal static Op? Parse(CallReader call) => ReadWindow(call) is { } window ? new MaxPoolOp(window, call.Bool(3)) : null;

    internal override void Forward(PlanBuilder plan, Node node) =>
        plan.Add(new MaxPool(node.Name, plan.Value(node.Inputs[0]), plan.Value(node), Places(plan, node), Grid(plan, node), Paper));

    internal override void Backward(PlanBuilder plan, Node node) => plan.Contribute(node.Inputs[0], dX => plan.Add(
        new MaxPoolBackward(node.Name + " backward", plan.Residual(node), Places(plan, node), dX, Grid(plan, node), Paper)));

    /// <summary>Which element of the window each maximum is, counted as it was sought; as integers.</summary>
    static Buffer Places(PlanBuilder plan, Node node)
    {
        Buffer pooled = plan.Value(node);
        return plan.Saved(node, "places", pooled.Rows, node.Shape.Channels, pooled.PerSample);
    }
}
