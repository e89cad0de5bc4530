using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Counts that users see.</summary>
/// <param name="Parameters">Learned values.</param>
/// <param name="ForwardFlops">Operations of one sample's prediction.</param>
/// <param name="TrainingFlops">Operations of one sample's forward and backward pass, without curvature and what is recomputed.</param>
/// <param name="TopologyHash">16 hexadecimal digits.</param>
sealed record NetworkFigures(long Parameters, long ForwardFlops, long TrainingFlops, string TopologyHash)
{
    internal static NetworkFigures Of(Plan plan)
    {
        Graph graph = plan.Graph;
        long parameters = 0, forward = 0, training = 0;
        foreach (Node node in graph.Nodes.Where(static node => node.Inputs.Count > 0))
        {
            Shape input = graph.Nodes[node.Inputs[0]].Shape;
            parameters += ParametersOf(graph, node);
            long flops = node.Op.Flops(input, node.Shape);
            forward += flops;
            training += node.Op is DenseOp or ConvOp ? flops : 3 * flops;
        }
        int batch = graph.Spec.Batch;
        training += SampleSequence.Flat(plan.Backward)
            .Where(static kernel => !kernel.Repeats)
            .Where(static kernel => kernel is Product or WeightGradient or RowInputGradient or RowBackward
                or ConvolutionGradient or WinogradGradient or DepthwiseInputGradient or DepthwiseWeightGradient)
            .Where(static product => product.Condition is KernelCondition.Always or KernelCondition.Plain)
            .Sum(product => product.Flops(batch)) / batch;
        return new NetworkFigures(parameters, forward, training, Hash(graph));
    }

    /// <summary>Learned values of one layer.</summary>
    internal static long ParametersOf(Graph graph, Node node) => node.Op.Tensors(graph.Nodes[node.Inputs[0]].Shape)
        .Where(static tensor => tensor.Role != TensorRole.Statistic)
        .Sum(static tensor => (long)tensor.Rows * tensor.Columns);

    /// <summary>FNV-1a over the nodes: what is computed, not how large the batch is or how weights start.</summary>
    static string Hash(Graph graph)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in string.Join("\n", graph.Nodes.Select(node => PlanPrinter.DescribeNode(node, graph))))
            hash = unchecked((hash ^ c) * 1099511628211);
        return hash.ToString("x16", Literal.Culture);
    }
}
