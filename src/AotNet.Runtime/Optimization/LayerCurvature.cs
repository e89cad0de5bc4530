namespace AotNet.Runtime;

/// <summary>What the decorrelation of one layer does differently from the optimiser's settings.</summary>
public sealed record LayerCurvature
{
    /// <summary>Whether the layer's gradient is decorrelated; null as <see cref="Optimizer.Decorrelate"/> says.</summary>
    public bool? Decorrelate { get; init; }

    /// <summary>Damping λ of the layer, above zero; null for <see cref="Optimizer.Damping"/>.</summary>
    public float? Damping { get; init; }

    // Written out, because what the compiler would write takes several kilobytes of comparers of nullable numbers.
    /// <inheritdoc/>
    public bool Equals(LayerCurvature? other) => other is not null && Decorrelate == other.Decorrelate && Damping == other.Damping;

    /// <inheritdoc/>
    public override int GetHashCode() => 31 * Decorrelate.GetHashCode() + Damping.GetHashCode();
}

/// <summary>
/// Settings of layers by name, compared by value. Immutable; <see cref="With"/> makes variants:
/// <c>LayerCurvatures.None.With("dense1", new() { Decorrelate = false })</c>.
/// </summary>
public sealed class LayerCurvatures : IEquatable<LayerCurvatures>
{
    // In order of names, so that equal settings are equal arrays.
    readonly string[] names;
    readonly LayerCurvature[] settings;

    LayerCurvatures(string[] names, LayerCurvature[] settings) => (this.names, this.settings) = (names, settings);

    /// <summary>Every layer follows the optimiser.</summary>
    public static LayerCurvatures None { get; } = new([], []);

    /// <summary>Layers with settings of their own, in ordinal order.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The settings of a layer; null where it has none of its own.</summary>
    /// <param name="layer">Name of the layer, <c>dense1</c>.</param>
    public LayerCurvature? this[string layer]
    {
        get
        {
            for (int i = 0; i < names.Length; i++)
            {
                if (names[i] == layer)
                    return settings[i];
            }
            return null;
        }
    }

    /// <summary>Why a network cannot follow the settings of a layer, as a clause; null when it can follow all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layer">The first layer that it cannot follow.</param>
    public string? ProblemWith(NetworkInfo network, out string layer)
    {
        ArgumentNullException.ThrowIfNull(network);
        for (int i = 0; i < names.Length; i++)
        {
            layer = names[i];
            string others = "";
            string? form = null;
            foreach (LayerInfo info in network.Layers)
            {
                if (info.CurvatureForm is null)
                    continue;
                others += (others.Length == 0 ? "" : ", ") + info.Name;
                if (info.Name == layer)
                    form = info.CurvatureForm;
            }
            if (form is null)
                return $"{network.Name} has no layer '{layer}' with weights; it has {others}";
            if (form == "off" && (settings[i].Decorrelate == true || settings[i].Damping is not null))
                return $"layer {layer} was declared with Curvature.Off, and so there is no code that decorrelates it; declare it with another curvature";
        }
        layer = "";
        return null;
    }

    /// <summary>The same with other settings of one layer.</summary>
    /// <param name="layer">Name of the layer.</param>
    /// <param name="own">What it does differently.</param>
    public LayerCurvatures With(string layer, LayerCurvature own)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(own);
        int before = 0;
        while (before < names.Length && string.CompareOrdinal(names[before], layer) < 0)
            before++;
        int after = before < names.Length && names[before] == layer ? before + 1 : before;
        return new([.. names[..before], layer, .. names[after..]], [.. settings[..before], own, .. settings[after..]]);
    }

    /// <inheritdoc/>
    public bool Equals(LayerCurvatures? other)
    {
        if (other is null || other.names.Length != names.Length)
            return false;
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] != other.names[i] || settings[i] != other.settings[i])
                return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerCurvatures);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        int hash = names.Length;
        for (int i = 0; i < names.Length; i++)
            hash = 31 * (31 * hash + names[i].GetHashCode()) + settings[i].GetHashCode();
        return hash;
    }
}
