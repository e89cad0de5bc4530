using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Planning;
using AotNet.Reference.Curvature;

namespace AotNet.Reference.Consistency;

/// <summary>The consistency figures of a layer with weights by their definitions, each from whole matrices.</summary>
/// <param name="TrainingSpeed">‖ΔW‖ / ‖W‖.</param>
/// <param name="InputRms">Root mean square of the inputs.</param>
/// <param name="ResidualRms">Root mean square of the residual R of the outputs.</param>
/// <param name="Propagation">‖R W‖ / ‖R‖; null when nothing before the layer learns.</param>
/// <param name="NormGain">What norms directly before the layer make of the norm of the residual; null without any.</param>
/// <param name="NullSpaceLoss">Energy of R along left singular vectors of W with singular values below 1e-3 of the largest.</param>
/// <param name="ActivationLoss">Energy that the activation does not pass on; null without one.</param>
/// <param name="GramCondition">Of A = X̂ᵀX̂/N.</param>
/// <param name="DampedCondition">Of A + λ I.</param>
/// <param name="EffectiveRank">(Σσ)² / Σσ² of A.</param>
public sealed record LayerFigures(double TrainingSpeed, double InputRms, double ResidualRms, double? Propagation, double? NormGain,
    double NullSpaceLoss, double? ActivationLoss, double GramCondition, double DampedCondition, double EffectiveRank)
{
    /// <summary>Measures one layer.</summary>
    /// <param name="network">The network.</param>
    /// <param name="step">A step of it.</param>
    /// <param name="layer">Name of the layer.</param>
    /// <param name="before">Its weights before the step, inputs x outputs; those of the network are the ones after it.</param>
    /// <param name="norms">Names of the norms directly before it, from the layer backwards.</param>
    /// <param name="activation">Name of the activation that follows, or null.</param>
    /// <param name="damping">λ.</param>
    public static LayerFigures Of(ReferenceNetwork network, Differentiation step, string layer, Matrix before, string[] norms,
        string? activation, double damping)
    {
        Node node = Find(network, layer);
        Matrix x = step.Evaluation.Values[node.Inputs[0]]!, residual = step.Residuals[node.Id]!;
        if (node.Op is ConvOp)
            residual = new Matrix(residual.Rows * node.Shape.Positions, node.Shape.Channels, residual.Values);
        Matrix inputs = InputsOf(network, node, x);
        bool propagates = step.Residuals[node.Inputs[0]] is not null && LearnsBefore(network.Graph, node);
        (double[] values, _) = JacobiEigen.Of(Decorrelation.Gram(inputs));
        double largest = values.Max(), smallest = values.Min();
        return new LayerFigures(
            Norm(network.Tensors[layer + ".weight"] - before) / Norm(before),
            Norm(x) / Math.Sqrt(x.Values.Length),
            Norm(residual) / Math.Sqrt(residual.Values.Length),
            propagates ? (node.Op is ConvOp ? Passed(layer) : Norm(residual * before.Transpose())) / Norm(residual) : null,
            norms.Length > 0 && propagates && LearnsBefore(network.Graph, Find(network, norms[^1])) ? Passed(norms[^1]) / Arrived(norms[0]) : null,
            node.Op is ConvOp conv && conv.GroupsOf(network.Graph.Nodes[node.Inputs[0]].Shape) > 1 ? double.NaN
                : Lost(before, ConvolutionDecorrelation.Sampled(residual)),
            activation is null ? null : 1 - Math.Pow(Passed(activation) / Arrived(activation), 2),
            smallest <= values.Length * 2.2e-16 * largest || inputs.Rows < values.Length ? double.PositiveInfinity : largest / smallest,
            (largest + damping) / (smallest + damping),
            Math.Pow(values.Sum(), 2) / values.Sum(static value => value * value));

        double Arrived(string name) => Norm(step.Residuals[Find(network, name).Id]!);

        double Passed(string name) => Norm(step.Parts[Find(network, name).Id]![0]);
    }

    /// <summary>X̂: the inputs of each sample, of a convolution its patches or channels, with ones for the bias.</summary>
    static Matrix InputsOf(ReferenceNetwork network, Node node, Matrix x)
    {
        if (node.Op is not ConvOp op)
            return ((DenseOp)node.Op).Bias ? x.WithOnes() : x;
        Shape input = network.Graph.Nodes[node.Inputs[0]].Shape;
        x = network.IsByPatches(node) ? ConvolutionDecorrelation.Patches(op, input, x) : ConvolutionDecorrelation.Channels(input, x);
        return op.Bias ? x.WithOnes() : x;
    }

    static double Lost(Matrix stored, Matrix residual)
    {
        (double[] squares, Matrix u) = JacobiEigen.Of(stored.Transpose() * stored);
        Matrix along = residual * u;
        double largest = squares.Max(), lost = 0;
        for (int i = 0; i < squares.Length; i++)
        {
            if (squares[i] < 1e-6 * largest)
                lost += Enumerable.Range(0, along.Rows).Sum(r => along[r, i] * along[r, i]);
        }
        return lost / residual.SquaredNorm();
    }

    static bool LearnsBefore(Graph graph, Node node) => node.Inputs.Any(id => graph.Nodes[id].Op is DenseOp or ConvOp or BatchNormOp or RowNormOp or GroupNormOp
        || LearnsBefore(graph, graph.Nodes[id]));

    static Node Find(ReferenceNetwork network, string name) => network.Graph.Nodes.Single(node => node.Name == name);

    static double Norm(Matrix matrix) => Math.Sqrt(matrix.SquaredNorm());
}
