using AotNet.Compiler.Differentiation;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Compiler.Planning;

/// <summary>
/// Plans both passes a second time for whoever wants to look inside: nothing fused, general products, no parameter gradients,
/// and every buffer in a place of its own, so that a batch's inputs and residuals can all be read afterwards. What the ordinary
/// step runs does not know of it.
/// </summary>
static class ProbePlanner
{
    internal static ProbePlan Plan(Graph graph)
    {
        var builder = new PlanBuilder(graph, new GradientFlow(graph), probes: true);
        builder.Build();
        var passes = new Plan
        {
            Graph = graph,
            Forward = builder.ForwardPass.Select(PlainProduct.For).ToEquatableArray(),
            Loss = builder.LossPass.ToEquatableArray(),
            Link = builder.LinkPass.ToEquatableArray(),
            Backward = builder.BackwardPass.Select(PlainProduct.For).ToEquatableArray(),
            Curvatures = builder.Curvatures.ToEquatableArray(),
            Memory = MemoryPlanner.PlanProbe(graph, builder),
        };
        PlanVerifier.Verify(passes);
        return new ProbePlan(passes, graph.Nodes.Where(static node => node.Op is DenseOp or ConvOp)
            .Select(node => LayerOf(builder, node)).ToEquatableArray());
    }

    static ProbeLayer LayerOf(PlanBuilder builder, Node node)
    {
        (Node First, Node Last)? norms = NormsBefore(builder.Graph, node);
        Node? activation = ActivationAfter(builder.Graph, node);
        var convolution = node.Op as ConvOp;
        Buffer input = convolution is null ? builder.Flat(node.Inputs[0]) : ConvolutionPlanner.InputOf(builder, node, convolution).BySample;
        return new ProbeLayer(node.Id, input, builder.Residual(node))
        {
            Windows = convolution is null ? null : WindowsOf(builder, node, convolution),
            InputResidual = builder.ContributionOf(node)?.BySample,
            NormResidual = norms is { } run && builder.ContributionOf(run.First) is not null ? builder.Residual(run.Last).BySample : null,
            NormInputResidual = norms is { } same ? builder.ContributionOf(same.First)?.BySample : null,
            Activation = activation?.Name,
            ActivationResidual = activation is null ? null : builder.Residual(activation).BySample,
            ActivationInputResidual = activation is null ? null : builder.ContributionOf(activation)?.BySample,
        };
    }

    static ProbeWindows WindowsOf(PlanBuilder builder, Node node, ConvOp op)
    {
        Shape input = builder.Graph.Nodes[node.Inputs[0]].Shape;
        bool byPatches = ConvolutionCurvature.IsByPatches(ConvolutionCurvature.Choose(op, input, node.Shape, builder.Graph.Spec));
        return new ProbeWindows(ConvolutionPlanner.GridOf(builder, node, op), op.GroupsOf(input), byPatches);
    }

    /// <summary>The run of norms that ends at a layer's input.</summary>
    static (Node First, Node Last)? NormsBefore(Graph graph, Node node)
    {
        Node? first = null, last = null;
        for (Node before = graph.Nodes[node.Inputs[0]]; IsNorm(before) || before.Op is FlattenOp; before = graph.Nodes[before.Inputs[0]])
        {
            if (before.Op is FlattenOp)
                continue;
            last ??= before;
            first = before;
        }
        return first is null ? null : (first, last!);
    }

    /// <summary>
    /// The activation that a layer's output meets before anything else is learned of it, by way of norms, dropout and
    /// sums; null when there is none or the output goes several ways.
    /// </summary>
    static Node? ActivationAfter(Graph graph, Node node)
    {
        for (Node current = node; ;)
        {
            List<Node> readers = graph.Nodes.SelectMany(other => other.Inputs.Where(id => id == current.Id).Select(_ => other)).ToList();
            if (readers.Count != 1)
                return null;
            current = readers[0];
            if (current.Op is ActivationOp)
                return current;
            if (!IsNorm(current) && current.Op is not (FlattenOp or DropoutOp or AddOp))
                return null;
        }
    }

    static bool IsNorm(Node node) => node.Op is BatchRmsOp or BatchNormOp or RowNormOp or GroupNormOp;
}

/// <summary>Both passes with every buffer kept, and where each layer's figures come from.</summary>
/// <param name="Passes">Kernels and arena.</param>
/// <param name="Layers">Layers with weights, in order.</param>
public sealed record ProbePlan(Plan Passes, EquatableArray<ProbeLayer> Layers);

/// <summary>The buffers that a layer's figures are read from, rows of a batch each.</summary>
/// <param name="Node">Layer.</param>
/// <param name="Input">Its inputs.</param>
/// <param name="Residual">Residual of its outputs.</param>
public sealed record ProbeLayer(int Node, Buffer Input, Buffer Residual)
{
    /// <summary>Of a convolution its windows; null for others.</summary>
    public ProbeWindows? Windows { get; init; }

    /// <summary>The layer's own part of its inputs' residual; null when nothing before it learns.</summary>
    public Buffer? InputResidual { get; init; }

    /// <summary>What arrives at the norms directly before the layer; null when there are none, or nothing before them learns.</summary>
    public Buffer? NormResidual { get; init; }

    /// <summary>What they pass on.</summary>
    public Buffer? NormInputResidual { get; init; }

    /// <summary>Name of the activation that follows; null when there is none.</summary>
    public string? Activation { get; init; }

    /// <summary>What arrives at the activation.</summary>
    public Buffer? ActivationResidual { get; init; }

    /// <summary>What it passes on.</summary>
    public Buffer? ActivationInputResidual { get; init; }
}

/// <summary>How a convolution reads its inputs.</summary>
/// <param name="Grid">Its windows.</param>
/// <param name="Groups">Parts that its channels are cut into.</param>
/// <param name="ByPatches">Whether the Gram matrix that tells of its inputs is that of patches, not that of channels.</param>
public sealed record ProbeWindows(PatchGrid Grid, int Groups, bool ByPatches);
