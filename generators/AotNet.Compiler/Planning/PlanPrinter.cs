using System.Text;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Compiler.Planning;

/// <summary>Prints a plan as text: the graph, the kernels of each pass, the arena.</summary>
public static class PlanPrinter
{
    /// <summary>The whole plan.</summary>
    public static string Print(Plan plan)
    {
        var text = new StringBuilder();
        text.Append("graph\n");
        foreach (Node node in plan.Graph.Nodes)
            text.Append("  ").Append(DescribeNode(node, plan.Graph)).Append('\n');
        Pass(text, "forward", plan.Forward);
        Pass(text, "loss", plan.Loss);
        Pass(text, "link", plan.Link);
        Pass(text, "backward", plan.Backward);
        Choices(text, plan.Graph);
        text.Append($"curvature, exact up to order {Literal.Number(plan.Graph.Spec.CurvatureBudget)}\n");
        foreach (LayerCurvature curvature in plan.Curvatures)
            text.Append($"  {plan.Graph.Nodes[curvature.Node].Name}: {curvature.FormName}, order {Literal.Number(curvature.Order)}\n");
        text.Append($"arena, {Literal.Number(plan.Memory.Length)} floats\n");
        foreach (Placement place in plan.Memory.Placements.OrderBy(static place => place.Offset).ThenBy(static place => place.Buffer.Id))
            text.Append($"  {Literal.Number(place.Offset)}: {place.Buffer} {place.Buffer.Kind}, {place.Live}\n");
        return text.ToString();
    }

    /// <summary>One node: <c>dense1 = Dense(512) of image: 512</c>.</summary>
    public static string DescribeNode(Node node, Graph graph) => node.Inputs.Count == 0
        ? $"{node.Name}: {node.Shape}"
        : $"{node.Name} = {node.Op.Signature} of {string.Join(", ", node.Inputs.Select(id => graph.Nodes[id].Name))}: {node.Shape}";

    /// <summary>What the cost of products decided for each dense layer; costs in thousands of multiply-adds of 16 floats.</summary>
    static void Choices(StringBuilder text, Graph graph)
    {
        int rows = graph.Spec.Batch;
        text.Append("products\n");
        foreach (Node node in graph.Nodes.Where(static node => node.Op is DenseOp))
        {
            int inputs = graph.Nodes[node.Inputs[0]].Width, outputs = node.Width;
            string tiles = string.Join(", ", new[] { InstructionSet.Avx512, InstructionSet.Avx2 }.Select(set => set.Name + " " + Tile(set, rows, outputs)));
            (double asIs, double transposed) = ProductCost.WeightGradient(rows, inputs, outputs);
            (double byResidual, double byWeight) = ProductCost.InputGradient(rows, inputs, outputs);
            (double asItIs, double byLanes) = ProductCost.Forward(rows, inputs, outputs);
            string forward = outputs > ForwardPlanner.FewOutputs ? "" : $"; forward as it is {Thousands(asItIs)}, by lanes {Thousands(byLanes)}";
            text.Append($"  {node.Name}: tiles {tiles}{forward}; dW as it is {Thousands(asIs)}, transposed {Thousands(transposed)}; "
                + $"dX by dY transposed {Thousands(byResidual)}, by W transposed {Thousands(byWeight)}\n");
        }
    }

    static string Tile(InstructionSet set, int rows, int columns)
    {
        int vectors = Math.Min(set.TileVectors, (columns + set.Lanes - 1) / set.Lanes);
        return $"{Literal.Number(set.TileRows(vectors, rows))}x{Literal.Number(vectors * set.Lanes)}";
    }

    static string Thousands(double cost) => (cost / 1000).ToString("0.#", Literal.Culture);

    static void Pass(StringBuilder text, string name, IEnumerable<Kernel> kernels)
    {
        text.Append(name).Append('\n');
        foreach (Kernel kernel in kernels)
            text.Append("  ").Append(kernel.Describe()).Append('\n');
    }
}
