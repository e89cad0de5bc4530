using System.Globalization;
using AotNet.Training.CommandLine;
using AotNet.Training.Data.Augmenting;

namespace AotNet.Training.Loop;

/// <summary>
/// The flags of <c>train</c> that define a run, by name without dashes. They are stored in its checkpoints; a resumed
/// run takes them from there and refuses others.
/// </summary>
static class RunFlags
{
    public const string Data = "data", Format = "format", Label = "label", Validation = "validation",
        Standardize = "standardize", Preset = "preset", Initial = "init", CurvatureLimit = "curvature-limit",
        Optimizer = "optimizer", Decorrelate = "decorrelate", LearningRate = "lr", RateInterval = "lr-interval",
        RateCandidates = "lr-candidates", RateSteps = "lr-steps", Momentum = "momentum",
        WeightDecay = "weight-decay", Clip = "clip", Schedule = "schedule", Warmup = "warmup",
        Epochs = "epochs", Batch = "batch", Seed = "seed", EarlyStop = "early-stop",
        Augment = "augment", SkipBad = "skip-bad";

    static readonly string[] Numbers = [LearningRate, Momentum, WeightDecay, Clip, .. CurvatureFlags.Numbers];
    static readonly string[] Integers = [Warmup, Epochs, Batch, EarlyStop, RateInterval, RateSteps, CurvatureLimit, .. CurvatureFlags.Integers];

    /// <summary>Flags of a resumed run: those stored, and those given where they do not contradict.</summary>
    /// <param name="stored">Flags in the checkpoint.</param>
    /// <param name="given">Flags on the command line.</param>
    /// <param name="directory">The run's directory, for the message.</param>
    /// <exception cref="UsageException">A given flag contradicts; the message says which and why.</exception>
    public static SortedDictionary<string, string> Merge(IReadOnlyDictionary<string, string> stored,
        IReadOnlyDictionary<string, string> given, string directory)
    {
        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string flag, string value) in stored)
            merged[flag] = value;
        foreach ((string flag, string value) in given)
        {
            string canonical = Canonical(flag, value);
            bool known = stored.TryGetValue(flag, out string? before);
            if (known && before == canonical)
                continue;
            if (flag == Data || flag == EarlyStop || (flag == Epochs && stored.GetValueOrDefault(Schedule) == "constant"))
            {
                merged[flag] = canonical;
                continue;
            }
            string reason = flag == Epochs ? $"; the {stored.GetValueOrDefault(Schedule)} schedule depends on it" : "";
            throw new UsageException($"--{flag}: found {value}, but the run in {directory} was begun "
                + $"{(known ? $"with {before}" : "without it")}{reason}; leave the flag out to resume, or begin another run.");
        }
        return merged;
    }

    /// <summary>One spelling for each value.</summary>
    public static string Canonical(string flag, string value)
    {
        if ((flag == LearningRate && value == SelectiveFlags.Auto) || (flag == Warmup && value == RunSettings.AutomaticWarmup))
            return value;
        if (flag == Augment)
            return Augmentation.Parse(value).ToString();
        if (flag == Initial)
            return InitialWeights.Text(InitialWeights.Parse(value));
        if (flag == RateCandidates)
            return SelectiveFlags.Text(SelectiveFlags.ParseCandidates(value));
        if (Numbers.Contains(flag))
        {
            return FlagValue.Number(flag, value, "a number", static _ => true).ToString("R", CultureInfo.InvariantCulture);
        }
        if (Integers.Contains(flag))
            return FlagValue.Integer(flag, value, 0, int.MaxValue).ToString(CultureInfo.InvariantCulture);
        if (CurvatureFlags.Lists.Contains(flag))
            return CurvatureFlags.Canonical(flag, value);
        return flag == Seed ? FlagValue.Seed(flag, value).ToString(CultureInfo.InvariantCulture) : value;
    }
}
