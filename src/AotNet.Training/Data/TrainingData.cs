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
/// <param name="Test">The test set that lies with it.</param>
/// <param name="Profile">How to read further data the same way.</param>
sealed record TrainingData(SampleSet Train, SampleSet? Validation, SampleSet? Test, DataProfile Profile)
{
    /// <summary>Identifies everything that a step depends on, so that a run resumes only on the data it began with.</summary>
    public string Fingerprint => Train.Data.Fingerprint();

    /// <summary>Reads a training set.</summary>
    /// <param name="path">--data.</param>
    /// <param name="format">How it is stored.</param>
    /// <param name="request">How to read it.</param>
    /// <param name="validation">--validation, or null.</param>
    /// <param name="standardization">--standardize.</param>
    /// <param name="seed">Seed of the split.</param>
    /// <exception cref="UsageException">A file is missing, malformed, or does not fit the network.</exception>
    public static TrainingData Read(string path, DataFormat format, DataRequest request, ValidationSource? validation,
        StandardizationKind standardization, ulong seed)
    {
        TrainingSets sets = format.ReadTraining(path, request);
        (Dataset train, Dataset? test, DataSchema schema) = (sets.Train, sets.Test, sets.Schema);
        SampleSet learned = SampleSet.All(train);
        SampleSet? held = null;
        if (validation?.Fraction is { } fraction)
            (learned, held) = Split(train, fraction, seed);
        else if (validation?.Path is { } other)
            held = SampleSet.All(format.ReadLike(other, schema, request, DataPart.Test));
        var profile = new DataProfile(format.Name, schema, Standardizations.Measure(standardization, train, learned.Samples));
        return new TrainingData(learned, held, test is null ? null : SampleSet.All(test), profile);
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
