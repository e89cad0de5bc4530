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
    static readonly (string Name, DampingScale Scale)[] Scales = [("absolute", Runtime.DampingScale.Absolute), ("trace", Runtime.DampingScale.Trace)];

    const string Automatic = "auto";
    const float DefaultDrift = 0.1f;

    /// <summary>The optimiser with the decorrelation that the flags describe.</summary>
    /// <exception cref="UsageException">A value is out of range, or does not apply to the optimiser or the network.</exception>
    public static Optimizer Parse(Optimizer optimizer, IReadOnlyDictionary<string, string> flags, NetworkInfo network)
    {
        optimizer = optimizer with { Layers = ParseLayers(flags, network) };
        bool decorrelates = optimizer.Decorrelate || optimizer.Layers.Any(static layer => layer.Value.Decorrelate == true);
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
            optimizer = optimizer with { DampingScale = FlagValue.Choice(DampingScale, scale, Scales) };
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
        if (optimizer.Layers.Any(static layer => layer.Value.Decorrelate is not null))
            flags[Layers] = Text(optimizer.Layers, static layer => layer.Decorrelate is { } on ? on ? "on" : "off" : null);
        if (!optimizer.Decorrelate && !optimizer.Layers.Any(static layer => layer.Value.Decorrelate == true))
            return;
        flags[Damping] = Text(optimizer.Damping);
        flags[DampingScale] = Scales[(int)optimizer.DampingScale].Name;
        if (optimizer.Layers.Any(static layer => layer.Value.Damping is not null))
            flags[LayerDamping] = Text(optimizer.Layers, static layer => layer.Damping is { } damping ? Text(damping) : null);
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
        LayerCurvatures layers = flag == Layers ? ParseSwitches(LayerCurvatures.None, value) : ParseDampings(LayerCurvatures.None, value);
        return Text(layers, static layer => layer.Decorrelate is { } on ? on ? "on" : "off" : Text(layer.Damping ?? 0));
    }

    static LayerCurvatures ParseLayers(IReadOnlyDictionary<string, string> flags, NetworkInfo network)
    {
        LayerCurvatures layers = LayerCurvatures.None;
        if (flags.TryGetValue(Layers, out string? switches))
            layers = ParseSwitches(layers, switches);
        if (flags.TryGetValue(LayerDamping, out string? dampings))
            layers = ParseDampings(layers, dampings);
        foreach ((string name, LayerCurvature settings) in layers)
        {
            string flag = settings.Decorrelate is null ? LayerDamping : Layers;
            LayerInfo layer = network.Layers.FirstOrDefault(layer => layer.Name == name && layer.CurvatureForm is not null)
                ?? throw new UsageException($"--{flag}: {network.Name} has no layer '{name}' with weights; it has "
                    + $"{string.Join(", ", network.Layers.Where(static layer => layer.CurvatureForm is not null).Select(static layer => layer.Name))}.");
            if (layer.CurvatureForm == "off" && (settings.Decorrelate == true || settings.Damping is not null))
                throw new UsageException($"--{flag}: layer {name} was declared with Curvature.Off, and so there is no code that decorrelates it; "
                    + "declare it with another curvature.");
        }
        return layers;
    }

    static LayerCurvatures ParseSwitches(LayerCurvatures layers, string list)
    {
        foreach ((string name, string value) in Pairs(Layers, list, "on or off"))
        {
            bool on = FlagValue.Choice(Layers, value, ("on", true), ("off", false));
            layers = layers.With(name, (layers[name] ?? new LayerCurvature()) with { Decorrelate = on });
        }
        return layers;
    }

    static LayerCurvatures ParseDampings(LayerCurvatures layers, string list)
    {
        foreach ((string name, string value) in Pairs(LayerDamping, list, "a number"))
            layers = layers.With(name, (layers[name] ?? new LayerCurvature()) with { Damping = FlagValue.Positive(LayerDamping, value) });
        return layers;
    }

    static List<(string Name, string Value)> Pairs(string flag, string list, string expected)
    {
        var pairs = new List<(string Name, string Value)>();
        foreach (string part in list.Split(','))
        {
            int equals = part.IndexOf('=');
            if (equals < 1 || equals == part.Length - 1)
                throw new UsageException($"--{flag}: found '{part}', expected LAYER={expected}, several with commas.");
            pairs.Add((part[..equals].Trim(), part[(equals + 1)..].Trim()));
        }
        return pairs;
    }

    static string Text(LayerCurvatures layers, Func<LayerCurvature, string?> value)
    {
        var parts = new List<string>();
        foreach ((string name, LayerCurvature settings) in layers)
        {
            if (value(settings) is { } text)
                parts.Add($"{name}={text}");
        }
        return string.Join(',', parts);
    }

    static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}
