using System.Globalization;

namespace AotNet.Runtime;

public abstract unsafe partial class CompiledNetwork
{
    const string FirstMoment = "optimizer.first_moment.", SecondMoment = "optimizer.second_moment.";
    const string Curvature = "curvature.", CurvatureKey = "aotnet.curvature.", AdaptedKey = "aotnet.damping_factor", ScaleKey = "aotnet.step_scale";
    const string TopologyKey = "aotnet.topology", NetworkKey = "aotnet.network", StepKey = "aotnet.step", SeedKey = "aotnet.seed";

    /// <summary>
    /// Adds everything that a later step depends on to a safetensors file: learned values and norm statistics under their
    /// names (weights as inputs x outputs), both moments once a step was taken, averaged Gram matrices and their factors where
    /// the network keeps them, and the counters as metadata.
    /// </summary>
    public void WriteState(SafetensorsWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Checksum = true;
        writer.Metadata[NetworkKey] = Info.Name;
        writer.Metadata[TopologyKey] = Info.TopologyHash;
        writer.Metadata[StepKey] = StepCount.ToString(CultureInfo.InvariantCulture);
        writer.Metadata[SeedKey] = Seed.ToString(CultureInfo.InvariantCulture);
        writer.Metadata[AdaptedKey] = adapted.ToString("R", CultureInfo.InvariantCulture);
        writer.Metadata[ScaleKey] = divergenceScale.ToString("R", CultureInfo.InvariantCulture);
        for (int i = 0; i < curvatureLayers.Length; i++)
            writer.Metadata[CurvatureKey + curvatureLayers[i].Name] = Text(layers[i]);
        foreach ((string name, NetworkTensor tensor) in StateTensors(StepCount, HoldsAverages(new(layers, curvatureLayers.Length))))
            writer.Add(name, ShapeOf(tensor), tensor);
    }

