using AotNet.Benchmarks.Harness;
using AotNet.Compiler.Planning;
using AotNet.Numerics.Tests.Harness;
using AotNet.Peers.Harness;
using AotNet.Peers.Products;
using Buffer = AotNet.Compiler.Planning.Buffer;

namespace AotNet.Peers.Curvatures;

/// <summary>The parts of a decorrelation.</summary>
enum Stage
{
    /// <summary>Gram matrix, means of the inputs included.</summary>
    Gram,

    /// <summary>Cholesky factor of the damped matrix.</summary>
    Factor,

    /// <summary>Both substitutions.</summary>
    Solve,
}

/// <summary>
/// What the backward pass of a network's only layer, dense or a convolution, does when gradients are decorrelated: the kernels of
/// a real plan, over random inputs and residuals.
/// </summary>
sealed class CurvatureLayer : IDisposable
{
    readonly Kernel[] kernels;
    readonly BufferArena arena;
    readonly Buffer x, residual, weightGradient, biasGradient;
    readonly int rows;

    internal CurvatureLayer(LayerShape layer, int rows, Curvature form)
        : this(Compile(layer, rows, form), rows)
    {
    }

    internal CurvatureLayer(ConvolutionShape layer, int rows, Curvature form)
        : this(Compile(layer, rows, form), rows)
    {
    }

    CurvatureLayer(Plan plan, int rows)
    {
        this.rows = rows;
        kernels = [.. plan.Backward.Where(static kernel =>
            kernel.Condition is KernelCondition.Always or KernelCondition.Decorrelated or KernelCondition.BiasDecorrelated)];
        // Parameters and gradients keep their places, because a solve takes the bias row behind the weights along. The rest
        // does not share places as in a network, where inputs need not outlive the pass.
        Buffer[] buffers = [.. plan.Memory.Placements.Select(static place => place.Buffer)];
        arena = new BufferArena(plan.Memory.Length, buffer => buffer.Persists ? plan.Memory.OffsetOf(buffer) : null, buffers);
        Buffer Only(BufferKind kind, string ending) => buffers.Single(buffer => buffer.Kind == kind && buffer.Name.EndsWith(ending, StringComparison.Ordinal));
        // A convolution's residual is there by sample too, as the loss leaves it.
        Buffer[] residuals = [.. buffers.Where(static buffer => buffer.Kind == BufferKind.Residual)];
        (x, residual) = (Only(BufferKind.Input, "x"), residuals[0]);
        (weightGradient, biasGradient) = (Only(BufferKind.Gradient, "weight gradient"), Only(BufferKind.Gradient, "bias gradient"));
        var random = new Random(1);
        arena.Randomize(x, random, 2);
        foreach (Buffer values in residuals)
            arena.Randomize(values, random);
    }

    /// <summary>The form that the planner chooses by itself for a layer.</summary>
    internal static LayerCurvature Chosen(LayerShape layer, int rows) => Compile(layer, rows, Curvature.Auto).Curvatures[0];

    /// <summary>That for a convolution, of those by patches.</summary>
    internal static LayerCurvature Chosen(ConvolutionShape layer, int rows) => Compile(layer, rows, Curvature.Patches).Curvatures[0];

    /// <summary>Inputs, rows x inputs.</summary>
    internal float[] X => arena.Read(x, rows);

    /// <summary>Residual, rows x outputs.</summary>
    internal float[] Residual => arena.Read(residual, rows);

    /// <summary>Gradient of the weights after a pass, inputs x outputs.</summary>
    internal float[] WeightGradient => arena.Read(weightGradient, weightGradient.Rows);

    /// <summary>Gradient of the bias after a pass.</summary>
    internal float[] BiasGradient => arena.Read(biasGradient, 1);

    /// <summary>The kernels of one part.</summary>
    /// <exception cref="PeersException">The plan has none by that name.</exception>
    internal EmittedPass Pass(Stage stage)
    {
        string ending = stage switch
        {
            Stage.Gram => " gram",
            Stage.Factor => " factor",
            _ => " solve",
        };
        Kernel[] part = [.. kernels.Where(kernel => kernel.Name.EndsWith(ending, StringComparison.Ordinal))];
        return part.Length > 0
            ? New(part)
            : throw new PeersException($"The plan of a decorrelated layer has no kernel named '...{ending}'.");
    }

    /// <summary>All kernels: the weight and bias gradients and their decorrelation.</summary>
    internal EmittedPass Whole() => New(kernels);

    /// <summary>Puts back what a solve in place has replaced, so that repeating it stays the same work on ordinary numbers.</summary>
    internal void RestoreGradient(float[] weights, float[] bias)
    {
        arena.Write(weightGradient, weights);
        arena.Write(biasGradient, bias);
    }

    public void Dispose() => arena.Dispose();

    EmittedPass New(Kernel[] part) => new(part, rows, arena.Arena, arena.OffsetOf);

    static Plan Compile(LayerShape layer, int rows, Curvature form)
    {
        var network = new NetworkBuilder("Layer", rows);
        return Planner.Plan(NetworkBuilder.GraphOf(network.SoftmaxCrossEntropy(
            network.Input("x", layer.Inputs).Dense(layer.Outputs, curvature: form), network.Labels(layer.Outputs))));
    }

    static Plan Compile(ConvolutionShape layer, int rows, Curvature form)
    {
        var network = new NetworkBuilder("Layer", rows);
        Value y = network.Input("x", layer.Extent, layer.Extent, layer.Channels).Conv(layer.Outputs, $"{layer.Kernel}x{layer.Kernel}", curvature: form);
        return Planner.Plan(NetworkBuilder.GraphOf(network.MeanSquaredError(y, network.Targets(layer.Extent, layer.Extent, layer.Outputs))));
    }
}
