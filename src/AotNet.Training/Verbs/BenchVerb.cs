using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AotNet.Runtime;
using AotNet.Training.Loop;

namespace AotNet.Training.Verbs;

/// <summary>
/// The verb <c>bench</c>. Peak, prediction and training step take turns in short slices; each figure is that of its best
/// slice, in which other programs disturbed it least.
/// </summary>
static class BenchVerb
{
    const int Slices = 15;

    /// <summary>Measures on a random batch and prints the result.</summary>
    public static int Run(NetworkFactory factory, float seconds, int threads, Optimizer optimizer, bool json, TextWriter output)
    {
        NetworkInfo info = factory.Info;
        using ITrainable network = factory.Create(1, threads);
        using var multiplyAdds = new FmaPeakTeam(network.Threads);
        network.Optimizer = optimizer;
        // The speed of a step does not depend on its rate; a tiny one keeps the numbers ordinary however long this runs.
        network.LearningRate = optimizer.LearningRate * 1e-3f;
        var batch = new RandomBatch(info, info.Batch, seed: 1);
        var answers = new float[batch.Rows * info.Outputs];
        // Delegates are made once: what is counted below is what the network allocates and touches.
        Action predictBatch = () => network.Predict(batch.Inputs, answers);
        Action stepBatch = () => network.Step(batch.Inputs, batch.Labels, batch.Targets);
        var (peak, predict, step) = (new double[Slices], new double[Slices], new double[Slices]);

        double slice = seconds / Slices;
        multiplyAdds.Measure(slice / 2);
        Repeat(predictBatch, slice / 2);
        Repeat(stepBatch, slice / 2);
        if (KernelTimes.IsSupported)
            network.Compiled?.Times?.Reset();
        long allocated = 0;
        int collections = 0;
        long? faults = 0;
        for (int i = 0; i < Slices; i++)
        {
            peak[i] = multiplyAdds.Measure(slice * 0.2);
            long bytesBefore = GC.GetTotalAllocatedBytes(precise: true);
            int collectionsBefore = GC.CollectionCount(0);
            long? faultsBefore = PageFaults.Count();
            predict[i] = Repeat(predictBatch, slice * 0.3) * batch.Rows;
            step[i] = Repeat(stepBatch, slice * 0.5) * batch.Rows;
            faults += PageFaults.Count() - faultsBefore;
            collections += GC.CollectionCount(0) - collectionsBefore;
            allocated += GC.GetTotalAllocatedBytes(precise: true) - bytesBefore;
        }

        var result = new Result(info, network.Threads, OptimizerFlags.NameOf(optimizer), peak.Max(), predict.Max(),
            step.Max(), allocated, collections, faults);
        output.WriteLine(json ? JsonText.Object(result.WriteTo) : result.ToString());
        if (KernelTimes.IsSupported && network.Compiled?.Times is { } times && !json)
            WriteTable(times, peak.Max(), output);
        return ExitCode.Success;
    }

    /// <summary>Where a step's time goes, in networks that note it: the mean of all steps, not that of the best slice.</summary>
    static void WriteTable(KernelTimes times, double peakGflops, TextWriter output)
    {
        const int Width = 28;
        IReadOnlyList<TimedKernel> kernels = times.PerStep();
        double total = 0;
        foreach (TimedKernel kernel in kernels)
            total += kernel.Seconds;
        output.WriteLine($"\n{"of a step",-Width} {"µs",10} {"share",8} {"GFLOP/s",9} {"of peak",9}");
        foreach (TimedKernel kernel in kernels)
        {
            if (kernel.Seconds == 0)
                continue; // it belongs to a setting that is not in force
            double gflops = kernel.Flops / kernel.Seconds / 1e9;
            string speed = kernel.Flops == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {gflops,9:F1} {gflops / peakGflops * 100,7:F1} %");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kernel.Name,-Width} {kernel.Seconds * 1e6,10:F1} {kernel.Seconds / total * 100,6:F1} %{speed}"));
        }
    }

    /// <summary>Calls a second.</summary>
    static double Repeat(Action action, double seconds)
    {
        long begin = Stopwatch.GetTimestamp();
        long calls = 0;
        double elapsed;
        do
        {
            action();
            calls++;
            elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        }
        while (elapsed < seconds);
        return calls / elapsed;
    }

    sealed record Result(NetworkInfo Network, int Threads, string Optimizer, double PeakGflops, double PredictRate, double StepRate,
        long AllocatedBytes, int Collections, long? PageFaults)
    {
        double PredictGflops => PredictRate * Network.ForwardFlops / 1e9;

        double StepGflops => StepRate * Network.TrainingFlops / 1e9;

        public void WriteTo(Utf8JsonWriter json)
        {
            json.WriteString("network", Network.Name);
            json.WriteString("instruction_set", InstructionSet.Name);
            json.WriteNumber("threads", Threads);
            json.WriteNumber("batch", Network.Batch);
            json.WriteString("optimizer", Optimizer);
            json.WriteNumber("fma_peak_gflops", Math.Round(PeakGflops, 2));
            Write(json, "predict", PredictRate, PredictGflops);
            Write(json, "step", StepRate, StepGflops);
            json.WriteNumber("allocated_bytes", AllocatedBytes);
            json.WriteNumber("collections", Collections);
            json.WriteNumberOrNull("page_faults", PageFaults);
        }

        void Write(Utf8JsonWriter json, string name, double rate, double gflops)
        {
            json.WriteStartObject(name);
            json.WriteNumber("samples_per_second", Math.Round(rate, 1));
            json.WriteNumber("gflops", Math.Round(gflops, 2));
            json.WriteNumber("fraction_of_peak", Math.Round(gflops / PeakGflops, 4));
            json.WriteEndObject();
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
            {Network.Name}, {InstructionSet.Name}, {Threads} thread{(Threads == 1 ? "" : "s")}, batch {Network.Batch}, {Optimizer}
            FMA peak  {PeakGflops,10:F1} GFLOP/s
            predict   {PredictRate,10:F0} samples/s {PredictGflops,8:F1} GFLOP/s {PredictGflops / PeakGflops * 100,6:F1} % of peak
            step      {StepRate,10:F0} samples/s {StepGflops,8:F1} GFLOP/s {StepGflops / PeakGflops * 100,6:F1} % of peak (curvature not counted as work)
            {AllocatedBytes} managed bytes allocated, {Collections} collections, {(PageFaults is { } faults ? $"{faults}" : "unknown")} page faults
            """);
    }
}
