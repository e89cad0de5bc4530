namespace AotNet.Training.Data;

/// <summary>Some samples of a data set.</summary>
/// <param name="Data">The whole set.</param>
/// <param name="Samples">Indices into it.</param>
sealed record SampleSet(Dataset Data, int[] Samples)
{
    /// <summary>Every sample of a data set.</summary>
    public static SampleSet All(Dataset data) => new(data, Enumerable.Range(0, data.Count).ToArray());
}

/// <summary>What a run learns from and is measured on.</summary>
/// <param name="Train">Samples to learn from.</param>
/// <param name="Validation">Samples split off or given by --validation.</param>
/// <param name="Test">The test pair of an IDX directory.</param>
/// <param name="Profile">How to read further data the same way.</param>
sealed record TrainingData(SampleSet Train, SampleSet? Validation, SampleSet? Test, DataProfile Profile)
{
    /// <summary>Identifies everything that a step depends on, so that a run resumes only on the data it began with.</summary>
    public string Fingerprint => Train.Data.Fingerprint();

    /// <summary>Reads a training set.</summary>
    /// <param name="path">--data.</param>
    /// <param name="format">--format, or null to detect it.</param>
    /// <param name="label">--label, or null for the usual columns.</param>
    /// <param name="validation">--validation, or null.</param>
    /// <param name="standardization">--standardize.</param>
    /// <param name="seed">Seed of the split.</param>
    /// <param name="network">What is expected.</param>
    /// <exception cref="UsageException">A file is missing, malformed, or does not fit the network.</exception>
    public static TrainingData Read(string path, DataFormat? format, string? label, ValidationSource? validation,
        StandardizationKind standardization, ulong seed, NetworkInfo network)
    {
        DataFormat kind = format ?? DataFormats.Detect(path);
        Dataset train;
        Dataset? test = null;
        CsvSchema? schema = null;
        if (kind == DataFormat.Idx)
        {
            if (label is not null)
                throw new UsageException("--label: IDX data have no columns; it applies to CSV.");
            (train, test) = IdxDataset.ReadTraining(path, network);
        }
        else
        {
            (train, schema) = CsvDataset.ReadTraining(path, label, network);
        }

        SampleSet learned = SampleSet.All(train);
        SampleSet? held = null;
        if (validation?.Fraction is { } fraction)
            (learned, held) = Split(train, fraction, seed);
        else if (validation?.Path is { } other)
            held = SampleSet.All(ReadLike(other, kind, schema, network));
        var profile = new DataProfile(kind, schema, Standardizations.Measure(standardization, train, learned.Samples));
        return new TrainingData(learned, held, test is null ? null : SampleSet.All(test), profile);
    }

    /// <summary>Reads data with labels in the way of a training set read before.</summary>
    public static Dataset ReadLike(string path, DataFormat format, CsvSchema? schema, NetworkInfo network)
    {
        if (format == DataFormat.Idx)
            return IdxDataset.ReadEvaluation(path, network);
        int width = network.Target.IsClass ? 1 : network.Target.Width;
        CsvSchema columns = schema ?? new CsvSchema([], [], Enumerable.Range(network.InputFeatures, width).ToArray(), []);
        return CsvDataset.ReadEvaluation(path, columns, network);
    }

    static (SampleSet Train, SampleSet Validation) Split(Dataset data, double fraction, ulong seed)
    {
        int held = (int)Math.Round(data.Count * fraction);
        if (held == 0 || held == data.Count)
        {
            throw new UsageException($"--validation: {fraction} of {data.Count} samples leaves "
                + $"{(held == 0 ? "none to validate on" : "none to learn from")}.");
        }
        var order = new SampleOrder(SampleSet.All(data).Samples, seed);
        order.ShuffleFor(SampleOrder.Split);
        int[] validation = order.Samples[..held].ToArray(), learned = order.Samples[held..].ToArray();
        Array.Sort(validation);
        Array.Sort(learned);
        return (new SampleSet(data, learned), new SampleSet(data, validation));
    }
}

/// <summary>The --validation flag: a fraction of the training set, or a data set of its own.</summary>
/// <param name="Fraction">Share of the training samples, between 0 and 1.</param>
/// <param name="Path">File or directory.</param>
readonly record struct ValidationSource(double? Fraction, string? Path);
