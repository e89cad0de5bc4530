using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Compiler.Graphs;

/// <summary>
/// What declarations leave open, chosen by what stands before and behind a layer.
/// <para>
/// Initial weights are N(0, g / inputs), where g keeps the mean square of what goes through the layer. ReLU and its like
/// lose half of it (He et al. 2015), so g is 2; ModU and linear layers lose none, and nor do tanh and sigmoid near zero,
/// so g is 1 (LeCun et al. 1998). With g = 2 before ModU values and residuals grow by √2 a layer, a thousandfold in twenty.
/// </para>
/// <para>
/// A dense layer that reads an image as it came is not decorrelated: pixels that hardly vary would have the largest steps.
/// </para>
/// </summary>
static class LayerDefaults
{
    static readonly Start He = new("He"), LeCun = new("LeCun");

    /// <summary>The nodes with nothing left open but the form of their curvature.</summary>
    internal static IEnumerable<Node> Choose(IReadOnlyList<Node> nodes)
    {
        var halved = new HashSet<int>(nodes.Where(static node => node.Op is ReluOp or LeakyReluOp or GeluOp or SiluOp)
            .SelectMany(static node => node.Inputs));
        return nodes.Select(node => node.Op switch
        {
            DenseOp dense => node with
            {
                Op = dense with
                {
                    Start = Known(dense.Start, node),
                    Curvature = dense.Curvature == CurvatureRequest.Auto && IsRawImage(nodes[node.Inputs[0]]) ? CurvatureRequest.Off : dense.Curvature,
                },
            },
            ConvOp convolution => node with { Op = convolution with { Start = Known(convolution.Start, node) } },
            _ => node,
        });

        Start Known(Start start, Node node) => start != Start.Auto ? start : halved.Contains(node.Id) ? He : LeCun;

        bool IsRawImage(Node node) => node.Op switch
        {
            InputOp => node.Shape.HasPositions,
            FlattenOp => IsRawImage(nodes[node.Inputs[0]]),
            _ => false,
        };
    }
}
