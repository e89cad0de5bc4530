using AotNet.Runtime;

namespace AotNet.Training.Loop;

/// <summary>
/// The flag --preset: the numerics of the code of Ye et al. (arXiv:1708.00631), in which their figures were measured, as
/// defaults of other flags and as forms of the optimisers.
/// </summary>
static class Preset
{
    /// <summary>The only preset.</summary>
    public const string Paper = "paper";

    static readonly (string Flag, string Value)[] Defaults =
    [
        (RunFlags.LearningRate, SelectiveFlags.Auto), (RunFlags.Standardize, "mean"), (RunFlags.Initial, "normal:0.01"),
        (RunFlags.CurvatureLimit, "500"), (RunFlags.Schedule, "constant"), (RunFlags.Warmup, "0"),
    ];

    /// <summary>The flags, with the preset's defaults for those that were not given.</summary>
    /// <exception cref="UsageException">There is no such preset.</exception>
    public static IReadOnlyDictionary<string, string> Fill(IReadOnlyDictionary<string, string> flags)
    {
        if (!flags.TryGetValue(RunFlags.Preset, out string? preset))
            return flags;
        if (preset != Paper)
            throw new UsageException($"--preset: found '{preset}', expected {Paper}.");
        var filled = new Dictionary<string, string>(flags, StringComparer.Ordinal);
        foreach ((string flag, string value) in Defaults)
            filled.TryAdd(flag, value);
        return filled;
    }

    /// <summary>The authors' form of an optimiser.</summary>
    /// <param name="usual">The optimiser as it is without the preset.</param>
    /// <param name="name">What --optimizer calls it.</param>
    /// <exception cref="UsageException">The authors do not have it.</exception>
    public static Optimizer Optimizer(Optimizer usual, string name) => usual.Kind == OptimizerKind.AdamW
        ? throw new UsageException($"--preset: the authors' code has no {name}; expected sgd, sgd2, adam, rmsprop or adagrad.")
        : OptimizerPresets.Paper(usual.Kind, usual.LearningRate);
}
