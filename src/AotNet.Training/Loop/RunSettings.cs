using System.Globalization;
using AotNet.Runtime;
using AotNet.Training.CommandLine;
using AotNet.Training.Data;
using AotNet.Training.Data.Augmenting;

namespace AotNet.Training.Loop;

/// <summary>What defines a run: with the same settings and data it gives the same parameters, bit for bit.</summary>
sealed class RunSettings
{
    /// <summary>The value of --warmup that leaves the number of steps to the run.</summary>
    public const string AutomaticWarmup = "auto";

    /// <summary>--data.</summary>
    public required string Data { get; init; }

    /// <summary>--format; null to detect it.</summary>
    public required string? Format { get; init; }

    /// <summary>--label; null for the usual columns.</summary>
    public required string? Label { get; init; }

    /// <summary>--validation; null for none.</summary>
    public required ValidationSource? Validation { get; init; }

    /// <summary>--skip-bad.</summary>
    public required bool SkipBad { get; init; }

    /// <summary>--augment; null for none.</summary>
    public required Augmentation? Augmentation { get; init; }

    /// <summary>--standardize.</summary>
    public required StandardizationKind Standardization { get; init; }

    /// <summary>--init; null for the distributions that the network declares.</summary>
    public required float? InitialSigma { get; init; }

    /// <summary>The update rule.</summary>
    public required Optimizer Optimizer { get; init; }

    /// <summary>--lr auto; null for a rate that was given.</summary>
    public required SelectiveRate? Selective { get; init; }

    /// <summary>--schedule.</summary>
    public required ScheduleKind Schedule { get; init; }

    /// <summary>--warmup, in steps; null for as many as suit the length of the run.</summary>
    public required int? Warmup { get; init; }

    /// <summary>--epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>--batch.</summary>
    public required int Batch { get; init; }

    /// <summary>--seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>--early-stop, in epochs without improvement; null for never.</summary>
    public required int? EarlyStop { get; init; }

    /// <summary>Every flag in force with its value in one spelling, as stored in checkpoints.</summary>
    public SortedDictionary<string, string> Flags { get; private set; } = [];

    /// <summary>Reads flags, fills in defaults, and checks them against each other and the network.</summary>
    /// <param name="flags">Values by name without dashes; see <see cref="RunFlags"/>.</param>
    /// <param name="network">Bounds the batch.</param>
    /// <exception cref="UsageException">A value or a combination is wrong.</exception>
    public static RunSettings Parse(IReadOnlyDictionary<string, string> flags, NetworkInfo network)
    {
        flags = Preset.Fill(flags);
        string? Given(string flag) => flags.GetValueOrDefault(flag);
        string data = Given(RunFlags.Data) ?? throw new UsageException("train needs --data PATH: a directory or file to learn from.");
        Optimizer optimizer = OptimizerFlags.Parse(flags, network);
        SelectiveRate? selective = SelectiveFlags.Parse(flags, optimizer.Kind);
        bool decorrelated = optimizer is { Kind: OptimizerKind.Sgd2, Decorrelate: true };
        // A search finds rates that serve at once; a schedule that rises later would go beyond what it tried.
        string usualSchedule = !decorrelated ? "constant" : network.AveragedCurvature && selective is null ? "restart" : "linear";
        var settings = new RunSettings
        {
            Data = data,
            Format = Given(RunFlags.Format),
            Label = Given(RunFlags.Label),
            Validation = Given(RunFlags.Validation) is { } validation ? ParseValidation(validation) : null,
            SkipBad = Given(RunFlags.SkipBad) is not null,
            Augmentation = Given(RunFlags.Augment) is { } augmentation ? AugmentationOf(augmentation) : null,
            Standardization = Standardizations.Parse(Given(RunFlags.Standardize) ?? Standardizations.Default),
            InitialSigma = InitialWeights.Parse(Given(RunFlags.Initial) ?? InitialWeights.Declared),
            Optimizer = optimizer,
            Selective = selective,
            Schedule = FlagValue.Choice(RunFlags.Schedule, Given(RunFlags.Schedule) ?? usualSchedule,
                ("constant", ScheduleKind.Constant), ("linear", ScheduleKind.Linear), ("cosine", ScheduleKind.Cosine),
                ("step", ScheduleKind.Step), ("restart", ScheduleKind.Restart)),
            Warmup = ParseWarmup(Given(RunFlags.Warmup) ?? (decorrelated ? AutomaticWarmup : "0")),
            Epochs = FlagValue.Integer(RunFlags.Epochs, Given(RunFlags.Epochs) ?? "10", 1, 1_000_000),
            Batch = Given(RunFlags.Batch) is { } batch
                ? FlagValue.Integer(RunFlags.Batch, batch, 1, network.Batch, $"the batch {network.Name} was compiled for")
                : network.Batch,
            Seed = FlagValue.Seed(RunFlags.Seed, Given(RunFlags.Seed) ?? "1"),
            EarlyStop = Given(RunFlags.EarlyStop) is { } patience
                ? FlagValue.Integer(RunFlags.EarlyStop, patience, 1, int.MaxValue, "epochs")
                : null,
        };
        settings.Flags = settings.Canonical(flags, network);
        return settings;
    }

