using AotNet.Training.CommandLine;
using AotNet.Training.Data;
using AotNet.Training.Loop;
using AotNet.Training.Reporting;

namespace AotNet.Training.Verbs;

/// <summary>Flags of <c>train</c> that a resumed run may change at will, and those that define it.</summary>
/// <param name="Flags">Defining flags by name without dashes; see <see cref="RunFlags"/>.</param>
/// <param name="Run">--run.</param>
/// <param name="Resume">--resume.</param>
/// <param name="CheckpointEvery">--checkpoint-every, in steps.</param>
/// <param name="Threads">--threads; 0 for one per processor.</param>
sealed record TrainRequest(IReadOnlyDictionary<string, string> Flags, string? Run, bool Resume, int? CheckpointEvery, int Threads)
{
    /// <summary>--consistency, in steps, 0 for once an epoch; null when it is not measured.</summary>
    public int? Consistency { get; init; }

    /// <summary>--cache; null for the directory beside the run.</summary>
    public string? Cache { get; init; }
}

/// <summary>The verb <c>train</c>: everything is read and checked before anything is written.</summary>
static class TrainVerb
{
    /// <summary>Runs or resumes a run.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="TrainerException">A flag or file is wrong, or the loss was not finite.</exception>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public static int Run(NetworkFactory factory, TrainRequest request, Reporter reporter)
    {
        NetworkInfo info = factory.Info;
        RunDirectory directory = RunDirectory.Locate(request.Run, request.Resume, info.Name);
        return directory.HoldsCheckpoint ? Resume(factory, request, directory, reporter) : Begin(factory, request, directory, reporter);
    }

    static int Begin(NetworkFactory factory, TrainRequest request, RunDirectory directory, Reporter reporter)
    {
        RunSettings settings = RunSettings.Parse(request.Flags, factory.Info);
        var reading = new Meanwhile<TrainingData>(() => Read(factory, settings, request, directory, reporter));
        using ITrainable network = factory.Create(settings.Seed, request.Threads);
        TrainingData data = reading.Join();
        if (request.Resume)
            reporter.Note($"{directory.Path} holds no checkpoint yet; the run begins at its beginning.");
        if (settings.InitialSigma is { } sigma)
            network.InitializeWeights(sigma);
        var description = new RunDescription(factory.Info, settings, data, directory, network.Threads,
            StepsPerEpoch(data, settings), null);
        var run = new TrainingRun(description, network, new RunState(), data.Fingerprint, reporter)
        {
            CheckpointEvery = request.CheckpointEvery,
            Consistency = request.Consistency,
        };
        if (request.Consistency is not null)
            ConsistencyMonitor.Require(network, factory.Info, "--consistency");
        directory.Create(run.Save);
        WriteFacts(description);
        using var stop = new StopSignal();
        return run.Train(stop);
    }

    static int Resume(NetworkFactory factory, TrainRequest request, RunDirectory directory, Reporter reporter)
    {
        IReadOnlyDictionary<string, string> stored = Checkpoint.ReadFlags(directory.CheckpointPath);
        RunSettings settings = RunSettings.Parse(RunFlags.Merge(stored, request.Flags, directory.Path), factory.Info);
        using ITrainable network = factory.Create(settings.Seed, request.Threads);
        Checkpoint checkpoint = Checkpoint.Read(directory.CheckpointPath, network, factory.Info);
        RunState state = checkpoint.ReadRunState();
        TrainingData data = Read(factory, settings, request, directory, reporter);
        string fingerprint = data.Fingerprint;
        if (fingerprint != checkpoint.Fingerprint)
        {
            throw new UsageException($"--data: {settings.Data} is not the data that the run in {directory.Path} was begun with; "
                + "its samples differ.");
        }
        var description = new RunDescription(factory.Info, settings, data, directory, network.Threads,
            StepsPerEpoch(data, settings), state.Step);
        var run = new TrainingRun(description, network, state, fingerprint, reporter)
        {
            CheckpointEvery = request.CheckpointEvery,
            Consistency = request.Consistency,
        };
        WriteFacts(description);
        using var stop = new StopSignal();
        return run.Train(stop);
    }

    /// <summary>Writes what a report says of the run beside its log.</summary>
    static void WriteFacts(RunDescription run) => JsonText.WriteFile(run.Directory.FactsPath, json =>
    {
        run.WriteTo(json);
        json.WriteStartObject("info");
        InfoVerb.Write(run.Network, json);
        json.WriteEndObject();
    });

    static TrainingData Read(NetworkFactory factory, RunSettings settings, TrainRequest request, RunDirectory directory, Reporter reporter)
    {
        // What cannot be done to the network's inputs is said before anything is decoded.
        settings.CreateAugmenter(factory.Info);
        var reading = new DataRequest(factory.Info)
        {
            Label = settings.Label,
            SkipBad = settings.SkipBad,
            CacheDirectory = request.Cache ?? directory.CachePath,
            Threads = DataRequest.ThreadsFor(request.Threads),
            Reporter = reporter,
        };
        TrainingData data = TrainingData.Read(settings.Data, factory.Formats.Choose(settings.Format, settings.Data, factory.Info), reading,
            settings.Validation, settings.Standardization, settings.Seed);
        return settings.EarlyStop is null || data.Validation is not null || data.Test is not null
            ? data
            : throw new UsageException("--early-stop: there are no held-out samples to judge by; add --validation.");
    }

    static int StepsPerEpoch(TrainingData data, RunSettings settings) =>
        (data.Train.Samples.Length + settings.Batch - 1) / settings.Batch;
}
