using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>While training, zeroes elements, or channels of each sample, at random and scales the rest by 1 / (1 - rate).</summary>
/// <param name="Rate">Probability of zeroing.</param>
/// <param name="ByChannel">Whether a channel is kept or zeroed at all positions alike.</param>
public sealed record DropoutOp(float Rate, bool ByChannel) : Op
{
    /// <inheritdoc/>
    public override string Method => "Dropout";

    internal override string Signature => $"Dropout({Literal.Float(Rate)}{(ByChannel ? ", channels" : "")})";

    internal static Op? Parse(CallReader call)
    {
        double rate = call.Float(0);
        return call.InRange(0, "rate", rate >= 0 && (float)rate < 1, "0 up to but not including 1") ? new DropoutOp((float)rate, call.Bool(1)) : null;
    }

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs) => inputs[0];

    internal override void Forward(PlanBuilder plan, Node node) =>
        plan.Add(new Dropout(node.Name, plan.Value(node.Inputs[0]), plan.Value(node), Rate, node.Id, ByChannel));

    // The mask is a function of seed, step and element, so the backward pass draws it again in place of keeping it.
    internal override void Backward(PlanBuilder plan, Node node) =>
        plan.Contribute(node.Inputs[0], dX => plan.Add(new Dropout(node.Name + " backward", plan.Residual(node), dX, Rate, node.Id, ByChannel)));
}
