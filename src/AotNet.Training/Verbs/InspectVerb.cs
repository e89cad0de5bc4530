using AotNet.Runtime;
using AotNet.Training.Data;
using AotNet.Training.Loop;
using AotNet.Training.Reporting;

namespace AotNet.Training.Verbs;

/// <summary>What <c>inspect</c> is asked.</summary>
/// <param name="Data">--data.</param>
/// <param name="Checkpoint">--checkpoint.</param>
/// <param name="Format">--format; null to detect it.</param>
/// <param name="Batches">--batches.</param>
/// <param name="LearningRate">--lr; null for the run's.</param>
/// <param name="Threads">--threads; 0 for one per processor.</param>
/// <param name="Json">--json.</param>
sealed record InspectRequest(string Data, string Checkpoint, DataFormat? Format, int Batches, float? LearningRate, int Threads, bool Json);

/// <summary>The verb <c>inspect</c>: the consistency of a checkpointed network, in a step that its run could take next.</summary>
static class InspectVerb
{
    /// <summary>Takes a step from the checkpoint's state on each of some batches, and prints what they say on average.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">A file is wrong, or the network cannot be probed.</exception>
    public static int Run(NetworkFactory factory, InspectRequest request, Reporter progress, TextWriter output)
    {
        NetworkInfo info = factory.Info;
        using ITrainable network = factory.Create(0, request.Threads);
        CompiledNetwork compiled = ConsistencyMonitor.Require(network, info, "inspect");
        Checkpoint checkpoint = Checkpoint.Read(request.Checkpoint, network, info);
        RunSettings settings = RunSettings.Parse(Checkpoint.ReadFlags(request.Checkpoint), info);
        RunState state = checkpoint.ReadRunState();
        network.Optimizer = settings.Optimizer;
        if (request.LearningRate is { } rate)
            network.LearningRate = rate;

        DataFormat format = request.Format ?? DataFormats.Detect(request.Data);
        Dataset data = format == DataFormat.Idx
            ? IdxDataset.ReadTraining(request.Data, info).Train
            : TrainingData.ReadLike(request.Data, format, checkpoint.Profile.Schema, info);
        var order = new SampleOrder(SampleSet.All(data).Samples, settings.Seed);
        order.ShuffleFor(0);
        int rows = Math.Min(settings.Batch, data.Count), batches = Math.Min(request.Batches, data.Count / rows);
        var batch = new BatchBuffer(rows, checkpoint.Profile.Standardization, info);
        using ConsistencyProbe probe = compiled.CreateProbe();
        var moments = new IReadOnlyList<LayerConsistency>[batches];
        for (int i = 0; i < batches; i++)
        {
            if (i > 0)
                network.ReadState(checkpoint.File);
            batch.Load(data, order.Samples.Slice(i * rows, rows));
            probe.Observe(batch.Inputs, batch.Labels, batch.Targets);
            network.Step(batch.Inputs, batch.Labels, batch.Targets);
            int before = i * probe.Layers, all = batches * probe.Layers;
            moments[i] = probe.Measure(done => progress.Measuring(before + done, all));
        }
        Print(new ConsistencyRecord(state.Epoch, state.Step, Means(moments)) { Batches = batches }, request.Json, output);
        return ExitCode.Success;
    }

    static LayerConsistency[] Means(IReadOnlyList<LayerConsistency>[] moments)
    {
        var means = new LayerConsistency[moments[0].Count];
        for (int layer = 0; layer < means.Length; layer++)
        {
            var figures = new LayerConsistency[moments.Length];
            for (int i = 0; i < figures.Length; i++)
                figures[i] = moments[i][layer];
            means[layer] = LayerConsistency.Mean(figures);
        }
        return means;
    }

    static void Print(ConsistencyRecord record, bool json, TextWriter output)
    {
        if (!json)
        {
            output.WriteLine(ConsistencyTable.Describe(record));
            return;
        }
        foreach (LayerConsistency layer in record.Layers)
            output.WriteLine(JsonText.Object(writer => record.WriteTo(writer, layer)));
    }
}
