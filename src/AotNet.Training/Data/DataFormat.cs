using AotNet.Training.Reporting;

namespace AotNet.Training.Data;

/// <summary>
/// A way in which data sets lie on disk, given to <see cref="TrainerHost"/>. IDX and CSV are always there; what else a
/// program shall read it names, so that the code for it is in no binary that has no use for it.
/// </summary>
public abstract class DataFormat
{
    internal DataFormat()
    {
    }

    /// <summary>As --format and checkpoints spell it.</summary>
    internal abstract string Name { get; }

    /// <summary>Whether what lies at an existing path is of this format.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    internal abstract bool Recognizes(string path);

    /// <summary>Reads a data set to learn from, and the test set that lies with it.</summary>
    /// <exception cref="UsageException">A file is missing, malformed, or does not fit the network.</exception>
    internal abstract TrainingSets ReadTraining(string path, DataRequest request);

    /// <summary>Reads a data set with labels in the way of a training set read before: of both parts the test set.</summary>
    /// <param name="path">File or directory.</param>
    /// <param name="schema">Of the training set.</param>
    /// <param name="request">How to read.</param>
    /// <param name="part">Which part, where there are two.</param>
    /// <exception cref="UsageException">A file is missing, malformed, or does not fit.</exception>
    internal abstract Dataset ReadLike(string path, DataSchema schema, DataRequest request, DataPart part);

    /// <summary>Reads samples without labels.</summary>
    /// <exception cref="UsageException">A file is missing, malformed, or does not fit.</exception>
    internal abstract Dataset ReadInputs(string path, DataSchema schema, DataRequest request);
}

/// <summary>The parts of a data set.</summary>
enum DataPart
{
    /// <summary>Samples to learn from.</summary>
    Train,

    /// <summary>Samples to be measured on; where there are none, the others.</summary>
    Test,
}

/// <summary>What a reader needs to know beside the path.</summary>
/// <param name="network">What is expected.</param>
sealed class DataRequest(NetworkInfo network)
{
    /// <summary>What is expected.</summary>
    public NetworkInfo Network => network;

    /// <summary>--label, or null for the usual columns.</summary>
    public string? Label { get; init; }

    /// <summary>--skip-bad: leaves out files that cannot be decoded, and counts them.</summary>
    public bool SkipBad { get; init; }

    /// <summary>Directory of decoded samples; null to keep none.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Threads that decode.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Told how far reading has come.</summary>
    public Reporter Reporter { get; init; } = new();

    /// <summary>Threads for --threads, where 0 is one per processor.</summary>
    public static int ThreadsFor(int flag) => flag == 0 ? Environment.ProcessorCount : flag;
}

/// <summary>What was read to learn from.</summary>
/// <param name="train">The samples.</param>
/// <param name="test">The test set that lies with them, or null.</param>
/// <param name="schema">How to read more of the same.</param>
readonly struct TrainingSets(Dataset train, Dataset? test, DataSchema schema)
{
    /// <summary>The samples.</summary>
    public Dataset Train => train;

    /// <summary>The test set that lies with them, or null.</summary>
    public Dataset? Test => test;

    /// <summary>How to read more of the same.</summary>
    public DataSchema Schema => schema;
}
