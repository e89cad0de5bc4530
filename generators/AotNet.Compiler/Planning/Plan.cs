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

    /// <summary>The outputs' residual to parameter gradients; between them what is recomputed.</summary>
    public required EquatableArray<Kernel> Backward { get; init; }

    /// <summary>Curvature of each layer that has weights, in layer order.</summary>
    public required EquatableArray<LayerCurvature> Curvatures { get; init; }

    /// <summary>The arena.</summary>
    public required MemoryPlan Memory { get; init; }

    /// <summary>What recomputation saves and costs, in force or not; null of plans that are only looked into.</summary>
    public RecomputationFigures? Recomputation { get; init; }

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

    /// <summary>Start of what comes and goes within a step and shares bytes by live range.</summary>
    public required long Transient { get; init; }

    /// <summary>Length of the arena.</summary>
    public required long Length { get; init; }

    /// <summary>Offset of a buffer that has a place.</summary>
    public long OffsetOf(Buffer buffer) => Placements.First(place => place.Buffer.Id == buffer.Id).Offset;
}

/// <summary>A buffer's place.</summary>
/// <param name="Buffer">Buffer.</param>
/// <param name="Offset">First float.</param>
/// <param name="Live">When the step needs it.</param>
public sealed record Placement(Buffer Buffer, long Offset, LiveRange Live);

/// <summary>The kernels of a step between which a buffer is needed, by number.</summary>
/// <param name="First">First kernel that needs it.</param>
/// <param name="Last">Last kernel that does.</param>
public readonly record struct LiveRange(int First, int Last)
{
    /// <summary>Last kernel that needs it before it is recomputed; <see cref="Last"/> where it is kept.</summary>
    public int Dropped { get; init; } = Last;

    /// <summary>Kernel that recomputes it; <see cref="First"/> where it is kept.</summary>
    public int Renewed { get; init; } = First;

    /// <summary>Whether its bytes are free for others in between.</summary>
    public bool Pauses => Dropped < Renewed;

    /// <summary>Whether it is needed at a kernel.</summary>
    public bool Includes(int kernel) => Meets(new LiveRange(kernel, kernel));

    /// <summary>The range of a buffer that is needed at a later kernel too.</summary>
    internal LiveRange To(int kernel) => Last < 0 ? new LiveRange(kernel, kernel)
        : kernel <= Last ? this : Pauses ? this with { Last = kernel } : new LiveRange(First, kernel);

    /// <summary>The range of a buffer that a later kernel recomputes.</summary>
    internal LiveRange From(int kernel) => this with { Last = kernel, Dropped = Last, Renewed = kernel };

    /// <summary>Whether some kernel needs both.</summary>
    public bool Meets(LiveRange other) =>
        Meet(First, Dropped, other.First, other.Dropped) || Meet(First, Dropped, other.Renewed, other.Last)
        || Meet(Renewed, Last, other.First, other.Dropped) || Meet(Renewed, Last, other.Renewed, other.Last);

    /// <inheritdoc/>
    public override string ToString() => Pauses
        ? $"kernels {Literal.Number(First)} to {Literal.Number(Dropped)}, again {Literal.Number(Renewed)} to {Literal.Number(Last)}"
        : $"kernels {Literal.Number(First)} to {Literal.Number(Last)}";

    static bool Meet(int first, int last, int otherFirst, int otherLast) => first <= otherLast && otherFirst <= last;
}

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
