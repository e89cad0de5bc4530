using System.Globalization;

namespace AotNet.Training.Data;

/// <summary>What a training set says of further data of its kind. Travels in the checkpoint.</summary>
/// <param name="classNames">Name of each class in order; empty where classes are indices or there are none.</param>
class DataSchema(string[] classNames)
{
    /// <summary>Name of each class in order; empty where classes are indices or there are none.</summary>
    public string[] ClassNames => classNames;

    /// <summary>Classes are indices.</summary>
    public static DataSchema Indices { get; } = new([]);

    /// <summary>Names of the classes in order, from all labels: empty where every one is an index.</summary>
    /// <param name="labels">Distinct labels; sorted by this.</param>
    public static string[] NamesOf(string[] labels)
    {
        if (Array.TrueForAll(labels, IsIndex))
            return [];
        Array.Sort(labels, StringComparer.Ordinal);
        return labels;
    }

    /// <summary>The class of a label.</summary>
    /// <param name="label">A class name, or an index where classes have no names.</param>
    /// <param name="network">Bounds the index.</param>
    /// <param name="problem">What is wrong, when there is no such class.</param>
    /// <returns>-1 when there is none.</returns>
    public int ClassOf(string label, NetworkInfo network, out string problem)
    {
        problem = "";
        if (ClassNames.Length > 0)
        {
            int named = Array.IndexOf(ClassNames, label);
            if (named < 0)
                problem = $"label '{label}' is none of {string.Join(", ", ClassNames)}";
            return named;
        }
        if (!IsIndex(label))
        {
            problem = $"label '{label}' is not a class index";
            return -1;
        }
        int width = network.Target.Width;
        if (int.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index) && index >= 0 && index < width)
            return index;
        problem = $"{Problem.OutsideClasses(label, width)} of network {network.Name}";
        return -1;
    }

    /// <summary>Some of the names, for a message.</summary>
    public static string Sketch(string[] names) => string.Join(", ", names[..Math.Min(names.Length, 5)]) + (names.Length > 5 ? ", ..." : "");

    static bool IsIndex(string text) => text.AsSpan().TrimStart("+-").IndexOfAnyExceptInRange('0', '9') < 0;
}

/// <summary>Recordings: of one sampling rate.</summary>
/// <param name="classNames">As in <see cref="DataSchema"/>.</param>
/// <param name="rate">Samples a second.</param>
sealed class WaveSchema(string[] classNames, int rate) : DataSchema(classNames)
{
    /// <summary>Samples a second.</summary>
    public int Rate => rate;
}
