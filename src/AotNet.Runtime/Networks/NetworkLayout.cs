using System.ComponentModel;

namespace AotNet.Runtime;

/// <summary>What the generator tells the runtime about a network's arena. Offsets and lengths count floats.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NetworkLayout
{
    /// <summary>What users see of it.</summary>
    public required NetworkInfo Info { get; init; }

    /// <summary>Length of the arena.</summary>
    public required long ArenaLength { get; init; }

    /// <summary>Length of the learned values, which start the arena, and of gradients and each moment.</summary>
    public required long ParameterLength { get; init; }

    /// <summary>Start of the gradients, laid out as the learned values are.</summary>
    public required long Gradients { get; init; }

    /// <summary>Start of the first moments, laid out likewise.</summary>
    public required long Moments { get; init; }

    /// <summary>Start of the second moments, laid out likewise.</summary>
    public required long SecondMoments { get; init; }

    /// <summary>Runs of learned values that the optimiser treats alike.</summary>
    public required ParameterRun[] Runs { get; init; }

    /// <summary>How each of <see cref="NetworkInfo.Tensors"/> starts.</summary>
    public required TensorStart[] Starts { get; init; }

    /// <summary>Gram matrices and factors that are kept between steps.</summary>
    public TensorInfo[] CurvatureState { get; init; } = [];

    /// <summary>The kernels of a training step, where they note their times; null elsewhere.</summary>
    public TimedKernel[]? TimedKernels { get; init; }

    /// <summary>Where the inputs are written.</summary>
    public required BufferPlace[] Inputs { get; init; }

    /// <summary>Where labels (one row of integers) or targets (a row per sample) are written.</summary>
    public required BufferPlace Target { get; init; }

    /// <summary>The network's output: logits.</summary>
    public required BufferPlace Output { get; init; }

    /// <summary>Row 0: loss of each sample; row 1: its correct answers.</summary>
    public required BufferPlace RowLosses { get; init; }

    /// <summary>Predictions.</summary>
    public required BufferPlace Predictions { get; init; }
}

/// <summary>A matrix in the arena.</summary>
/// <param name="Offset">First float.</param>
/// <param name="Columns">Values in a row.</param>
/// <param name="Stride">Floats from row to row.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct BufferPlace(long Offset, int Columns, int Stride);

/// <summary>Consecutive learned values.</summary>
/// <param name="Offset">First float, from the start of the learned values.</param>
/// <param name="Length">Floats.</param>
/// <param name="Decays">Whether weight decay applies.</param>
/// <param name="InPlace">When the backward pass updates it already.</param>
/// <param name="Layer">Index among the layers with weights of the one that it belongs to; -1 for others.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct ParameterRun(long Offset, long Length, bool Decays, InPlaceUpdate InPlace, int Layer);

/// <summary>When a step that updates in place leaves nothing to do for the update pass.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum InPlaceUpdate
{
    /// <summary>Never: the gradient is needed whole first.</summary>
    Never,

    /// <summary>When its layer's gradient is not decorrelated.</summary>
    Plain,

    /// <summary>Always.</summary>
    Always,
}

/// <summary>How a tensor starts.</summary>
/// <param name="Kind">Distribution.</param>
/// <param name="Sigma">Standard deviation of <see cref="StartKind.Normal"/>.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct TensorStart(StartKind Kind, float Sigma);

/// <summary>Distribution of initial values.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum StartKind
{
    /// <summary>All zero.</summary>
    Zero,

    /// <summary>All one.</summary>
    One,

    /// <summary>N(0, 2 / inputs).</summary>
    He,

    /// <summary>U(±sqrt(6 / (inputs + outputs))).</summary>
    Glorot,

    /// <summary>N(0, 1 / inputs).</summary>
    LeCun,

    /// <summary>Orthonormal rows or columns.</summary>
    Orthogonal,

    /// <summary>N(0, sigma²).</summary>
    Normal,
}
