using System.Globalization;
using AotNet.Runtime;
using AotNet.Training.CommandLine;

namespace AotNet.Training.Loop;

/// <summary>The flags of an <see cref="Optimizer"/> that say how gradients are decorrelated.</summary>
static class CurvatureFlags
{
    public const string Damping = "damping", DampingScale = "damping-scale", LayerDamping = "layer-damping", Layers = "curvature",
        GramAverage = "gram-average", GramInterval = "gram-interval", FactorInterval = "factor-interval", FactorDrift = "factor-drift",
        AdaptDamping = "adapt-damping", StepNorm = "step-norm", KlClip = "kl-clip";

    /// <summary>Flags whose value is a number.</summary>
    public static readonly string[] Numbers = [Damping, GramAverage, FactorDrift, StepNorm, KlClip];

    /// <summary>Flags whose value is a whole number.</summary>
    public static readonly string[] Integers = [GramInterval];

    /// <summary>Flags whose value is a list of layers.</summary>
    public static readonly string[] Lists = [LayerDamping, Layers];

    static readonly string[] All = [Damping, DampingScale, LayerDamping, GramAverage, GramInterval, FactorInterval, FactorDrift, AdaptDamping, StepNorm, KlClip];
    static readonly string[] Averaging = [GramAverage, GramInterval, FactorInterval, FactorDrift];
    static readonly (string Name, int Scale)[] Scales = [("absolute", (int)Runtime.DampingScale.Absolute), ("trace", (int)Runtime.DampingScale.Trace)];

    const string Automatic = "auto";
    const float DefaultDrift = 0.1f;

    /// <summary>The optimiser with the decorrelation that the flags describe.</summary>
    /// <exception cref="UsageException">A value is out of range, or does not apply to the optimiser or the network.</exception>
    public static Optimizer Parse(Optimizer optimizer, IReadOnlyDictionary<string, string> flags, NetworkInfo network)
    {
        optimizer = optimizer with { Layers = ParseLayers(flags, network) };
        bool decorrelates = Decorrelates(optimizer);
        foreach (string flag in All)
        {
            if (flags.ContainsKey(flag) && !decorrelates)
                throw new UsageException($"--{flag}: applies to decorrelated gradients; add --decorrelate or use --optimizer sgd2 in place of {OptimizerFlags.NameOf(optimizer)}.");
        }
        foreach (string flag in Averaging)
        {
            if (flags.ContainsKey(flag) && !network.AveragedCurvature)
                throw new UsageException($"--{flag}: {network.Name} keeps no Gram matrices between steps; declare it with [Network(AveragedCurvature = true)].");
        }
        if (flags.TryGetValue(Damping, out string? damping))
            optimizer = optimizer with { Damping = FlagValue.Positive(Damping, damping) };
        if (flags.TryGetValue(DampingScale, out string? scale))
            optimizer = optimizer with { DampingScale = (DampingScale)FlagValue.Choice(DampingScale, scale, Scales) };
        if (flags.TryGetValue(GramAverage, out string? average))
            optimizer = optimizer with { GramAverage = FlagValue.Number(GramAverage, average, "a number from 0 and below 1", static value => value is >= 0 and < 1) };
        if (flags.TryGetValue(GramInterval, out string? gramInterval))
            optimizer = optimizer with { GramInterval = FlagValue.Integer(GramInterval, gramInterval, 1, int.MaxValue, "steps") };
        return ParseFactor(ParseControl(optimizer, flags), flags);
    }

    static Optimizer ParseControl(Optimizer optimizer, IReadOnlyDictionary<string, string> flags)
    {
        if (flags.ContainsKey(AdaptDamping))
            optimizer = optimizer with { AdaptsDamping = true };
        if (flags.TryGetValue(StepNorm, out string? norm))
            optimizer = optimizer with { StepNorm = OptimizerFlags.NotNegative(StepNorm, norm) };
        if (flags.TryGetValue(KlClip, out string? divergence))
            optimizer = optimizer with { KlClip = OptimizerFlags.NotNegative(KlClip, divergence) };
        return optimizer;
    }