    /// <summary>Steps of warm-up: --warmup, or 200, or 50 to the half rate that a restart schedule begins with, but at most a third of the run.</summary>
    /// <param name="totalSteps">Steps of the run.</param>
    public long WarmupSteps(long totalSteps) => Warmup ?? Math.Min(Schedule == ScheduleKind.Restart ? 50 : 200, totalSteps / 3);

    static int? ParseWarmup(string text) => text == AutomaticWarmup ? null : FlagValue.Integer(RunFlags.Warmup, text, 0, int.MaxValue, "steps, or auto");

    /// <summary>What changes samples to learn from; null for nothing.</summary>
    /// <param name="network">What takes them.</param>
    /// <param name="threads">Threads that may use it at the same time.</param>
    /// <exception cref="UsageException">The network takes no images, or too small ones.</exception>
    public Augmenter? CreateAugmenter(NetworkInfo network, int threads = 1) =>
        Augmentation is { } operations ? new Augmenter(operations, network, Seed, threads) : null;

    static Augmentation AugmentationOf(string text) => Training.Data.Augmenting.Augmentation.Parse(text);

    static ValidationSource ParseValidation(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double fraction))
            return new ValidationSource(null, text);
        return fraction is > 0 and < 1
            ? new ValidationSource(fraction, null)
            : throw new UsageException($"--{RunFlags.Validation}: found '{text}', expected a fraction above 0 and below 1, or a path.");
    }

    SortedDictionary<string, string> Canonical(IReadOnlyDictionary<string, string> flags, NetworkInfo network)
    {
        string[] asGiven = [RunFlags.Data, RunFlags.Format, RunFlags.Label, RunFlags.Validation, RunFlags.EarlyStop,
            RunFlags.Preset, RunFlags.CurvatureLimit, RunFlags.Augment, RunFlags.SkipBad];
        var canonical = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string flag in asGiven)
        {
            if (flags.TryGetValue(flag, out string? value))
                canonical[flag] = RunFlags.Canonical(flag, value);
        }
        canonical[RunFlags.Standardize] = Standardizations.NameOf(Standardization);
        canonical[RunFlags.Initial] = InitialWeights.Text(InitialSigma);
        OptimizerFlags.Store(Optimizer, network, canonical);
        SelectiveFlags.Store(Selective, canonical);
        canonical[RunFlags.Schedule] = Schedule.ToString().ToLowerInvariant();
        canonical[RunFlags.Warmup] = Warmup?.ToString(CultureInfo.InvariantCulture) ?? AutomaticWarmup;
        canonical[RunFlags.Epochs] = Epochs.ToString(CultureInfo.InvariantCulture);
        canonical[RunFlags.Batch] = Batch.ToString(CultureInfo.InvariantCulture);
        canonical[RunFlags.Seed] = Seed.ToString(CultureInfo.InvariantCulture);
        return canonical;
    }
}
