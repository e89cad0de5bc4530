using System.Collections;

namespace AotNet.Runtime;

/// <summary>What the decorrelation of one layer does differently from the optimiser's settings.</summary>
public sealed record LayerCurvature
{
    /// <summary>Whether the layer's gradient is decorrelated; null as <see cref="Optimizer.Decorrelate"/> says.</summary>
    public bool? Decorrelate { get; init; }

    /// <summary>Damping λ of the layer, above zero; null for <see cref="Optimizer.Damping"/>.</summary>
    public float? Damping { get; init; }
}

/// <summary>
/// Settings of layers by name, compared by value. Immutable; <see cref="With"/> makes variants:
/// <c>LayerCurvatures.None.With("dense1", new() { Decorrelate = false })</c>.
/// </summary>
public sealed class LayerCurvatures : IEnumerable<KeyValuePair<string, LayerCurvature>>, IEquatable<LayerCurvatures>
{
    // In order of names, so that equal settings are equal arrays.
    readonly KeyValuePair<string, LayerCurvature>[] entries;

    LayerCurvatures(KeyValuePair<string, LayerCurvature>[] entries) => this.entries = entries;

    /// <summary>Every layer follows the optimiser.</summary>
    public static LayerCurvatures None { get; } = new([]);

    /// <summary>Layers with settings of their own.</summary>
    public int Count => entries.Length;

    /// <summary>The settings of a layer; null where it has none of its own.</summary>
    /// <param name="layer">Name of the layer, <c>dense1</c>.</param>
    public LayerCurvature? this[string layer]
    {
        get
        {
            foreach (KeyValuePair<string, LayerCurvature> entry in entries)
            {
                if (entry.Key == layer)
                    return entry.Value;
            }
            return null;
        }
    }

    /// <summary>The same with other settings of one layer.</summary>
    /// <param name="layer">Name of the layer.</param>
    /// <param name="settings">What it does differently.</param>
    public LayerCurvatures With(string layer, LayerCurvature settings)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(settings);
        var next = new List<KeyValuePair<string, LayerCurvature>>(entries.Length + 1);
        foreach (KeyValuePair<string, LayerCurvature> entry in entries)
        {
            if (entry.Key != layer)
                next.Add(entry);
        }
        next.Add(new(layer, settings));
        next.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new([.. next]);
    }

    /// <inheritdoc/>
    public bool Equals(LayerCurvatures? other)
    {
        if (other is null || other.entries.Length != entries.Length)
            return false;
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i].Key != other.entries[i].Key || entries[i].Value != other.entries[i].Value)
                return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerCurvatures);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        int hash = entries.Length;
        foreach (KeyValuePair<string, LayerCurvature> entry in entries)
            hash = HashCode.Combine(hash, entry.Key, entry.Value);
        return hash;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, LayerCurvature>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, LayerCurvature>>)entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => entries.GetEnumerator();
}
