using AotNet.Runtime;
using AotNet.Training.Data;
using AotNet.Training.Loop;
using AotNet.Training.Reporting;

namespace AotNet.Training.Verbs;

/// <summary>The verb <c>inspect</c>: the consistency of a checkpointed network, in a step that its run could take next.</summary>
static class InspectVerb
{
    /// <summary>Takes a step from the checkpoint's state on each of some batches, and prints what each says.</summary>
    /// <param name="factory">The network.</param>
    /// <param name="path">--data.</param>
    /// <param name="checkpointPath">--checkpoint.</param>
    /// <param name="batches">--batches.</param>
    /// <param name="learningRate">--lr; null for the run's.</param>
    /// <param name="threads">--threads; 0 for one per processor.</param>
    /// <param name="cache">--cache; null for the directory beside the run.</param>
    /// <param name="reporter">Told what is found.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">A file is wrong, or the network cannot be probed.</exception>
    public static int Run(NetworkFactory factory, string path, string checkpointPath, int batches, float? learningRate, int threads,
        string? cache, Reporter reporter)
    {
        NetworkInfo info = factory.Info;
        using ITrainable network = factory.Create(0, threads);
        CompiledNetwork compiled = ConsistencyMonitor.Require(network, info, "inspect");
        Checkpoint checkpoint = Checkpoint.Read(checkpointPath, network, info);
        RunSettings settings = RunSettings.Parse(Checkpoint.ReadFlags(checkpointPath), info);
        RunState state = checkpoint.ReadRunState();
        network.Optimizer = settings.Optimizer;
        network.LearningRate = learningRate ?? state.RateOr(settings.Optimizer.LearningRate);

        var request = new DataRequest(info)
        {
            SkipBad = settings.SkipBad,
            CacheDirectory = cache ?? RunDirectory.CacheOfCheckpoint(checkpointPath),
            Threads = DataRequest.ThreadsFor(threads),
            Reporter = reporter,
        };
        Dataset data = factory.Formats.Detect(path, info).ReadLike(path, checkpoint.Profile.Schema, request, DataPart.Train);
        var order = new SampleOrder(SampleSet.All(data).Samples, settings.Seed);
        order.ShuffleFor(0);
        int rows = Math.Min(settings.Batch, data.Count);
        var batch = new BatchBuffer(rows, checkpoint.Profile.Standardization, info, network, settings.CreateAugmenter(info, network.Threads));
        using ConsistencyProbe probe = compiled.CreateProbe();
        for (int i = 0; i < batches && (i + 1) * rows <= data.Count; i++)
        {
            if (i > 0)
                network.ReadState(checkpoint.File);
            batch.Load(data, order, i * rows, 0);
            probe.Observe(batch.Inputs, batch.Labels, batch.Targets, batch.Partners, batch.Weights);
            network.Step(batch);
            reporter.Consistency(new ConsistencyRecord(state.Epoch, state.Step, ConsistencyMonitor.Measure(probe, reporter), i + 1));
        }
        return ExitCode.Success;
    }
}
