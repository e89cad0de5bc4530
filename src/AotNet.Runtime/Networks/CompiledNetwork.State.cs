using System.Globalization;

namespace AotNet.Runtime;

public abstract unsafe partial class CompiledNetwork
{
    const string FirstMoment = "optimizer.first_moment.", SecondMoment = "optimizer.second_moment.";
    const string Curvature = "curvature.", GramWeightsKey = "aotnet.gram_weights";
    const string TopologyKey = "aotnet.topology", NetworkKey = "aotnet.network", StepKey = "aotnet.step", SeedKey = "aotnet.seed";
    const string RaisedKey = "aotnet.damping_raised", SkippedKey = "aotnet.decorrelations_skipped";

    /// <summary>
    /// Adds everything that a later step depends on to a safetensors file: learned values and norm statistics under their
    /// names (weights as inputs x outputs), both moments, averaged Gram matrices and their factors where the network keeps
    /// them, and the counters as metadata.
    /// </summary>
    public void WriteState(SafetensorsWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Checksum = true;
        writer.Metadata[NetworkKey] = Info.Name;
        writer.Metadata[TopologyKey] = Info.TopologyHash;
        writer.Metadata[StepKey] = StepCount.ToString(CultureInfo.InvariantCulture);
        writer.Metadata[SeedKey] = Seed.ToString(CultureInfo.InvariantCulture);
        writer.Metadata[RaisedKey] = DampingRaised.ToString(CultureInfo.InvariantCulture);
        writer.Metadata[SkippedKey] = DecorrelationsSkipped.ToString(CultureInfo.InvariantCulture);
        if (layout.AveragesCurvature)
            writer.Metadata[GramWeightsKey] = gramWeights.ToString("R", CultureInfo.InvariantCulture);
        foreach ((string name, NetworkTensor tensor) in StateTensors().Concat(CurvatureTensors()))
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
        long step = Number(file, StepKey), raised = Number(file, RaisedKey), skipped = Number(file, SkippedKey);
        if (!ulong.TryParse(file.Metadata.GetValueOrDefault(SeedKey), CultureInfo.InvariantCulture, out ulong seed))
            throw new InvalidDataException($"The file's metadata has no valid '{SeedKey}'.");
        // A file of a network that kept no averages starts them anew.
        double weights = layout.AveragesCurvature && file.Metadata.ContainsKey(GramWeightsKey) ? Weights(file) : 0;
        List<(string Name, NetworkTensor Tensor)> tensors = [.. StateTensors().Concat(weights > 0 ? CurvatureTensors() : [])];
        foreach ((string name, NetworkTensor tensor) in tensors)
        {
            if (!file.Shape(name).SequenceEqual(ShapeOf(tensor)))
                throw new InvalidDataException($"Tensor '{name}' has shape [{string.Join(", ", file.Shape(name))}], expected [{string.Join(", ", ShapeOf(tensor))}].");
            _ = file.Floats(name);
        }
        foreach (TensorInfo info in layout.CurvatureState)
            arena.Fill(info.Offset, (long)info.Rows * info.Stride * sizeof(float), 0f);
        foreach ((string name, NetworkTensor tensor) in tensors)
            tensor.CopyFrom(file.Floats(name));
        gramWeights = weights;
        StepCount = step;
        Seed = seed;
        state->Counters.DampingRaised = raised;
        state->Counters.DecorrelationsSkipped = skipped;
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

    IEnumerable<(string Name, NetworkTensor Tensor)> StateTensors()
    {
        foreach (NetworkTensor tensor in Tensors)
            yield return (tensor.Name, tensor);
        foreach (TensorInfo info in Info.Tensors.Where(IsLearned))
        {
            yield return (FirstMoment + info.Name, new NetworkTensor(arena, info, layout.Moments));
            yield return (SecondMoment + info.Name, new NetworkTensor(arena, info, layout.SecondMoments));
        }
    }

    IEnumerable<(string Name, NetworkTensor Tensor)> CurvatureTensors() =>
        layout.CurvatureState.Select(info => (Curvature + info.Name, new NetworkTensor(arena, info, 0)));

    static double Weights(SafetensorsFile file) =>
        double.TryParse(file.Metadata[GramWeightsKey], CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1
            ? value
            : throw new InvalidDataException($"The file's metadata has no valid '{GramWeightsKey}'.");

    static int[] ShapeOf(NetworkTensor tensor) =>
        tensor.Rows == 1 && tensor.Role != TensorRole.Weight ? [tensor.Columns] : [tensor.Rows, tensor.Columns];

    static long Number(SafetensorsFile file, string key) =>
        long.TryParse(file.Metadata.GetValueOrDefault(key), CultureInfo.InvariantCulture, out long value) && value >= 0
            ? value
            : throw new InvalidDataException($"The file's metadata has no valid '{key}'.");
}