    static Optimizer ParseFactor(Optimizer optimizer, IReadOnlyDictionary<string, string> flags)
    {
        string? interval = flags.GetValueOrDefault(FactorInterval), drift = flags.GetValueOrDefault(FactorDrift);
        if (interval == Automatic)
            return optimizer with { FactorDrift = drift is null ? DefaultDrift : FlagValue.Positive(FactorDrift, drift) };
        if (drift is not null)
            throw new UsageException($"--{FactorDrift}: says when factors are renewed with --{FactorInterval} {Automatic}; add it, or leave the drift out.");
        if (interval is null)
            return optimizer;
        return int.TryParse(interval, NumberStyles.None, CultureInfo.InvariantCulture, out int steps) && steps >= 1
            ? optimizer with { FactorInterval = steps }
            : throw new UsageException($"--{FactorInterval}: found '{interval}', expected a whole number of steps from 1, or {Automatic}.");
    }

    /// <summary>Reverses <see cref="Parse"/>: nothing where nothing is decorrelated.</summary>
    public static void Store(Optimizer optimizer, NetworkInfo network, IDictionary<string, string> flags)
    {
        StoreList(Layers, Text(optimizer.Layers, Switch), flags);
        if (!Decorrelates(optimizer))
            return;
        flags[Damping] = Text(optimizer.Damping);
        flags[DampingScale] = Scales[(int)optimizer.DampingScale].Name;
        StoreList(LayerDamping, Text(optimizer.Layers, OwnDamping), flags);
        if (optimizer.AdaptsDamping)
            flags[AdaptDamping] = "true";
        flags[StepNorm] = Text(optimizer.StepNorm);
        flags[KlClip] = Text(optimizer.KlClip);
        if (!network.AveragedCurvature)
            return;
        flags[GramAverage] = Text(optimizer.GramAverage);
        flags[GramInterval] = optimizer.GramInterval.ToString(CultureInfo.InvariantCulture);
        flags[FactorInterval] = optimizer.FactorDrift > 0 ? Automatic : optimizer.FactorInterval.ToString(CultureInfo.InvariantCulture);
        if (optimizer.FactorDrift > 0)
            flags[FactorDrift] = Text(optimizer.FactorDrift);
    }

    /// <summary>One spelling for each list: layers in order of names.</summary>
    public static string Canonical(string flag, string value)
    {
        LayerCurvatures layers = ParseList(flag, LayerCurvatures.None, value);
        return Text(layers, flag == Layers ? Switch : OwnDamping);
    }

    static bool Decorrelates(Optimizer optimizer)
    {
        bool any = optimizer.Decorrelate;
        foreach (string layer in optimizer.Layers.Names)
            any |= optimizer.Layers[layer]!.Decorrelate == true;
        return any;
    }

    static void StoreList(string flag, string list, IDictionary<string, string> flags)
    {
        if (list.Length > 0)
            flags[flag] = list;
    }

    static LayerCurvatures ParseLayers(IReadOnlyDictionary<string, string> flags, NetworkInfo network)
    {
        LayerCurvatures layers = LayerCurvatures.None;
        if (flags.TryGetValue(Layers, out string? switches))
            layers = ParseList(Layers, layers, switches);
        if (flags.TryGetValue(LayerDamping, out string? dampings))
            layers = ParseList(LayerDamping, layers, dampings);
        return layers.ProblemWith(network, out string layer) is { } problem
            ? throw new UsageException($"--{(layers[layer]!.Decorrelate is null ? LayerDamping : Layers)}: {problem}.")
            : layers;
    }

    /// <summary>Adds the settings of a list LAYER=VALUE,... to those that layers have.</summary>
    static LayerCurvatures ParseList(string flag, LayerCurvatures layers, string list)
    {
        foreach (string part in list.Split(','))
        {
            int equals = part.IndexOf('=');
            if (equals < 1 || equals == part.Length - 1)
                throw new UsageException($"--{flag}: found '{part}', expected LAYER={(flag == Layers ? "on or off" : "a number")}, several with commas.");
            string name = part[..equals].Trim(), value = part[(equals + 1)..].Trim();
            LayerCurvature own = layers[name] ?? new LayerCurvature();
            layers = layers.With(name, flag == Layers
                ? own with { Decorrelate = FlagValue.Choice(flag, value, ("on", 1), ("off", 0)) == 1 }
                : own with { Damping = FlagValue.Positive(flag, value) });
        }
        return layers;
    }

    static string? Switch(LayerCurvature layer) => layer.Decorrelate is { } on ? on ? "on" : "off" : null;

    static string? OwnDamping(LayerCurvature layer) => layer.Damping is { } damping ? Text(damping) : null;

    static string Text(LayerCurvatures layers, Func<LayerCurvature, string?> value)
    {
        var parts = new List<string>();
        foreach (string name in layers.Names)
        {
            if (value(layers[name]!) is { } text)
                parts.Add($"{name}={text}");
        }
        return string.Join(',', parts);
    }

    static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}
