using System.Globalization;
using AotNet.Runtime;
using AotNet.Training.CommandLine;

namespace AotNet.Training.Loop;

/// <summary>The flags that make up an <see cref="Optimizer"/>.</summary>
static class OptimizerFlags
{
    static readonly (string Name, OptimizerKind Kind)[] Kinds =
    [
        ("sgd", OptimizerKind.Sgd), ("sgd2", OptimizerKind.Sgd2), ("adam", OptimizerKind.Adam),
        ("adamw", OptimizerKind.AdamW), ("rmsprop", OptimizerKind.RmsProp), ("adagrad", OptimizerKind.Adagrad),
    ];

    /// <summary>The optimiser's name as flags and logs spell it. The authors' SGD is SGD2 without decorrelation.</summary>
    public static string NameOf(Optimizer optimizer)
    {
        OptimizerKind kind = optimizer is { Kind: OptimizerKind.Sgd2, Decorrelate: false } ? OptimizerKind.Sgd : optimizer.Kind;
        return Kinds.First(entry => entry.Kind == kind).Name;
    }

    /// <summary>The optimiser of runs that name none.</summary>
    public const string Usual = "sgd2";

    /// <summary>An optimiser with the defaults for a network.</summary>
    public static Optimizer Default(string name, NetworkInfo network) => FlagValue.Choice(RunFlags.Optimizer, name, Kinds) switch
    {
        OptimizerKind.Sgd => Optimizer.Sgd(),
        OptimizerKind.Sgd2 => network.AveragedCurvature ? Optimizer.Sgd2(0.8f).Averaged() : Optimizer.Sgd2(),
        OptimizerKind.Adam => Optimizer.Adam(),
        OptimizerKind.AdamW => Optimizer.AdamW(),
        OptimizerKind.RmsProp => Optimizer.RmsProp(),
        _ => Optimizer.Adagrad(),
    };

    /// <summary>The optimiser that the flags describe.</summary>
    /// <exception cref="UsageException">A value is out of range, or a flag does not apply to the optimiser or the network.</exception>
    public static Optimizer Parse(IReadOnlyDictionary<string, string> flags, NetworkInfo network)
    {
        string name = flags.GetValueOrDefault(RunFlags.Optimizer) ?? Usual;
        Optimizer optimizer = Default(name, network);
        bool isPreset = flags.ContainsKey(RunFlags.Preset);
        if (isPreset)
            optimizer = Preset.Optimizer(optimizer, name);
        if (flags.ContainsKey(RunFlags.Decorrelate))
        {
            if (NameOf(optimizer) == "sgd")
                throw new UsageException("--decorrelate: SGD on decorrelated gradients is --optimizer sgd2.");
            optimizer = optimizer with { Decorrelate = true };
            if (network.AveragedCurvature && !isPreset)
                optimizer = optimizer.Averaged();
        }
        if (flags.TryGetValue(RunFlags.LearningRate, out string? rate) && rate != SelectiveFlags.Auto)
            optimizer = optimizer with { LearningRate = FlagValue.Positive(RunFlags.LearningRate, rate) };
        if (flags.TryGetValue(RunFlags.Momentum, out string? momentum))
        {
            if (optimizer.Kind == OptimizerKind.Adagrad)
                throw new UsageException($"--momentum: {name} has none; it applies to sgd, sgd2, adam, adamw and rmsprop.");
            optimizer = optimizer with
            {
                Momentum = FlagValue.Number(RunFlags.Momentum, momentum, "a number from 0 and below 1", static value => value is >= 0 and < 1),
            };
        }
        if (flags.TryGetValue(RunFlags.WeightDecay, out string? decay))
            optimizer = optimizer with { WeightDecay = NotNegative(RunFlags.WeightDecay, decay) };
        if (flags.TryGetValue(RunFlags.Clip, out string? clip))
            optimizer = optimizer with { ClipNorm = NotNegative(RunFlags.Clip, clip) };
        optimizer = CurvatureFlags.Parse(optimizer, flags, network);
        return flags.TryGetValue(RunFlags.CurvatureLimit, out string? limit)
            ? CurvatureLimit.Apply(FlagValue.Integer(RunFlags.CurvatureLimit, limit, 1, int.MaxValue, "inputs and bias"), optimizer, network)
            : optimizer;
    }

    /// <summary>Reverses <see cref="Parse"/>.</summary>
    public static void Store(Optimizer optimizer, NetworkInfo network, IDictionary<string, string> flags)
    {
        flags[RunFlags.Optimizer] = NameOf(optimizer);
        flags[RunFlags.LearningRate] = Text(optimizer.LearningRate);
        if (optimizer.Kind != OptimizerKind.Adagrad)
            flags[RunFlags.Momentum] = Text(optimizer.Momentum);
        if (optimizer.Decorrelate)
            flags[RunFlags.Decorrelate] = "true";
        CurvatureFlags.Store(optimizer, network, flags);
        flags[RunFlags.WeightDecay] = Text(optimizer.WeightDecay);
        flags[RunFlags.Clip] = Text(optimizer.ClipNorm);
    }

    /// <summary>A number from 0, which means none.</summary>
    public static float NotNegative(string flag, string text) =>
        FlagValue.Number(flag, text, "a number from 0 (0 for none)", static value => value >= 0);

    static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}
