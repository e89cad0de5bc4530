using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>The same values as one row of features: nothing that runs; where a layout must change, whoever reads it asks for the change.</summary>
public sealed record FlattenOp : Op
{
    /// <inheritdoc/>
    public override string Method => "Flatten";

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs) => Shape.Vector((int)inputs[0].Size);

    internal override void Forward(PlanBuilder plan, Node node)
    {
    }

    internal override void Backward(PlanBuilder plan, Node node)
    {
    }
}
