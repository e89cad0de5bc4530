using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs.Ops;


/// <summary>The features of its inputs side by side; of images the channels at each position.</summary>
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
        long channels = inputs.Sum(static shape => (long)shape.Channels);
        IEnumerable<int> positions = Positions(inputs[0]);
        for (int i = 1; i < inputs.Count; i++)
            if (!Positions(inputs[i]).SequenceEqual(positions))
            {
                call.ReportOperand(GraphError.ImagesDoNotMeet, i, inputs[0].ToString(), inputs[i].ToString());
                return null;
            }
        return new Shape(positions.Append((int)Math.Min(channels, int.MaxValue)).ToEquatableArray());
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
            int width = plan.Graph.Nodes[input].Shape.Channels;
            plan.Contribute(input, dX => plan.Add(new CopyColumns(node.Name + " backward", plan.Residual(node), from, dX, 0, width)
            {
                PadsTo = dX.Stride,
            }));
            column += width;
        }
    }

    static IEnumerable<int> Positions(Shape shape) => shape.Extents.Take(shape.Extents.Count - 1);
}
