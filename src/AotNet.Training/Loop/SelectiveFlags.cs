using System.Globalization;
using AotNet.Runtime;
using AotNet.Training.CommandLine;

namespace AotNet.Training.Loop;

/// <summary>The flags that make up a <see cref="SelectiveRate"/>: --lr auto and what belongs to it.</summary>
static class SelectiveFlags
{
    /// <summary>The value of --lr that asks for a search.</summary>
    public const string Auto = "auto";

    static readonly string[] Names = [RunFlags.RateInterval, RunFlags.RateCandidates, RunFlags.RateSteps];

    /// <summary>The search that the flags describe; null unless the rate is <see cref="Auto"/>.</summary>
    /// <exception cref="UsageException">A value is out of range, or there is no search that it could apply to.</exception>
    public static SelectiveRate? Parse(IReadOnlyDictionary<string, string> flags, OptimizerKind kind)
    {
        if (flags.GetValueOrDefault(RunFlags.LearningRate) != Auto)
        {
            foreach (string name in Names)
            {
                if (flags.ContainsKey(name))
                    throw new UsageException($"--{name}: applies to a rate that is searched for; add --lr auto.");
            }
            return null;
        }
        SelectiveRate usual = SelectiveRate.For(kind);
        return new SelectiveRate
        {
            Candidates = flags.TryGetValue(RunFlags.RateCandidates, out string? candidates) ? ParseCandidates(candidates) : usual.Candidates,
            Interval = Count(RunFlags.RateInterval, usual.Interval, "epochs"),
            Steps = Count(RunFlags.RateSteps, usual.Steps, "steps"),
        };

        int Count(string flag, int standard, string unit) =>
            flags.TryGetValue(flag, out string? text) ? FlagValue.Integer(flag, text, 1, int.MaxValue, unit) : standard;
    }

    /// <summary>--lr-candidates.</summary>
    public static float[] ParseCandidates(string text)
    {
        string[] parts = text.Split(',');
        var candidates = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            candidates[i] = FlagValue.Number(RunFlags.RateCandidates, parts[i], "numbers above 0 with commas between them", static value => value > 0);
        return candidates;
    }

    /// <summary>Reverses <see cref="Parse"/>.</summary>
    public static void Store(SelectiveRate? selective, IDictionary<string, string> flags)
    {
        if (selective is null)
            return;
        flags[RunFlags.LearningRate] = Auto;
        flags[RunFlags.RateCandidates] = Text(selective.Candidates);
        flags[RunFlags.RateInterval] = selective.Interval.ToString(CultureInfo.InvariantCulture);
        flags[RunFlags.RateSteps] = selective.Steps.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Candidates with commas between them.</summary>
    public static string Text(float[] candidates)
    {
        var texts = new string[candidates.Length];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = candidates[i].ToString("R", CultureInfo.InvariantCulture);
        return string.Join(',', texts);
    }
}
