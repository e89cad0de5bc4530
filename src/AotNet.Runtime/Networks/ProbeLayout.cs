using System.ComponentModel;

namespace AotNet.Runtime;

/// <summary>What the generator tells the runtime about the arena of probes. Offsets and lengths count floats.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ProbeLayout
{
    /// <summary>Length of the arena. It begins with the learned values, laid out as in the network's own.</summary>
    public required long ArenaLength { get; init; }

    /// <summary>Where the inputs are written.</summary>
    public required BufferPlace[] Inputs { get; init; }

    /// <summary>Where labels or targets are written.</summary>
    public required BufferPlace Target { get; init; }

    /// <summary>Start of each running average, in the order of the network's own.</summary>
    public required long[] Statistics { get; init; }

    /// <summary>Layers with weights, in order.</summary>
    public required ProbeLayer[] Layers { get; init; }
}

/// <summary>Where a layer's values lie after a probe; a place of no columns is absent.</summary>
/// <param name="layer">Index among <see cref="NetworkInfo.Layers"/>.</param>
/// <param name="weight">Index of its weights among <see cref="NetworkInfo.Tensors"/>.</param>
/// <param name="hasBias">Whether it has a bias.</param>
/// <param name="input">Its inputs.</param>
/// <param name="residual">Residual of its outputs.</param>
/// <param name="inputResidual">Its own part of the inputs' residual.</param>
/// <param name="normResidual">What arrives at the norms directly before it.</param>
/// <param name="normInputResidual">What they pass on.</param>
/// <param name="activation">The activation that follows; null when there is none.</param>
/// <param name="activationResidual">What arrives at the activation.</param>
/// <param name="activationInputResidual">What it passes on.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ProbeLayer(int layer, int weight, bool hasBias, BufferPlace input, BufferPlace residual, BufferPlace inputResidual,
    BufferPlace normResidual, BufferPlace normInputResidual, string? activation, BufferPlace activationResidual, BufferPlace activationInputResidual)
{
    /// <summary>Of a convolution how it reads its inputs; the residual of its outputs then has a row per window.</summary>
    public ProbeWindows? Windows { get; init; }

    internal int Layer => layer;

    internal int Weight => weight;

    internal bool HasBias => hasBias;

    internal BufferPlace Input => input;

    internal BufferPlace Residual => residual;

    internal BufferPlace InputResidual => inputResidual;

    internal BufferPlace NormResidual => normResidual;

    internal BufferPlace NormInputResidual => normInputResidual;

    internal string? Activation => activation;

    internal BufferPlace ActivationResidual => activationResidual;

    internal BufferPlace ActivationInputResidual => activationInputResidual;
}
