using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>The features of its inputs side by side.</summary>
public sealed record ConcatOp : Op
{
    /// <inheritdoc/>
    public override string Method => "Concat";

    internal static Op? Parse(CallReader call)
    {
        if (call.Call.Operands.Count > 0)
            return new ConcatOp();
        call.Report(GraphError.NothingToConcatenate);
        return null;
    }

    internal override Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs)
    {
        long width = inputs.Sum(static shape => shape.Size);
        return Shape.Vector((int)Math.Min(width, int.MaxValue));
    }

    internal override void Forward(PlanBuilder plan, Node node)
    {
        int column = 0;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            Buffer part = plan.Value(node.Inputs[i]);
            plan.Add(new CopyColumns(node.Name, part, 0, plan.Value(node), column, part.Columns)
            {
                Continues = i > 0,
                PadsTo = i == node.Inputs.Count - 1 ? plan.Value(node).Stride : 0,
            });
            column += part.Columns;
        }
    }

    internal override void Backward(PlanBuilder plan, Node node)
    {
        int column = 0;
        foreach (int input in node.Inputs)
        {
            int from = column;
            int width = plan.Graph.Nodes[input].Width;
            plan.Contribute(input, dX => plan.Add(new CopyColumns(node.Name + " backward", plan.Residual(node), from, dX, 0, width)
            {
                PadsTo = dX.Stride,
            }));
            column += width;
        }
    }
}
