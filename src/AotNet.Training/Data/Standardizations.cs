using AotNet.Training.Loop;

namespace AotNet.Training.Data;

/// <summary>What becomes of raw values before the network sees them.</summary>
enum StandardizationKind
{
    /// <summary>Mean 0 and deviation 1 over the training samples.</summary>
    Unit,

    /// <summary>Root mean square 1 over the training samples, zero staying zero: products leave out inputs that are zero.</summary>
    Rms,

    /// <summary>Mean 0 for each feature, the scale as in the file: pixels 0 to 255 minus the mean image.</summary>
    Mean,

    /// <summary>The values of the file.</summary>
    None,
}

/// <summary>Names of the kinds, and what each measures.</summary>
static class Standardizations
{
    /// <summary>The kind that holds unless another is given.</summary>
    public const string Default = "unit";

    /// <summary>--standardize.</summary>
    /// <exception cref="UsageException">There is no such kind.</exception>
    public static StandardizationKind Parse(string text)
    {
        for (StandardizationKind kind = StandardizationKind.Unit; kind <= StandardizationKind.None; kind++)
        {
            if (NameOf(kind) == text)
                return kind;
        }
        throw new UsageException($"--{RunFlags.Standardize}: found '{text}', expected one of {Default}, rms, mean, none.");
    }

    /// <summary>Reverses <see cref="Parse"/>.</summary>
    public static string NameOf(StandardizationKind kind) => kind switch
    {
        StandardizationKind.Unit => Default,
        StandardizationKind.Rms => "rms",
        StandardizationKind.Mean => "mean",
        _ => "none",
    };

    /// <summary>Mean and scale over the given samples.</summary>
    public static Standardization Measure(StandardizationKind kind, Dataset data, ReadOnlySpan<int> samples) => kind switch
    {
        StandardizationKind.Unit => data.Measure(samples),
        StandardizationKind.Rms => data.Measure(samples, centers: false),
        StandardizationKind.Mean => new Standardization(data.Means(samples), Standardization.Uniform(data.Features, 0, 1).Scale),
        _ => Standardization.Uniform(data.Features, 0, 1),
    };
}
