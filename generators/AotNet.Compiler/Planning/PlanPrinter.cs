using System.Text;
using AotNet.Compiler.Graphs;

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
        text.Append("curvature\n");
        foreach (LayerCurvature curvature in plan.Curvatures)
            text.Append($"  {plan.Graph.Nodes[curvature.Node].Name}: {curvature.FormName}, order {Literal.Number(curvature.Order)}\n");
        text.Append($"arena, {Literal.Number(plan.Memory.Length)} floats\n");
        foreach (Placement place in plan.Memory.Placements.OrderBy(static place => place.Offset).ThenBy(static place => place.Buffer.Id))
            text.Append($"  {Literal.Number(place.Offset)}: {place.Buffer} {place.Buffer.Kind}, kernels {Literal.Number(place.First)} to {Literal.Number(place.Last)}\n");
        return text.ToString();
    }

    /// <summary>One node: <c>dense1 = Dense(512) of image: 512</c>.</summary>
    public static string DescribeNode(Node node, Graph graph) => node.Inputs.Count == 0
        ? $"{node.Name}: {node.Shape}"
        : $"{node.Name} = {node.Op.Signature} of {string.Join(", ", node.Inputs.Select(id => graph.Nodes[id].Name))}: {node.Shape}";

    static void Pass(StringBuilder text, string name, IEnumerable<Kernel> kernels)
    {
        text.Append(name).Append('\n');
        foreach (Kernel kernel in kernels)
            text.Append("  ").Append(kernel.Describe()).Append('\n');
    }
}
