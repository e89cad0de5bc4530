using AotNet.Compiler.Graphs;

namespace AotNet.Compiler.Planning;

/// <summary>Everything that emission needs: kernels of each pass in order, and where every buffer lies.</summary>
public sealed record Plan
{
    /// <summary>The network.</summary>
    public required Graph Graph { get; init; }

    /// <summary>Inputs to outputs.</summary>
    public required EquatableArray<Kernel> Forward { get; init; }

    /// <summary>Outputs and targets to losses and the outputs' residual.</summary>
    public required EquatableArray<Kernel> Loss { get; init; }

    /// <summary>Outputs to predictions.</summary>
    public required EquatableArray<Kernel> Link { get; init; }

    /// <summary>The outputs' residual to parameter gradients.</summary>
    public required EquatableArray<Kernel> Backward { get; init; }

    /// <summary>Curvature of each layer that has weights, in layer order.</summary>
    public required EquatableArray<LayerCurvature> Curvatures { get; init; }

    /// <summary>The arena.</summary>
    public required MemoryPlan Memory { get; init; }

    /// <summary>The passes that consistency is measured with; null when the declaration asks for none.</summary>
    public ProbePlan? Probes { get; init; }

    /// <summary>All kernels in the order in which a training step runs them.</summary>
    public IEnumerable<Kernel> Step => Forward.Concat(Loss).Concat(Link).Concat(Backward);
}

/// <summary>Where the buffers lie in the arena. Offsets and lengths count floats.</summary>
public sealed record MemoryPlan
{
    /// <summary>Every buffer that kernels need, by id; values that stay in registers have no place.</summary>
    public required EquatableArray<Placement> Placements { get; init; }

    /// <summary>Learned values in one run, which gradients and moments repeat.</summary>
    public required EquatableArray<ParameterRun> Runs { get; init; }

    /// <summary>Start of the learned values.</summary>
    public required long Parameters { get; init; }

    /// <summary>Length of the learned values, and of gradients and each moment.</summary>
    public required long ParameterLength { get; init; }

    /// <summary>Start of the gradients.</summary>
    public required long Gradients { get; init; }

    /// <summary>Start of the first moments.</summary>
    public required long Moments { get; init; }

    /// <summary>Start of the second moments.</summary>
    public required long SecondMoments { get; init; }

    /// <summary>Length of the arena.</summary>
    public required long Length { get; init; }

    /// <summary>Offset of a buffer that has a place.</summary>
    public long OffsetOf(Buffer buffer) => Placements.First(place => place.Buffer.Id == buffer.Id).Offset;
}

/// <summary>A buffer's place.</summary>
/// <param name="Buffer">Buffer.</param>
/// <param name="Offset">First float.</param>
/// <param name="First">First kernel of the step that needs it.</param>
/// <param name="Last">Last kernel that does.</param>
public sealed record Placement(Buffer Buffer, long Offset, int First, int Last);

/// <summary>Consecutive learned values that the optimiser treats alike.</summary>
/// <param name="Offset">First float, from the start of the learned values.</param>
/// <param name="Length">Floats.</param>
/// <param name="Decays">Whether weight decay applies.</param>
/// <param name="InPlace">When the backward pass updates it, in steps that update in place.</param>
/// <param name="Layer">Index among the layers with weights of the one that it belongs to; -1 for others.</param>
public sealed record ParameterRun(long Offset, long Length, bool Decays, InPlaceUpdate InPlace, int Layer);

/// <summary>When a step that updates in place leaves nothing to do for the update pass.</summary>
public enum InPlaceUpdate
{
    /// <summary>Never: the gradient is needed whole first.</summary>
    Never,

    /// <summary>When its layer's gradient is not decorrelated.</summary>
    Plain,

    /// <summary>Always.</summary>
    Always,
}
