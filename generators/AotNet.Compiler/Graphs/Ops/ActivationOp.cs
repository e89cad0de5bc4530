using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>An op applied to each element apart, given as vector expressions of the value and of the gradient.</summary>
public abstract record ActivationOp : Op
{
    /// <summary>The value as an expression of <c>{0}</c> = x.</summary>
    internal abstract string Value { get; }

    /// <summary>The residual of x as an expression of <c>{0}</c> = dy, <c>{1}</c> = x, <c>{2}</c> = y.</summary>
    internal abstract string Gradient { get; }

    /// <summary>Whether zero maps to zero; if not, padding must be masked.</summary>
    internal virtual bool KeepsZero => true;

    /// <inheritdoc/>
    public override long Flops(Shape input, Shape output) => output.Size;

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs) => inputs[0];

    internal override void Forward(PlanBuilder plan, Node node) =>
        plan.Elementwise(node.Name, Value, plan.Value(node), !KeepsZero, plan.Value(node.Inputs[0]));

    internal override void Backward(PlanBuilder plan, Node node) =>
        plan.Contribute(node.Inputs[0], dX => plan.Elementwise(
            node.Name + " backward", Gradient, dX, false, GradientOperands(plan, node).ToArray()));

    IEnumerable<Buffer> GradientOperands(PlanBuilder plan, Node node)
    {
        yield return plan.Residual(node);
        // A buffer that the expression does not mention need not outlive the forward pass: dy stands in for it.
        yield return Gradient.Contains("{1}") ? plan.Value(node.Inputs[0]) : plan.Residual(node);
        yield return Gradient.Contains("{2}") ? plan.Value(node) : plan.Residual(node);
    }
}
