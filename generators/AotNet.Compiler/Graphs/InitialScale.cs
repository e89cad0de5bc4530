using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Compiler.Graphs;

/// <summary>
/// Initial weights of layers whose declaration leaves them open: N(0, g / inputs), where g keeps the mean square of what
/// goes through the layer. ReLU and its like lose half of it (He et al. 2015), so g is 2; ModU and linear layers lose
/// none, and nor do tanh and sigmoid near zero, so g is 1 (LeCun et al. 1998). With g = 2 before ModU values and residuals
/// grow by √2 a layer, a thousandfold in twenty.
/// </summary>
static class InitialScale
{
    static readonly Start He = new("He"), LeCun = new("LeCun");

    /// <summary>The nodes with their initial weights chosen.</summary>
    internal static IEnumerable<Node> Choose(IReadOnlyList<Node> nodes)
    {
        var halved = new HashSet<int>(nodes.Where(static node => node.Op is ReluOp or LeakyReluOp or GeluOp or SiluOp)
            .SelectMany(static node => node.Inputs));
        return nodes.Select(node =>
        {
            Start start = halved.Contains(node.Id) ? He : LeCun;
            return node.Op switch
            {
                DenseOp dense when dense.Start == Start.Auto => node with { Op = dense with { Start = start } },
                ConvOp convolution when convolution.Start == Start.Auto => node with { Op = convolution with { Start = start } },
                _ => node,
            };
        });
    }
}