    /// <summary>Restores what <see cref="WriteState"/> wrote; checks everything before it changes anything.</summary>
    /// <exception cref="InvalidDataException">The file is of another topology, or a tensor is missing or misshaped.</exception>
    public void ReadState(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.Metadata.TryGetValue(TopologyKey, out string? topology))
            throw new InvalidDataException("The file was not written by AotNet: it names no topology.");
        if (topology != Info.TopologyHash)
            throw new InvalidDataException($"The file holds a network of topology {topology}, {Info.Name} has {Info.TopologyHash}: the declarations differ.");
        long step = Number(file, StepKey);
        if (!ulong.TryParse(file.Metadata.GetValueOrDefault(SeedKey), CultureInfo.InvariantCulture, out ulong seed))
            throw new InvalidDataException($"The file's metadata has no valid '{SeedKey}'.");
        float factor = Factor(file, AdaptedKey, MostAdapted), scale = Factor(file, ScaleKey, 1f);
        var curvature = new LayerCurvatureState[curvatureLayers.Length];
        for (int i = 0; i < curvature.Length; i++)
            curvature[i] = Parse(file, CurvatureKey + curvatureLayers[i].Name);
        List<(string Name, NetworkTensor Tensor)> tensors = [.. StateTensors(step, HoldsAverages(curvature))];
        foreach ((string name, NetworkTensor tensor) in tensors)
        {
            if (!file.Shape(name).SequenceEqual(ShapeOf(tensor)))
                throw new InvalidDataException($"Tensor '{name}' has shape [{string.Join(", ", file.Shape(name))}], expected [{string.Join(", ", ShapeOf(tensor))}].");
            _ = file.Floats(name);
        }
        ClearState(step);
        foreach ((string name, NetworkTensor tensor) in tensors)
            tensor.CopyFrom(file.Floats(name));
        for (int i = 0; i < curvature.Length; i++)
            Restore(ref layers[i], curvature[i]);
        adapted = factor;
        divergenceScale = scale;
        ConfigureCurvature();
        StepCount = step;
        Seed = seed;
        NonFiniteLayer = null;
    }

    /// <summary>Writes the network's state to <paramref name="path"/> by way of a temporary file, flushed and renamed.</summary>
    /// <exception cref="IOException">The disk is full or the path cannot be written; an older file stays as it was.</exception>
    public void Save(string path)
    {
        var writer = new SafetensorsWriter();
        WriteState(writer);
        writer.WriteTo(path);
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or of another topology; nothing was changed.</exception>
    public void Load(string path) => ReadState(SafetensorsFile.Read(path));

    /// <summary>Tensors of a file: those that are zeros until a step, or an average, changes them are left out before that.</summary>
    IEnumerable<(string Name, NetworkTensor Tensor)> StateTensors(long step, bool averages)
    {
        foreach (NetworkTensor tensor in Tensors)
            yield return (tensor.Name, tensor);
        foreach (TensorInfo info in step > 0 ? Info.Tensors.Where(IsLearned) : [])
        {
            yield return (FirstMoment + info.Name, new NetworkTensor(arena, info, layout.Moments));
            yield return (SecondMoment + info.Name, new NetworkTensor(arena, info, layout.SecondMoments));
        }
        foreach (TensorInfo info in averages ? layout.CurvatureState : [])
            yield return (Curvature + info.Name, new NetworkTensor(arena, info, 0));
    }

    /// <summary>Sets to zero what a file of a step may leave out.</summary>
    void ClearState(long step)
    {
        long moments = step == 0 ? layout.ParameterLength * sizeof(float) : 0;
        arena.Fill(layout.Moments * sizeof(float), moments, 0f);
        arena.Fill(layout.SecondMoments * sizeof(float), moments, 0f);
        foreach (TensorInfo info in layout.CurvatureState)
            arena.Fill(info.Offset, (long)info.Rows * info.Stride * sizeof(float), 0f);
    }

    static float Factor(SafetensorsFile file, string key, float most) =>
        float.TryParse(file.Metadata.GetValueOrDefault(key), CultureInfo.InvariantCulture, out float factor) && factor > 0 && factor <= most
            ? factor
            : throw new InvalidDataException($"The file's metadata has no valid '{key}'.");

    /// <summary>What the next steps and counters depend on: batches averaged, step and damping of the factor, failures.</summary>
    static string Text(in LayerCurvatureState layer) => string.Create(CultureInfo.InvariantCulture,
        $"{layer.Grams} {layer.FactorStep} {layer.FactorGrams} {layer.FactorDamping:R} {(layer.KeepsFactored ? 1 : 0)} {layer.DampingInForce:R} {layer.DampingRaised} {layer.DecorrelationsSkipped}");

    static LayerCurvatureState Parse(SafetensorsFile file, string key)
    {
        string[] parts = (file.Metadata.GetValueOrDefault(key) ?? "").Split(' ');
        var layer = default(LayerCurvatureState);
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (parts.Length == 8)
            layer.KeepsFactored = parts[4] == "1";
        return parts.Length == 8
            && Count(parts[0], out layer.Grams) && Count(parts[1], out layer.FactorStep) && Count(parts[2], out layer.FactorGrams)
            && float.TryParse(parts[3], culture, out layer.FactorDamping) && parts[4] is "0" or "1"
            && float.TryParse(parts[5], culture, out layer.DampingInForce)
            && Count(parts[6], out layer.DampingRaised) && Count(parts[7], out layer.DecorrelationsSkipped)
            ? layer
            : throw new InvalidDataException($"The file's metadata has no valid '{key}'.");

        bool Count(string text, out long value) => long.TryParse(text, culture, out value) && value >= 0;
    }

    static bool HoldsAverages(ReadOnlySpan<LayerCurvatureState> layers)
    {
        foreach (ref readonly LayerCurvatureState layer in layers)
        {
            if (layer.Grams > 0)
                return true;
        }
        return false;
    }

    static void Restore(ref LayerCurvatureState layer, in LayerCurvatureState saved)
    {
        layer.Grams = saved.Grams;
        layer.FactorStep = saved.FactorStep;
        layer.FactorGrams = saved.FactorGrams;
        layer.FactorDamping = saved.FactorDamping;
        layer.KeepsFactored = saved.KeepsFactored;
        layer.DampingInForce = saved.DampingInForce;
        layer.DampingRaised = saved.DampingRaised;
        layer.DecorrelationsSkipped = saved.DecorrelationsSkipped;
    }

    static int[] ShapeOf(NetworkTensor tensor) =>
        tensor.Rows == 1 && tensor.Role != TensorRole.Weight ? [tensor.Columns] : [tensor.Rows, tensor.Columns];

    static long Number(SafetensorsFile file, string key) =>
        long.TryParse(file.Metadata.GetValueOrDefault(key), CultureInfo.InvariantCulture, out long value) && value >= 0
            ? value
            : throw new InvalidDataException($"The file's metadata has no valid '{key}'.");
}
